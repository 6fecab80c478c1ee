"""yourcompany API Reference: its document, sentence by sentence, in literals."""

import time
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from .conftest import Personas

Json = dict[str, Any]

MINE = "/projects/proj_abc123"
SUMMARY = ["created_at", "description", "id", "name", "updated_at"]
UPLOADED = ["created_at", "filename", "id", "project_id", "rows", "size", "status"]
READS = ["/status", "/projects", MINE, "/data/data_def456", "/users/me", "/analytics/usage"]
CSV = b"id,name\n1,Ada\n2,Grace\n"
LIMIT = 100 * 1024 * 1024
UPLOADS: list[tuple[str, bytes, Json, str, int]] = [
    ("data.json", b'[{"id": 1}, {"id": 2}, {"id": 3}]', {}, "json", 3),
    ("data.xml", b"<rows/>", {}, "xml", 0),
    ("data.xlsx", b"PK", {}, "xlsx", 0),
    ("data.parquet", b"PAR1", {}, "parquet", 0),
    ("data.txt", CSV, {}, "csv", 2),
    ("data.txt", b"[{}]", {"format": "json"}, "json", 1),
]
STEPS = [
    ("hour", "2025-11-01", "2025-11-01", [f"2025-11-01T{hour:02}:00:00Z" for hour in range(24)]),
    ("day", "2025-11-01T00:00:00Z", "2025-11-02", ["2025-11-01", "2025-11-02"]),
    ("week", "2025-11-05", "2025-11-12", ["2025-11-03", "2025-11-10"]),
    ("month", "2025-10-15", "2025-11-30", ["2025-10-01", "2025-11-01"]),
]
CHANGES: list[Json] = [
    {"name": "Updated Project Name"},
    {"description": None},
    {"settings": {"visibility": "team"}},
    {"settings": {}},
]
WRONG_QUERIES = {
    "/projects": {"page": ["0", "-1", "x", "1.5"], "per_page": ["0", "101"], "sort": ["id"], "order": ["up"]},
    "/analytics/usage": {
        "granularity": ["year"],
        "end_date": ["yesterday", "2025-13-01", "2025-02-29", "2025-11-01T25:00:00Z"],
    },
}
WRONG_FIELDS: dict[str, list[Any]] = {
    "name": ["", "  ", "x" * 256, 5, None],
    "description": [5],
    "settings": ["x", None, {"visibility": "hidden"}],
}


def read(response: httpx.Response, status: int = 200) -> Json:
    assert response.status_code == status, response.text
    body: Json = response.json()
    return body


