"""Human API: its document, sentence by sentence, in literals. The types are in test_humanapi_types.py."""

import re
from typing import Any

import httpx
import pytest

from .conftest import Personas

Json = dict[str, Any]

ENCOUNTER = "/human/medical/encounters/5b60f9042e208223a3773175"
RESULTS = "/human/medical/test_results"
ISSUES = "/human/medical/issues"
STARFLEET = "55a83bdc8d1eb1420aa1a71b"
SINGLE = ["/human", "/human/profile", "/human/medical/profile", "/human/heart_rate", ENCOUNTER]
LISTS = [RESULTS, ISSUES, "/human/medical/organizations", "/human/sources", "/human/weight/readings"]
# List: the date that its range and its order go by.
DATED = {
    "/human/medical/encounters": "dateTime",
    "/human/medical/immunizations": "dates.0",
    ISSUES: "dateTime",
    RESULTS: "resultDateTime",
    "/human/weight/readings": "timestamp",
    "/human/activities": "startTime",
    "/human/sleeps/summaries": "date",
}
INSTANTS = ["2020-03-09T16:52:38Z", "20200309", "20200309T165238", "20201309T165238Z", "20200230T000000Z"]
INSTANTS += ["20200309T245238Z", "20200309T166038Z", "x", ""]
WRONG = {
    "limit": ["0", "-1", "501", "ten", "1.5", ""],
    "offset": ["-1", "x", "1.5", ""],
    "start_date": ["2013-13-01", "20130101", "yesterday", ""],
    "end_date": ["2013-02-30", "2013-1-1", "2013-01-01T00:00:00Z", ""],
    "created_since": INSTANTS,
    "created_before": INSTANTS,
    "updated_since": INSTANTS,
    "updated_before": INSTANTS,
}


