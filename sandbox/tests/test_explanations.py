"""Why a request was refused: what the log tells of each part that was wrong."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.documents import find_documents
from sandbox.problems import Problem
from sandbox.schemas import follow
from sandbox.tests.client import DEMO, Client

Json = dict[str, Any]

RECORDS = "/devsync/api/v1/sync/records"
MISSING = "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f35"
NEW = "/components/schemas/NewRecord"
POST = "/paths/~1records/post"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client(*find_documents([]), fixtures=None)
    yield made
    made.site.close()


def explain(
    client: Client, method: str, path: str, headers: Json | None = None, **request: Any
) -> list[Json]:
    response = client.ask(method, path, headers, **request)
    assert response.headers["Sandbox-Reason"]
    problems: list[Json] = client.ask("GET", response.headers["Sandbox-Log"], {}).json()["problems"]
    assert problems
    return problems


def body(**fields: Any) -> Json:
    return {"developerId": "d", "resourceType": "t", "resourceKey": "k", "data": {}, **fields}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"developerId": "x" * 256},
            {
                "pointer": "/developerId",
                "rule": f"{NEW}/properties/developerId/maxLength",
                "expected": "maxLength 255",
                "nearest": "x" * 255,
                "requirements": ["DS-02", "DS-24", "DS-36", "DS-I04"],
            },
        ),
        (
            {"status": "activ"},
            {
                "rule": f"{NEW}/properties/status/enum",
                "expected": 'enum ["ACTIVE","PENDING_UPDATE","PENDING_SYNC_CONFIRMATION","ERROR"]',
                "received": "activ",
                "nearest": "ACTIVE",
                "requirements": ["DS-25", "DS-C01"],
            },
        ),
        (
            {"resourceType": 5},
            {"rule": f"{NEW}/properties/resourceType/type", "expected": "type string", "nearest": "5"},
        ),
        (
            {"statu": "ACTIVE"},
            {"pointer": "/statu", "rule": f"{NEW}/additionalProperties", "nearest": "status"},
        ),
    ],
)
def test_fault_of_a_body_names_the_rule_the_value_and_the_nearest_valid_one(
    client: Client, fields: Json, told: Json
) -> None:
    (problem,) = explain(client, "POST", RECORDS, json=body(**fields))
    assert problem | told == problem
    assert problem["location"] == "body"


def test_missing_field_comes_with_an_example_and_its_own_requirements(client: Client) -> None:
    given = body()
    del given["data"]
    (problem,) = explain(client, "POST", RECORDS, json=given)
    assert (problem["pointer"], problem["received"], problem["nearest"]) == ("/data", None, {})
    assert problem["rule"] == f"{NEW}/required"
    assert "DS-05" in problem["requirements"]


@pytest.mark.parametrize(
    ("query", "pointer", "rule", "nearest"),
    [
        ("limit=500", "limit", "3/schema/maximum", 100),
        ("limit=-1", "limit", "3/schema/minimum", 1),
        ("page=two", "page", "4/schema/type", 1),
    ],
)
def test_fault_of_a_parameter_names_the_rule_and_the_nearest_valid_value(
    client: Client, query: str, pointer: str, rule: str, nearest: int
) -> None:
    (problem,) = explain(client, "GET", f"{RECORDS}?{query}")
    assert (problem["location"], problem["pointer"]) == ("query", pointer)
    assert problem["rule"] == f"/paths/~1records/get/parameters/{rule}"
    assert problem["nearest"] == nearest


def as_json(content: bytes, **headers: str) -> Json:
    return {"content": content, "headers": {**DEMO, "Content-Type": "application/json", **headers}}


@pytest.mark.parametrize(
    ("method", "path", "request_", "told"),
    [
        ("POST", RECORDS, as_json(b'{"a": nope}'), {"location": "body", "received": '{"a": nope}'}),
        ("POST", RECORDS, as_json(b"\xff"), {"expected": "JSON in UTF-8", "rule": f"{POST}/requestBody"}),
        ("POST", RECORDS, as_json(b""), {"rule": f"{POST}/requestBody/required"}),
        (
            "POST",
            RECORDS,
            {"content": b"x", "headers": {**DEMO, "Content-Type": "text/json"}},
            {"location": "header", "pointer": "Content-Type", "nearest": "application/json"},
        ),
        (
            "POST",
            RECORDS,
            as_json(b"x", **{"Content-Encoding": "gzip"}),
            {"pointer": "Content-Encoding", "received": "gzip", "nearest": "identity"},
        ),
        (
            "POST",
            RECORDS,
            as_json(b"x" * (1 << 21)),
            {"location": "body", "expected": f"at most {1 << 20} bytes"},
        ),
        (
            "GET",
            RECORDS,
            {"headers": {"Authorization": "Bearer premum"}},
            {
                "location": "credential",
                "rule": "/components/securitySchemes/credential",
                "nearest": "Authorization: Bearer premium",
                "requirements": ["DS-33", "DS-34", "DS-35", "DS-I02", "DS-I03"],
            },
        ),
        ("GET", RECORDS, {"headers": {}}, {"received": None, "nearest": "Authorization: Bearer demo"}),
        (
            "POST",
            RECORDS,
            {"headers": {"Authorization": "Bearer readonly"}, "json": {}},
            {
                "rule": f"{POST}/x-sandbox/needs",
                "expected": "the scope sync:write",
                "received": "readonly with sync:read",
                "nearest": "Authorization: Bearer demo",
            },
        ),
        ("GET", RECORDS, {"headers": {**DEMO, "Sandbox-World": "a b"}}, {"nearest": "a-b"}),
        (
            "POST",
            "/yourcompany/v1/data/upload",
            {"content": b"x", "headers": {**DEMO, "Content-Type": "multipart/form-data"}},
            {"location": "body", "rule": "/paths/~1data~1upload/post/requestBody"},
        ),
        (
            "PUT",
            RECORDS,
            {},
            {"location": "method", "received": "PUT", "nearest": ["GET", "HEAD", "OPTIONS", "POST"]},
        ),
        ("GET", "/medisync/api/patients?page=0", {}, {"pointer": "page", "nearest": 1}),
        ("GET", f"{RECORDS}?a=%ff", {}, {"location": "query", "received": "a=%ff"}),
    ],
)
def test_every_kind_of_refusal_explains_itself(
    client: Client, method: str, path: str, request_: Json, told: Json
) -> None:
    problem = explain(client, method, path, **request_)[0]
    assert problem | told == problem
    assert problem["message"]


def test_unknown_path_names_the_closest_documented_ones(client: Client) -> None:
    (problem,) = explain(client, "GET", "/devsync/api/v1/sync/record")
    assert problem["nearest"][0] == RECORDS


def test_unknown_record_names_existing_ones_that_the_caller_sees(client: Client) -> None:
    (problem,) = explain(client, "GET", f"{RECORDS}/{MISSING}")
    assert problem["rule"] == "/paths/~1records~1{id}/parameters/0"
    assert len(problem["nearest"]) == 3
    for key in problem["nearest"]:
        assert client.ask("GET", f"{RECORDS}/{key}").status_code == 200


def test_conflict_names_the_record_in_the_way(client: Client) -> None:
    record = client.ask("GET", f"{RECORDS}?limit=1").json()["data"][0]
    fields = ("developerId", "resourceType", "resourceKey", "data")
    problems = explain(client, "POST", RECORDS, json={name: record[name] for name in fields})
    assert [problem["pointer"] for problem in problems] == [f"/{name}" for name in fields[:3]]
    assert all(problem["nearest"] == f"Record {record['id']} has it" for problem in problems)
    assert problems[0]["rule"] == "/components/schemas/Record/x-sandbox/unique"


def test_exceeded_quota_says_when_its_window_ends(client: Client) -> None:
    limited = {"Authorization": "Bearer limited"}
    for _ in range(3):
        client.ask("GET", RECORDS, limited)
    (problem,) = explain(client, "GET", RECORDS, headers=limited)
    assert problem["nearest"] == "at 2026-03-10T13:00:00Z, when the window ends"
    assert problem["rule"] == "/x-sandbox/quota"


def test_many_and_large_faults_are_cut(client: Client) -> None:
    wrong = body(**{f"f{n}": "y" * 5000 for n in range(200)})
    problems = explain(client, "POST", RECORDS, json=wrong)
    assert len(problems) == 50
    assert all(len(problem["received"]) <= 400 for problem in problems)


def test_rule_is_a_place_in_the_document_that_the_user_wrote(client: Client) -> None:
    asked = [
        ("POST", RECORDS, {"json": body(developerId="", status=1, more=[])}),
        ("GET", f"{RECORDS}?limit=x&page=0", {}),
        ("POST", "/healthsync/v1/records", {"json": {"data": {"attributes": {}}}}),
        ("POST", "/medisync/api/login", {"json": {"email": "x"}}),
        (
            "GET",
            "/yourcompany/v1/analytics/usage?start_date=2026-02-02&end_date=2026-01-01&granularity=x",
            {},
        ),
        ("GET", "/v1/human/medical/encounters?limit=x", {}),
    ]
    apis = {api.name: api.document for api in client.site.apis}
    for method, path, request in asked:
        for problem in explain(client, method, path, **request):
            (entry,) = client.site.traffic.find({"status": "4xx"}, 1)
            follow(apis[entry.api], {"$ref": f"#{problem['rule']}"})


def test_problem_of_a_fault_of_the_sandbox_has_one_explanation(client: Client) -> None:
    response = client.site.answer("/devsync/x", Problem("failed", "broken"))
    assert response.note
    assert b'"message":"broken"' in response.note.finding[-1]