def check_error(response: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    """The status and the error body; `field` exists for validation errors only."""
    error = read(response, status)["error"]
    assert (error["code"], error["request_id"][:4]) == (code, "req_")
    assert error["message"]
    assert response.headers["X-Request-Id"] == error["request_id"]
    assert field is None or error["field"].split(".")[0] == field
    assert status == 400 or "field" not in error


def check_invalid(response: httpx.Response, field: str | None = None) -> None:
    check_error(response, 400, "VALIDATION_ERROR", field)


def check_instants(*texts: str) -> None:
    for text in texts:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def follow(client: httpx.Client, link: str) -> Json:
    return read(client.get(urljoin(str(client.base_url), link)))


def get_projects(client: httpx.Client, **query: Any) -> list[Json]:
    """All projects, by the links of the pages."""
    page = read(client.get("/projects", params={"per_page": 100} | query))
    items: list[Json] = page["data"]
    while page["links"]["next"]:
        page = follow(client, page["links"]["next"])
        items += page["data"]
    assert len({item["id"] for item in items}) == len(items) == page["pagination"]["total"]
    return items


def upload(client: httpx.Client, name: str = "data.csv", content: bytes = CSV, **form: Any) -> httpx.Response:
    data = {"project_id": "proj_abc123"} | form
    return client.post("/data/upload", data=data, files={"file": (name, content)}, timeout=60)


def test_status_is_operational(yourcompany: httpx.Client) -> None:
    status = read(yourcompany.get("/status"))
    check_instants(status.pop("timestamp"))
    assert status == {"status": "operational", "version": "1.0.0"}


def test_list_example_is_the_default_page_newest_first(yourcompany: httpx.Client) -> None:
    page = read(yourcompany.get("/projects?page=1&per_page=20"))
    total = page["pagination"]["total"]
    assert {tuple(sorted(item)) for item in page["data"]} == {tuple(SUMMARY)}
    assert page["pagination"] == {"total": total, "page": 1, "per_page": 20, "total_pages": -(-total // 20)}
    assert page["data"] == read(yourcompany.get("/projects?sort=created_at&order=desc"))["data"]
    assert page["data"] == read(yourcompany.get("/projects"))["data"]
    assert len(page["data"]) == 20 < total


def test_links_lead_through_the_pages(yourcompany: httpx.Client) -> None:
    first = read(yourcompany.get("/projects?per_page=50&sort=name"))
    second = follow(yourcompany, first["links"]["next"])
    path, _, query = second["links"]["prev"].partition("?")
    assert follow(yourcompany, second["links"]["prev"]) == first
    assert (first["links"]["prev"], second["pagination"]["page"]) == (None, 2)
    assert path.startswith("/")
    assert path.endswith("/v1/projects")
    assert {"page=1", "per_page=50", "sort=name"} <= set(query.split("&"))
    assert get_projects(yourcompany, per_page=7, sort="name") == get_projects(yourcompany, sort="name")


@pytest.mark.parametrize("order", [{}, {"order": "asc"}, {"order": "desc"}])
@pytest.mark.parametrize("name", ["created_at", "updated_at", "name"])
def test_projects_are_sorted(yourcompany: httpx.Client, name: str, order: Json) -> None:
    values = [item[name] for item in get_projects(yourcompany, sort=name, **order)]
    assert values == sorted(values, reverse=order != {"order": "asc"})
    assert values[0] != values[-1]


def test_create_example(yourcompany: httpx.Client) -> None:
    sent = {"name": "New Project", "description": "A new project", "settings": {"visibility": "private"}}
    project = read(yourcompany.post("/projects", json=sent), 201)
    assert project == {name: project[name] for name in SUMMARY} | sent
    assert (project["created_at"], project["id"][:5]) == (project["updated_at"], "proj_")
    assert read(yourcompany.get(f"/projects/{project['id']}")) == project
    check_instants(project["created_at"])


def test_create_needs_only_a_name(yourcompany: httpx.Client) -> None:
    project = read(yourcompany.post("/projects", json={"name": "x" * 255}), 201)
    assert (project["description"], project["settings"]) == (None, {"visibility": "private"})
    check_invalid(yourcompany.post("/projects", json={"description": "x", "settings": {}}), "name")


def test_get_example_has_settings(yourcompany: httpx.Client) -> None:
    project = read(yourcompany.get("/projects/proj_abc123"))
    named = {"id": "proj_abc123", "name": "My Project", "settings": {"visibility": "private"}}
    assert project == {name: project[name] for name in SUMMARY} | named
    check_instants(project["created_at"], project["updated_at"])


@pytest.mark.parametrize("change", CHANGES)
def test_put_changes_only_the_given_fields(yourcompany: httpx.Client, change: Json) -> None:
    before = read(yourcompany.get(MINE))
    after = read(yourcompany.put("/projects/proj_abc123", json=change))
    assert after == before | change | {"updated_at": after["updated_at"]}
    assert after["updated_at"] > before["updated_at"]
    assert read(yourcompany.get(MINE)) == after


@pytest.mark.parametrize("body", [{}, {"id": "proj_x", "created_at": "2020-01-01T00:00:00Z", "colour": 1}])
def test_put_without_a_known_field_changes_nothing(yourcompany: httpx.Client, body: Json) -> None:
    before = read(yourcompany.get(MINE))
    assert read(yourcompany.put(MINE, json=body)) == before == read(yourcompany.get(MINE))


def test_deleted_project_is_gone_with_its_data(yourcompany: httpx.Client) -> None:
    before = get_projects(yourcompany)
    deleted = read(yourcompany.delete("/projects/proj_abc123"))
    assert deleted == {"success": True, "message": "Project deleted successfully"}
    gone = [yourcompany.get(MINE), yourcompany.put(MINE, json={}), yourcompany.delete(MINE)]
    for response in [*gone, yourcompany.get("/data/data_def456"), upload(yourcompany)]:
        check_error(response, 404, "RESOURCE_NOT_FOUND")
    assert get_projects(yourcompany) == [item for item in before if item["id"] != "proj_abc123"]


def test_upload_example_is_processed(yourcompany: httpx.Client) -> None:
    data = read(upload(yourcompany), 201)
    path, end = f"/data/{data['id']}", time.monotonic() + 6
    facts = {"project_id": "proj_abc123", "filename": "data.csv", "size": len(CSV), "rows": 2}
    assert data == {name: data[name] for name in UPLOADED} | facts | {"status": "processing"}
    assert data["id"].startswith("data_")
    assert read(yourcompany.get(path)) == data | {"format": "csv", "processed_at": None}
    while (stored := read(yourcompany.get(path)))["status"] == "processing" and time.monotonic() < end:
        time.sleep(0.2)
    changed = {"format": "csv", "status": "completed", "processed_at": stored["processed_at"]}
    assert stored == data | changed
    assert stored["processed_at"] > stored["created_at"]
    check_instants(stored["created_at"], stored["processed_at"])


@pytest.mark.parametrize(("name", "content", "form", "kind", "rows"), UPLOADS)
def test_format_is_given_or_detected(
    yourcompany: httpx.Client, name: str, content: bytes, form: Json, kind: str, rows: int
) -> None:
    data = read(upload(yourcompany, name, content, **form), 201)
    assert (data["filename"], data["size"], data["rows"]) == (name, len(content), rows)
    assert read(yourcompany.get(f"/data/{data['id']}"))["format"] == kind


def test_wrong_upload_is_refused(yourcompany: httpx.Client) -> None:
    check_invalid(yourcompany.post("/data/upload", files={"project_id": (None, "proj_abc123")}), "file")
    check_invalid(yourcompany.post("/data/upload", files={"file": ("data.csv", CSV)}), "project_id")
    check_invalid(upload(yourcompany, format="pdf"), "format")
    check_invalid(yourcompany.post("/data/upload", json={"project_id": "proj_abc123"}))
    check_error(upload(yourcompany, project_id="proj_nowhere"), 404, "RESOURCE_NOT_FOUND")


def test_file_has_at_most_100_megabytes(yourcompany: httpx.Client) -> None:
    assert read(upload(yourcompany, "data.parquet", bytes(LIMIT)), 201)["size"] == LIMIT
    check_invalid(upload(yourcompany, "data.parquet", bytes(LIMIT + 1)), "file")


def test_data_of_the_get_example_exists(yourcompany: httpx.Client) -> None:
    data = read(yourcompany.get("/data/data_def456"))
    named = {"id": "data_def456", "project_id": "proj_abc123", "filename": "data.csv", "size": 1024000}
    assert data == {name: data[name] for name in [*UPLOADED, "format", "processed_at"]} | named
    assert data["rows"] == 5000


def test_user_example(yourcompany: httpx.Client) -> None:
    user = read(yourcompany.get("/users/me"))
    named = {"id": "user_123", "email": "user@example.com", "name": "John Doe"}
    assert user == named | {"created_at": user["created_at"], "plan": user["plan"]}
    assert user["plan"] in ["free", "professional", "enterprise"]
    check_instants(user["created_at"])


@pytest.mark.parametrize("change", [{"name": "Jane Doe"}, {"email": "jane@example.com"}, {}])
def test_put_user_changes_only_the_given_field(yourcompany: httpx.Client, change: Json) -> None:
    before = read(yourcompany.get("/users/me"))
    assert read(yourcompany.put("/users/me", json=change | {"plan": "free"})) == before | change
    check_invalid(yourcompany.put("/users/me", json={"email": "nobody"}), "email")
    assert read(yourcompany.get("/users/me")) == before | change


def test_usage_example(yourcompany: httpx.Client) -> None:
    query = "start_date=2025-11-01&end_date=2025-11-30&granularity=day"
    usage = read(yourcompany.get(f"/analytics/usage?{query}"))
    days, sums = usage["data"], usage["summary"]
    assert [day.pop("date") for day in days] == [f"2025-11-{number:02}" for number in range(1, 31)]
    assert {tuple(sorted(day)) for day in days} == {("api_calls", "data_processed", "projects_created")}
    assert {type(count) for day in days for count in day.values()} == {int}
    assert sums["total_api_calls"] == sum(day["api_calls"] for day in days)
    assert sums["total_data_processed"] == sum(day["data_processed"] for day in days)
    assert sums["total_projects"] == len(get_projects(yourcompany))


@pytest.mark.parametrize(("granularity", "start", "end", "dates"), STEPS)
def test_usage_has_every_step(
    yourcompany: httpx.Client, granularity: str, start: str, end: str, dates: list[str]
) -> None:
    query = {"granularity": granularity, "start_date": start, "end_date": end}
    assert [step["date"] for step in read(yourcompany.get("/analytics/usage", params=query))["data"]] == dates


def test_usage_is_by_day_over_30_days(yourcompany: httpx.Client) -> None:
    dates = [step["date"] for step in read(yourcompany.get("/analytics/usage"))["data"]]
    assert (dates, {len(date) for date in dates}) == (sorted(dates), {10})
    assert len(dates) in (30, 31)


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [(path, name, text) for path, each in WRONG_QUERIES.items() for name in each for text in each[name]],
)
def test_wrong_query_is_refused(yourcompany: httpx.Client, path: str, name: str, value: str) -> None:
    check_invalid(yourcompany.get(path, params={name: value}), name)


def test_usage_may_not_start_after_its_end(yourcompany: httpx.Client) -> None:
    check_invalid(yourcompany.get("/analytics/usage?start_date=2025-11-02&end_date=2025-11-01"))


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_FIELDS.items() for value in values]
)
def test_wrong_field_is_refused_and_changes_nothing(yourcompany: httpx.Client, name: str, value: Any) -> None:
    before = get_projects(yourcompany)
    check_invalid(yourcompany.post("/projects", json={"name": "x"} | {name: value}), name)
    check_invalid(yourcompany.put(MINE, json={name: value}), name)
    assert get_projects(yourcompany) == before