def read(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    return response.json()


def check_error(response: httpx.Response, status: int, reason: str) -> None:
    assert response.status_code == status, response.text
    error = response.json()
    assert (error["code"], error["error"]) == (status, reason)
    assert error["message"]


def get_links(response: httpx.Response) -> dict[str, httpx.URL]:
    """The targets of the Link header, as RFC 5988 reads it."""
    return {str(rel): httpx.URL(link["url"]) for rel, link in response.links.items()}


def get_offsets(response: httpx.Response) -> dict[str, int]:
    return {rel: int(url.params["offset"]) for rel, url in get_links(response).items()}


def get_all(client: httpx.Client, path: str, **query: Any) -> list[Json]:
    """Every record of a query, by its `next` links."""
    response = client.get(path, params={"limit": 500} | query)
    records: list[Json] = read(response)
    while "next" in response.links:
        response = client.get(get_links(response)["next"])
        records += read(response)
    assert len({record["id"] for record in records}) == len(records) == int(response.headers["X-Total-Count"])
    return records


def dig(record: Any, field: str) -> str:
    """The text at a dotted path, empty where there is none."""
    for part in field.split("."):
        record = record[int(part)] if part.isdigit() else record.get(part, {})
    return record or ""


def compact(instant: str) -> str:
    return re.sub(r"[-:]|\.000", "", instant)


def test_curl_example_serves_the_demo_user(humanapi: httpx.Client, personas: Personas) -> None:
    assert humanapi.base_url.path.rstrip("/").endswith("/v1")
    human = read(personas(None, "humanapi").get("/human", headers={"Authorization": "Bearer demo"}))
    assert human == read(humanapi.get("/human"))
    assert human["userId"]
    assert human["humanId"]


def test_another_token_serves_the_data_of_its_user(humanapi: httpx.Client, personas: Personas) -> None:
    peer = personas("peer", "humanapi")
    assert read(peer.get("/human"))["userId"] != read(humanapi.get("/human"))["userId"]
    for path in DATED:
        ids = {record["id"] for record in get_all(peer, path)}
        assert 0 < len(ids) <= 3
        assert ids.isdisjoint(record["id"] for record in get_all(humanapi, path))
    names = {record["patient"]["name"] for record in get_all(peer, ISSUES)}
    assert names.isdisjoint(record["patient"]["name"] for record in get_all(humanapi, ISSUES))
    for path in (ENCOUNTER, "/human/medical/profile", "/human/blood_glucose"):
        check_error(peer.get(path), 404, "Not Found")


@pytest.mark.parametrize("token", [None, "expired", "nobody", "DEMO"])
def test_missing_or_invalid_token_is_unauthorized(personas: Personas, token: str | None) -> None:
    for path in (*SINGLE, *LISTS, RESULTS + "?limit=0", "/human/medical/encounters/none"):
        response = personas(token, "humanapi").get(path)
        check_error(response, 401, "Unauthorized")
        assert "Bearer" in response.headers["WWW-Authenticate"]


def test_tokens_of_one_user_read_the_same_until_their_limit(
    humanapi: httpx.Client, personas: Personas
) -> None:
    for token in ("standard", "premium", "readonly"):
        assert read(personas(token, "humanapi").get(ENCOUNTER)) == read(humanapi.get(ENCOUNTER))
    limited = personas("limited", "humanapi")
    assert [limited.get("/human").status_code for _ in range(3)] == [200, 200, 200]
    response = limited.get("/human")
    check_error(response, 429, "Too Many Requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 3600


@pytest.mark.parametrize("path", [*SINGLE, *LISTS])
def test_payload_is_json_and_nothing_else(humanapi: httpx.Client, path: str) -> None:
    body = read(humanapi.get(path, headers={"Accept": "application/json"}))
    assert isinstance(body, list if path in LISTS else dict)
    check_error(humanapi.get(path, headers={"Accept": "text/xml"}), 406, "Not Acceptable")


def test_encounter_of_the_document_exists(humanapi: httpx.Client) -> None:
    encounter = read(humanapi.get(ENCOUNTER))
    assert encounter in get_all(humanapi, "/human/medical/encounters")
    assert encounter["id"] == "5b60f9042e208223a3773175"
    assert (encounter["source"], encounter["organization"]["name"]) == (STARFLEET, "Starfleet Medical")
    texts = [encounter["visitType"], encounter["patient"]["name"], encounter["patientInstruction"]]
    texts += [encounter["provider"][name] for name in ("name", "departmentName", "address")]
    for name in ("codes", "diagnoses", "medications", "orders"):
        texts += [encounter[name][0]["name"]]
    assert [text for text in texts if not (text and isinstance(text, str))] == []


@pytest.mark.parametrize("path", LISTS)
def test_list_has_50_records_unless_limit_says_otherwise(humanapi: httpx.Client, path: str) -> None:
    every, response = get_all(humanapi, path), humanapi.get(path)
    assert read(response) == every[:50]
    assert int(response.headers["X-Total-Count"]) == len(every)
    assert all(re.fullmatch("[0-9a-f]{24}", record["id"]) for record in every)


@pytest.mark.parametrize("limit", [1, 7, 50, 500])
def test_limit_and_offset_cut_the_list(humanapi: httpx.Client, limit: int) -> None:
    every = get_all(humanapi, RESULTS)
    assert len(every) > 500
    for offset in (0, 1, 100, 600, len(every), 2147483647):
        response = humanapi.get(RESULTS, params={"limit": limit, "offset": offset})
        assert read(response) == every[offset : offset + limit]
        assert int(response.headers["X-Total-Count"]) == len(every)


@pytest.mark.parametrize("name", WRONG)
def test_wrong_value_is_refused(humanapi: httpx.Client, name: str) -> None:
    both = {"start_date": "2013-01-01", "end_date": "2030-01-01"} if name.endswith("_date") else {}
    for value in WRONG[name]:
        check_error(humanapi.get(RESULTS, params=both | {name: value}), 400, "Bad Request")


@pytest.mark.parametrize("stamp", ["created", "updated"])
@pytest.mark.parametrize("path", [RESULTS, ISSUES, "/human/weight/readings", "/human/activities"])
def test_since_is_after_and_before_is_before(humanapi: httpx.Client, path: str, stamp: str) -> None:
    every = get_all(humanapi, path)
    instant = sorted(record[f"{stamp}At"] for record in every)[len(every) // 2]
    after = get_all(humanapi, path, **{f"{stamp}_since": compact(instant)})
    before = get_all(humanapi, path, **{f"{stamp}_before": compact(instant)})
    assert after == [record for record in every if record[f"{stamp}At"] > instant] != []
    assert before == [record for record in every if record[f"{stamp}At"] < instant] != []


@pytest.mark.parametrize("path", DATED)
def test_source_selects_the_records_of_a_source(humanapi: httpx.Client, path: str) -> None:
    every = get_all(humanapi, path)
    sources = {record["source"] for record in every}
    assert len(sources) > 1
    assert sources <= {each["source"] for each in read(humanapi.get("/human/sources"))}
    for source in {*sources, STARFLEET, "nobody", "55a83bdc8d1eb1420aa1a71"}:
        chosen = [record for record in every if record["source"] == source]
        assert get_all(humanapi, path, source=source) == chosen


@pytest.mark.parametrize("path", DATED)
def test_date_range_includes_both_days(humanapi: httpx.Client, path: str) -> None:
    every, field = get_all(humanapi, path), DATED[path]
    days = sorted(dig(record, field)[:10] for record in every if dig(record, field))
    for start, end in ((days[40], days[90]), (days[70], days[70]), ("0001-01-01", "9999-12-31")):
        chosen = [record for record in every if start <= dig(record, field)[:10] <= end]
        assert get_all(humanapi, path, start_date=start, end_date=end) == chosen != []
    some = [record for record in chosen if record["source"] == every[0]["source"]]
    query = {"start_date": days[0], "end_date": days[-1], "source": every[0]["source"]}
    assert read(humanapi.get(path, params=query | {"limit": "3", "offset": "1"})) == some[1:4]


def test_date_range_needs_both_ends_in_order(humanapi: httpx.Client) -> None:
    for query in (
        "start_date=2013-01-01&limit=50&offset=100",  # the example of the document, against its own rule
        "end_date=2013-01-01",
        "start_date=2013-01-02&end_date=2013-01-01",
    ):
        check_error(humanapi.get(f"{RESULTS}?{query}"), 400, "Bad Request")


def test_link_header_of_the_document_example(humanapi: httpx.Client) -> None:
    query = {"start_date": "2013-01-01", "end_date": "2030-01-01", "limit": "50"}
    response = humanapi.get(RESULTS, params=query | {"offset": "100"})
    total = int(response.headers["X-Total-Count"])
    assert get_offsets(response) == {"first": 0, "prev": 50, "next": 150, "last": (total - 1) // 50 * 50}
    for url in get_links(response).values():
        assert url.copy_with(query=None) == response.url.copy_with(query=None)
        assert dict(url.params) == query | {"offset": url.params["offset"]}
        assert read(humanapi.get(url))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=50", ["first", "last", "next"]),
        ("limit=50&offset=20", ["first", "last", "next", "prev"]),
        ("limit=500&offset=500", ["first", "last", "prev"]),
        ("limit=50&offset=100000", ["first", "last", "prev"]),
        ("source=nobody", ["first", "last"]),
    ],
)
def test_pages_without_neighbours_lack_their_links(
    humanapi: httpx.Client, query: str, expected: list[str]
) -> None:
    response = humanapi.get(f"{RESULTS}?{query}")
    assert sorted(get_links(response)) == expected
    assert get_offsets(response)["first"] == get_offsets(response).get("prev", 0) % 10 == 0


@pytest.mark.parametrize("limit", [39, 40])
def test_walking_the_links_meets_each_record_once(humanapi: httpx.Client, limit: int) -> None:
    every = get_all(humanapi, ISSUES)
    assert get_all(humanapi, ISSUES, limit=limit) == every
    last = humanapi.get(get_links(humanapi.get(ISSUES, params={"limit": limit}))["last"])
    assert read(last) == every[(len(every) - 1) // limit * limit :] != []


@pytest.mark.parametrize("path", ["/human", RESULTS, ENCOUNTER])
def test_data_can_only_be_read(humanapi: httpx.Client, path: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = humanapi.request(method, path, json={})
        check_error(response, 405, "Method Not Allowed")
        assert "GET" in response.headers["Allow"]


def test_unknown_type_is_not_found(humanapi: httpx.Client) -> None:
    for path in ("/human/medical/documents", "/human/medical/encounter", "/humans", "/human/mood"):
        check_error(humanapi.get(path), 404, "Not Found")
