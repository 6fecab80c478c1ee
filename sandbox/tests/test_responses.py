"""Responses: answers in their envelope, problems in the form of the API, statuses on demand."""

import re
from dataclasses import replace
from typing import Any

import orjson
import pytest

from sandbox.calls import Answer
from sandbox.declared import Api, Operation
from sandbox.forced import answer_forced
from sandbox.preferences import Preferences
from sandbox.problems import Fault, Problem
from sandbox.reading import read_api
from sandbox.responses import Renderer, Response, answer_example, answer_problem
from sandbox.tests.shop import load_document, make_api, read_shop

Json = dict[str, Any]

SHOP = read_shop()
OPERATIONS = {operation.id: operation for operation in SHOP.operations}
FAULTS = [Fault("query", "size", "must be an integer"), Fault("body", "/origin/day", "is no date")]


def render(operation: str, **values: Any) -> Response:
    envelope = "many" if "items" in values else "one"
    return Renderer(SHOP, OPERATIONS[operation]).render(Answer(envelope, values))


def body(response: Response) -> Any:
    return orjson.loads(response.body)


def test_record_is_wrapped_in_the_envelope_as_it_is_kept() -> None:
    response = render("showItem", item=b'{"b":1,"a":{"n":12345678901234567890123}}')
    assert response.body == b'{"data":{"b":1,"a":{"n":12345678901234567890123}}}'
    assert (response.status, response.headers) == (200, {"Content-Type": "application/json"})


def test_list_is_wrapped_with_the_names_of_its_page_and_has_its_headers() -> None:
    values = {"total": 2, "page": 1, "pages": 1, "next": None, "prev": None, "link": "<x>"}
    response = render("listItems", items=[b'{"id":1}', b'{"id":2}'], **values)
    assert body(response) == {
        "data": [{"id": 1}, {"id": 2}],
        "meta": {"total": 2, "page": 1, "pages": 1},
        "links": {"next": None, "prev": None},
    }
    assert response.headers == {"Content-Type": "application/json", "Link": "<x>", "X-Total-Count": "2"}


def test_operation_may_have_a_body_of_its_own() -> None:
    assert body(render("removeShelf", item=b"null")) == {"gone": True}


def test_success_without_content_has_no_body_and_no_type() -> None:
    response = render("removeItem", item=b"null")
    assert (response.status, response.headers, response.body) == (204, {}, b"")


def test_headers_of_the_answer_are_kept() -> None:
    answer = Answer("one", {"item": b"{}"}, {"Location": "/x"})
    response = Renderer(SHOP, OPERATIONS["createItem"]).render(answer)
    assert (response.status, response.headers["Location"]) == (201, "/x")


CUT: Json = {"properties": {"id": {}}}


@pytest.mark.parametrize(
    ("template", "schema", "name", "expected"),
    [
        ("$items", {"type": "array", "items": CUT}, "items", [{"id": 1}]),
        ({"data": "$item"}, {"properties": {"data": CUT}}, "item", {"data": {"id": 1}}),
        ({"data": "$item"}, {"properties": {"data": {}}}, "item", {"data": {"id": 1, "name": 2}}),
        ({"data": "$item"}, {"type": "object"}, "item", {"data": {"id": 1, "name": 2}}),
    ],
)  # fmt: skip
def test_record_is_cut_to_the_properties_of_the_response_where_it_has_fewer(
    template: Any, schema: Json, name: str, expected: Any
) -> None:
    document = load_document()
    document["x-sandbox"]["envelopes"] = {"one": template, "many": template}
    response = {"description": "", "content": {"application/json": {"schema": schema}}}
    document["paths"]["/items"]["get"]["responses"] = {"200": response}
    api = read_api("shop", document)
    [operation] = [operation for operation in api.operations if operation.id == "listItems"]
    record = b'{"id":1,"name":2}'
    values = {"items": [record], "total": 1, "link": None} if name == "items" else {"item": record}
    envelope = "many" if name == "items" else "one"
    assert body(Renderer(api, operation).render(Answer(envelope, values))) == expected


def test_problem_has_the_body_and_status_of_its_kind() -> None:
    response = answer_problem(SHOP, Problem("missing", "there is no Item x"))
    assert response.status == 404
    assert body(response) == {"error": {"code": "MISSING", "message": "there is no Item x"}}
    assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("kind", SHOP.dialect["errors"]["kinds"])
def test_every_kind_of_problem_is_rendered(kind: str) -> None:
    status, code = SHOP.dialect["errors"]["kinds"][kind]
    response = answer_problem(SHOP, Problem(kind, "why"))
    assert (response.status, body(response)["error"]["code"]) == (status, code)


def test_problem_tells_every_fault_with_place_field_and_reason() -> None:
    error = body(answer_problem(SHOP, Problem("invalid", "two faults", FAULTS)))["error"]
    assert error["field"] == "size"
    assert error["details"] == [
        {"location": "query", "field": "size", "message": "must be an integer"},
        {"location": "body", "field": "origin.day", "message": "is no date"},
    ]


def test_problem_keeps_its_headers_and_has_those_of_the_dialect() -> None:
    headers = answer_problem(SHOP, Problem("rate_limited", "slow", headers={"Retry-After": "7"})).headers
    assert headers["Retry-After"] == "7"
    assert re.fullmatch("req_[a-z0-9]{12}", headers["X-Request-Id"])
    assert headers["X-Request-Id"] != answer_problem(SHOP, Problem("failed", "x")).headers["X-Request-Id"]