@pytest.mark.parametrize(
    ("content", "media"), [(b'{"name": ', "application/json"), (b"name=x", "text/plain")]
)
def test_unreadable_body_is_refused(yourcompany: httpx.Client, content: bytes, media: str) -> None:
    check_invalid(yourcompany.post("/projects", content=content, headers={"Content-Type": media}))


@pytest.mark.parametrize("path", ["/projects/proj_nowhere", "/data/data_nowhere", "/nowhere"])
def test_unknown_resource_is_not_found(yourcompany: httpx.Client, path: str) -> None:
    check_error(yourcompany.get(path), 404, "RESOURCE_NOT_FOUND")


def test_other_method_is_not_allowed(yourcompany: httpx.Client) -> None:
    response = yourcompany.patch(MINE, json={})
    check_error(response, 405, "METHOD_NOT_ALLOWED")
    assert set(response.headers["Allow"].replace(" ", "").split(",")) >= {"GET", "PUT", "DELETE"}


@pytest.mark.parametrize("token", [None, "nobody", "expired"])
@pytest.mark.parametrize("path", [*READS, "/projects/proj_nowhere", "/projects?page=0"])
def test_every_request_needs_a_valid_key(personas: Personas, path: str, token: str | None) -> None:
    response = personas(token, api="yourcompany").get(path)
    check_error(response, 401, "INVALID_API_KEY")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("token", "status"), [("readonly", 403), ("peer", 404)])
