"""An operation as a whole: what is checked in which order, and what a client may force."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from sandbox.responses import Response
from sandbox.tests.shop import LAMP, NEW_ITEM, START, Shop, load_document

Json = dict[str, Any]


def ask(shop: Shop, operation: str, *, token: str | None = "demo", **request: Any) -> Response:
    headers = {"authorization": token and f"Bearer {token}", **request.pop("headers", {})}
    return asyncio.run(shop.ask(operation, headers, **request))


def code(response: Response) -> str:
    error: str = orjson.loads(response.body)["error"]["code"]
    return error


def use_up(shop: Shop, token: str = "limited") -> None:
    for _ in range(3):
        assert ask(shop, "listItems", token=token).status == 200


def test_request_is_answered_with_the_records_of_its_world(shop: Shop) -> None:
    response = ask(shop, "showItem", id=LAMP)
    assert (response.status, orjson.loads(response.body)["data"]["name"]) == (200, "Lamp")
    ask(shop, "removeItem", token="demo.job", id=LAMP)
    assert ask(shop, "showItem", id=LAMP).status == 200
    assert ask(shop, "showItem", token="demo.job", id=LAMP).status == 404
    assert ask(shop, "showItem", headers={"sandbox-world": "job"}, id=LAMP).status == 404
    assert ask(shop, "showItem", token="ann.job", id=LAMP).status == 404


BAD: Json = {"query": "size=x", "body": {"sku": 5}, "headers": {"content-type": "application/json"}}


@pytest.mark.parametrize(
    ("operation", "token", "spent", "request_", "status"),
    [
        ("createItem", None, True, BAD, 401),
        ("createItem", "nobody", True, BAD, 401),
        ("createItem", "expired", True, BAD, 401),
        ("createItem", "limited", True, BAD, 429),
        ("createItem", "readonly", False, BAD, 403),
        ("createItem", "demo", False, BAD, 422),
        ("amendItem", None, False, {"body": {"price": "x"}, "id": "nope"}, 401),
        ("amendItem", "readonly", False, {"body": {"price": "x"}, "id": "nope"}, 403),
        ("amendItem", "demo", False, {"body": {"price": "x"}, "id": "nope"}, 422),
        ("amendItem", "demo", False, {"body": {"price": 1}, "id": "nope"}, 404),
        ("amendItem", "peer", False, {"body": {"price": 1}, "id": LAMP}, 403),
        ("amendItem", "demo", False, {"body": {"price": 1}, "id": LAMP}, 200),
        ("createItem", "demo", False, {"body": {**NEW_ITEM, "sku": "lamp-1"}}, 409),
        ("createItem", "demo", False, {"body": {**NEW_ITEM, "sku": "lamp-1", "shelf_id": "nope"}}, 422),
    ],
)
def test_checks_come_in_the_order_credential_quota_scope_request_state(
    shop: Shop, operation: str, token: str, spent: bool, request_: Json, status: int
) -> None:
    if spent:
        use_up(shop)
    assert ask(shop, operation, token=token, **request_).status == status


def test_every_fault_of_query_and_body_is_told_at_once() -> None:
    body = {"name": "n", "shelf_id": "a", "price": -1}
    document = load_document()
    document["paths"]["/items"]["post"]["parameters"] = [
        {"name": "dry", "in": "query", "schema": {"type": "boolean"}}
    ]
    own = Shop(document=document)
    details = orjson.loads(ask(own, "createItem", query="dry=maybe", body=body).body)["error"]["details"]
    assert [(detail["location"], detail["field"]) for detail in details] == [
        ("query", "dry"),
        ("body", "price"),
        ("body", "sku"),
    ]
    own.store.close()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("made_until=2026-01-31", "made_since"),
        ("made_since=2026-02-01&made_until=2026-01-31", "made_since"),
        ("made_on=soon", "made_on"),
        ("size=6", "size"),
        ("page=0", "page"),
        ("sort=id", "sort"),
    ],
)
def test_bad_query_is_invalid_and_the_field_named(shop: Shop, query: str, field: str) -> None:
    response = ask(shop, "listItems", query=query)
    assert (response.status, orjson.loads(response.body)["error"]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": ""}, 401),
        ({"authorization": "Basic ZGVtbzo="}, 401),
        ({"authorization": "ApiKey demo"}, 200),
        ({"authorization": "Bearer demo.a/b"}, 401),
        ({"authorization": "Bearer demo", "sandbox-world": "a b"}, 422),
    ],
)
def test_credential_is_checked(shop: Shop, headers: Json, status: int) -> None:
    response = ask(shop, "listItems", token=None, headers=headers)
    assert response.status == status
    assert ("WWW-Authenticate" in response.headers) == (status == 401)


def test_open_operation_needs_no_credential(shop: Shop) -> None:
    response = ask(shop, "getStatus", token=None)
    assert (response.status, orjson.loads(response.body)) == (
        200,
        {"status": "open", "at": "2026-03-10T12:00:00Z"},
    )


def test_rate_limit_is_told_in_headers_and_ends_with_its_window(shop: Shop) -> None:
    responses = [ask(shop, "listItems", token="limited") for _ in range(4)]
    assert [response.headers["X-RateLimit-Remaining"] for response in responses] == ["2", "1", "0", "0"]
    assert {response.headers["X-RateLimit-Limit"] for response in responses} == {"3"}
    assert {response.headers["X-RateLimit-Reset"] for response in responses} == {
        str(int(START.timestamp()) + 60)
    }
    assert [response.status for response in responses] == [200, 200, 200, 429]
    assert responses[3].headers["Retry-After"] == "60"
    assert code(responses[3]) == "RATE_LIMITED"
    assert ask(shop, "listItems", token="limited.other").status == 200
    shop.seconds = 60
    assert ask(shop, "listItems", token="limited").status == 200


@pytest.mark.parametrize(
    ("operation", "status"), [("showItem", 404), ("createItem", 422), ("removeItem", 404)]
)
def test_refused_requests_count_and_tell_the_rate_limit_too(shop: Shop, operation: str, status: int) -> None:
    response = ask(shop, operation, token="ann", body={}, id="nope")
    assert response.status == status
    assert response.headers["X-RateLimit-Remaining"] == "999999"


def test_operation_may_use_up_a_quota_of_its_own() -> None:
    document = load_document()
    document["paths"]["/items"]["post"]["x-sandbox"]["counts"] = "writes"
    shop = Shop(document=document)
    personas = shop.fixtures.personas
    personas["demo"] = replace(personas["demo"], quotas={"writes": 2})
    statuses = [ask(shop, "createItem", body={**NEW_ITEM, "sku": str(number)}).status for number in range(3)]
    assert statuses == [201, 201, 429]
    assert ask(shop, "listItems").headers["X-RateLimit-Remaining"] == "999996"
    assert ask(shop, "createItem", token="ann", body=NEW_ITEM).status == 201
    shop.store.close()


def test_refusal_without_a_known_credential_tells_no_rate_limit(shop: Shop) -> None:
    assert "X-RateLimit-Limit" not in ask(shop, "listItems", token="nobody").headers


@pytest.mark.parametrize(
    ("prefer", "status", "wait"),
    [
        ("code=503", 503, 0.0),
        ("code=429, wait=0.5", 429, 0.5),
        ("wait=2", 200, 2.0),
        ("wait=9999", 200, 60.0),
        ("code=500", 500, 0.0),
        ("respond-async", 200, 0.0),
    ],
)
def test_client_may_force_a_status_and_a_delay(shop: Shop, prefer: str, status: int, wait: float) -> None:
    response = ask(shop, "listItems", headers={"prefer": prefer})
    assert (response.status, response.wait) == (status, wait)


def test_delay_holds_for_refusals_too(shop: Shop) -> None:
    response = ask(shop, "showItem", headers={"prefer": "wait=2"}, id="nope")
    assert (response.status, response.wait) == (404, 2.0)


def test_forced_429_has_the_headers_of_a_real_one(shop: Shop) -> None:
    response = ask(shop, "listItems", headers={"prefer": "code=429"})
    assert code(response) == "RATE_LIMITED"
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["X-RateLimit-Limit"] == "1000000"
    assert response.headers["Preference-Applied"] == "code=429"


@pytest.mark.parametrize(
    ("token", "forced", "status"),
    [(None, 500, 401), ("nobody", 500, 401), (None, 401, 401), ("demo", 401, 401), ("demo", 409, 409)],
)
def test_credential_is_checked_before_a_status_is_forced_but_for_401(
    shop: Shop, token: str | None, forced: int, status: int
) -> None:
    assert ask(shop, "createItem", token=token, headers={"prefer": f"code={forced}"}).status == status


@pytest.mark.parametrize("forced", [201, 409, 500])
def test_forced_status_changes_nothing(shop: Shop, forced: int) -> None:
    response = ask(shop, "createItem", headers={"prefer": f"code={forced}"}, body=NEW_ITEM)
    assert response.status == forced
    assert len(shop.many()) == 24


def test_status_that_is_not_documented_cannot_be_forced(shop: Shop) -> None:
    response = ask(shop, "removeItem", headers={"prefer": "code=999"}, id=LAMP)
    assert response.status == 422
    assert ask(shop, "showItem", id=LAMP).status == 200


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/*;q=0.5", 200),
        ("text/html, application/json;q=0.1", 200),
        ("Application/JSON", 200),
        ("text/html", 406),
        ("image/*, text/*", 406),
    ],
)
@pytest.mark.parametrize("documented", [True, False])
def test_media_type_that_is_not_offered_is_refused_where_that_is_documented(
    accept: str, status: int, documented: bool
) -> None:
    document = load_document()
    if documented:
        document["paths"]["/items"]["get"]["responses"]["406"] = {"description": "No."}
    shop = Shop(document=document)
    assert ask(shop, "listItems", headers={"accept": accept}).status == (status if documented else 200)
    shop.store.close()


def test_operation_without_words_answers_its_example(shop: Shop) -> None:
    document = load_document()
    del document["paths"]["/shelves"]["post"]["x-sandbox"]
    own = Shop(document=document)
    response = ask(own, "createShelf", body={"name": "n"})
    assert (response.status, orjson.loads(response.body)) == (201, {"data": {"id": "shelf_1"}})
    assert ask(own, "createShelf", body={}).status == 422
    own.store.close()
    assert ask(shop, "createShelf", body={"name": "n"}).status == 201


@pytest.mark.parametrize("query", ["a=%FF", "state=%C0%80"])
def test_query_that_is_not_utf_8_is_unreadable(shop: Shop, query: str) -> None:
    response = ask(shop, "listItems", query=query)
    assert (response.status, code(response)) == (400, "UNREADABLE")


def test_refused_write_changes_nothing_and_read_after_write_sees_everything(shop: Shop) -> None:
    assert ask(shop, "createItem", body={**NEW_ITEM, "price": "x"}).status == 422
    assert len(shop.many()) == 24
    made = orjson.loads(ask(shop, "createItem", body=NEW_ITEM).body)["data"]
    assert orjson.loads(ask(shop, "showItem", id=made["id"]).body)["data"] == made