def test_request_id_is_the_same_in_header_and_body() -> None:
    document = load_document()
    document["x-sandbox"]["errors"]["body"] = {"id": "$request_id", "status": "$status", "title": "$reason"}
    response = answer_problem(read_api("shop", document), Problem("conflict", "x"))
    assert body(response) == {"id": response.headers["X-Request-Id"], "status": 409, "title": "Conflict"}


@pytest.mark.parametrize(
    ("message", "reason"), [("plain", "plain"), ("two\r\nlines é\0", "two??lines ??"), ("x" * 999, "x" * 300)]
)
def test_reason_is_a_header_in_every_form(message: str, reason: str) -> None:
    for api in (SHOP, make_api()):
        assert answer_problem(api, Problem("missing", message)).headers["Sandbox-Reason"] == reason


def test_document_without_words_answers_problem_details() -> None:
    """RFC 9457."""
    response = answer_problem(make_api(), Problem("invalid", "why", FAULTS[:1]))
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body(response) == {
        "title": "Bad Request",
        "status": 400,
        "detail": "why",
        "code": "invalid",
        "errors": [{"location": "query", "field": "size", "message": "must be an integer"}],
    }


def test_document_without_words_answers_its_own_example_of_an_error() -> None:
    example = {"description": "", "content": {"application/json": {"example": {"oops": 1}}}}
    api = make_api({"responses": {"404": example}})
    response = answer_problem(api, Problem("missing", "why"), api.operations[0])
    assert (response.status, body(response)) == (404, {"oops": 1})
    assert response.headers["Sandbox-Reason"] == "why"


def test_status_that_http_does_not_know_has_a_reason_all_the_same() -> None:
    document = load_document()
    document["x-sandbox"]["errors"]["kinds"]["rate_limited"] = [420, "CALM"]
    document["x-sandbox"]["errors"]["body"] = {"title": "$reason"}
    response = answer_problem(read_api("shop", document), Problem("rate_limited", "slow"))
    assert response.status == 420
    assert isinstance(body(response)["title"], str)


def answer(content: Json | None = None, **more: Any) -> Json:
    return {"description": "", **({"content": content} if content else {}), **more}


@pytest.mark.parametrize(
    ("response", "media", "content"),
    [
        (answer({"application/json": {"example": {"a": 1}}}), "application/json", b'{"a":1}'),
        (answer({"application/json": {"schema": {"type": "string"}}}), "application/json", b'"text"'),
        (answer({"text/plain": {"example": "hi"}}), "text/plain", b"hi"),
        (answer({"application/vnd.a+json": {"example": "hi"}}), "application/vnd.a+json", b'"hi"'),
        (answer(), None, b""),
    ],
)
def test_example_is_written_in_its_media_type(response: Json, media: str | None, content: bytes) -> None:
    operation = make_api({"responses": {"200": response}}).operations[0]
    made = answer_example(operation, 200)
    assert (made.status, made.headers.get("Content-Type"), made.body) == (200, media, content)


FORCED: Json = {
    "200": answer({"application/json": {"example": {"a": 1}}}, headers={"X-Total": {"example": 7}}),
    "204": answer(),
    "302": answer(headers={"Location": {"example": "/a"}}),
    "429": answer(headers={"Retry-After": {"schema": {"type": "integer"}, "example": 7}}),
    "418": answer({"application/json": {"example": {"tea": True}}}),
    "4XX": answer({"application/json": {"example": {"any": 4}}}),
    "default": answer({"application/json": {"example": {"any": 0}}}),
}


def force(status: int, **responses: Any) -> Response:
    operation: Operation = replace(OPERATIONS["listItems"], responses=responses or FORCED)
    api: Api = SHOP
    return answer_forced(api, operation, Preferences(status))


@pytest.mark.parametrize("status", [200, 204, 302, 418, 429])
def test_any_documented_status_is_answered_on_demand_with_its_headers(status: int) -> None:
    response = force(status)
    assert response.status == status
    assert response.headers["Preference-Applied"] == f"code={status}"
    for name, header in FORCED[str(status)].get("headers", {}).items():
        assert response.headers[name] == str(header["example"])


@pytest.mark.parametrize(("status", "expected"), [(200, {"a": 1}), (418, {"tea": True})])
def test_status_on_demand_has_its_example(status: int, expected: Json) -> None:
    assert body(force(status)) == expected


def test_error_on_demand_has_the_form_of_a_real_one() -> None:
    assert body(force(429))["error"]["code"] == "RATE_LIMITED"


@pytest.mark.parametrize(("status", "expected"), [(410, {"any": 4}), (501, {"any": 0})])
def test_range_and_default_document_a_status_too(status: int, expected: Json) -> None:
    """OpenAPI 3.0.3 §4.7.15: 4XX stands for all of 400 to 499, default for every other one."""
    response = force(status)
    assert (response.status, body(response)) == (status, expected)


@pytest.mark.parametrize("status", [1, 101, 199, 600, 999])
def test_status_that_ends_no_request_cannot_be_forced_by_a_default(status: int) -> None:
    with pytest.raises(Problem):
        force(status)


@pytest.mark.parametrize("status", [404, 500, 999, 1])
def test_status_that_is_not_documented_is_invalid_and_the_others_are_told(status: int) -> None:
    with pytest.raises(Problem, match="200") as caught:
        force(status, **{"200": answer(), "403": answer()})
    assert caught.value.kind == "invalid"