def test_projects_of_others_cannot_be_changed(
    personas: Personas, yourcompany: httpx.Client, token: str, status: int
) -> None:
    other, before = personas(token, api="yourcompany"), get_projects(yourcompany)
    code = {403: "INSUFFICIENT_PERMISSIONS", 404: "RESOURCE_NOT_FOUND"}[status]
    for response in (other.put(MINE, json={"name": "x"}), other.delete(MINE), upload(other)):
        check_error(response, status, code)
    assert get_projects(yourcompany) == before


def test_readonly_key_reads_but_creates_nothing(personas: Personas) -> None:
    readonly = personas("readonly", api="yourcompany")
    assert [readonly.get(path).status_code for path in READS] == [200] * 6
    for method, path in (("POST", "/projects"), ("PUT", "/users/me")):
        response = readonly.request(method, path, json={"name": "x"})
        check_error(response, 403, "INSUFFICIENT_PERMISSIONS")


def test_peer_sees_only_its_own(personas: Personas, yourcompany: httpx.Client) -> None:
    peer = personas("peer", api="yourcompany")
    theirs = {item["id"] for item in get_projects(peer)}
    assert theirs
    assert theirs.isdisjoint(item["id"] for item in get_projects(yourcompany))
    assert read(peer.get("/users/me"))["id"] == "user_456"
    for path in (MINE, "/data/data_def456"):
        check_error(peer.get(path), 404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    ("token", "plan", "limit"), [("standard", "free", 1000), ("premium", "professional", 10000)]
)
def test_plan_has_its_requests_per_hour(personas: Personas, token: str, plan: str, limit: int) -> None:
    client = personas(token, api="yourcompany")
    responses = [client.get("/users/me"), client.get("/projects/proj_nowhere")]
    responses.append(client.post("/projects", json={"name": "x"}))
    headers = [response.headers for response in responses]
    left = [int(each["X-RateLimit-Remaining"]) for each in headers]
    now = datetime.fromisoformat(read(responses[2], 201)["created_at"]).timestamp()
    assert read(responses[0])["plan"] == plan
    assert {each["X-RateLimit-Limit"] for each in headers} == {str(limit)}
    assert left == [limit - 1, limit - 2, limit - 3]
    assert 0 < int(headers[2]["X-RateLimit-Reset"]) - now <= 3601


def test_limited_key_is_stopped_after_three_requests(personas: Personas, yourcompany: httpx.Client) -> None:
    limited = personas("limited", api="yourcompany")
    left = [limited.get("/status").headers["X-RateLimit-Remaining"] for _ in range(3)]
    response = limited.get("/status")
    check_error(response, 429, "RATE_LIMIT_EXCEEDED")
    assert (left, response.headers["X-RateLimit-Remaining"]) == (["2", "1", "0"], "0")
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert yourcompany.get("/status").status_code == 200
