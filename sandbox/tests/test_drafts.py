"""Drafts: from a request to the record that it asks for."""

from typing import Any

import pytest

from sandbox.drafts import derive, find_owner, read_fields
from sandbox.problems import Problem
from sandbox.store import File
from sandbox.tests.shop import NEW_ITEM, Shop, load_document

Json = dict[str, Any]


@pytest.fixture
def change() -> Json:
    """The shop's schemas, to change."""
    return load_document()


def derived(document: Json, property: str, schema: Json, given: Json) -> Json:
    photo = document["components"]["schemas"]["Photo"]
    photo["properties"] = {"id": {}, "name": {}, property: schema}
    photo["required"] = [property]
    shop = Shop(document=document)
    derive(shop.call("createPhoto", {}), given)
    shop.store.close()
    return given


@pytest.mark.parametrize(
    ("schema", "given", "value"),
    [
        ({"format": "date-time", "x-sandbox": {"later": {"days": 7}}}, {}, "2026-03-17T12:00:00Z"),
        ({"format": "date-time", "x-sandbox": {"later": {"hours": 13}}}, {}, "2026-03-11T01:00:00Z"),
        ({"format": "date", "x-sandbox": {"later": {"days": 0}}}, {}, "2026-03-10"),
        ({"format": "date", "x-sandbox": {"later": {"days": 1}}}, {"made": "2026-01-01"}, "2026-01-01"),
        ({"x-sandbox": {"form": "/s/{id}/{name}"}}, {"id": "a", "name": "b"}, "/s/a/b"),
        ({"default": 0}, {}, 0),
        ({"default": 0}, {"made": None}, None),
        ({"type": "string", "nullable": True}, {}, None),
    ],
)
def test_field_that_nobody_gave_is_derived(change: Json, schema: Json, given: Json, value: Any) -> None:
    assert derived(change, "made", schema, given)["made"] == value


@pytest.mark.parametrize("schema", [{"type": "string"}, {"x-sandbox": {"form": "{name}"}}])
def test_field_that_cannot_be_derived_is_left_out(change: Json, schema: Json) -> None:
    assert "made" not in derived(change, "made", schema, {"id": "a"})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "n", "colour": None}, {"name": "n", "colour": None}),
        ({"name": "n", "id": "mine", "created_at": "x"}, {"name": "n"}),
        ({"extra": 1}, {}),
        (None, {}),
        ([1], {}),
        (b"bytes", {}),
    ],
)
def test_fields_are_those_that_the_operation_knows_and_the_client_may_set(
    shop: Shop, body: Any, fields: Json
) -> None:
    assert read_fields(shop.call("createShelf", body)) == fields


@pytest.fixture
def owned() -> Any:
    """A shop where a field holds the owner of an item."""
    document = load_document()
    document["components"]["schemas"]["Item"]["x-sandbox"]["owner"] = "name"
    made = Shop(document=document)
    yield made
    made.store.close()


@pytest.mark.parametrize(
    ("persona", "name", "owner"),
    [("demo", "anyone", "anyone"), ("ann", "ann", "ann"), ("ann", "acme", "acme"), ("peer", "bob", "bob")],
)
def test_field_may_say_who_owns_a_record(owned: Shop, persona: str, name: str, owner: str) -> None:
    assert find_owner(owned.call("createItem", persona=persona), {"name": name}) == owner


def test_nobody_creates_for_somebody_else(owned: Shop) -> None:
    with pytest.raises(Problem) as caught:
        find_owner(owned.call("createItem", persona="peer"), {"name": "ann"})
    assert caught.value.kind == "foreign"


SHELF: Json = {"name": "New"}


def refuse(shop: Shop, operation: str, body: Json, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        shop.act(operation, body, **options)
    return caught.value


@pytest.mark.parametrize("value", [0, 5])
def test_given_value_goes_before_the_default_also_a_falsy_one(shop: Shop, value: int) -> None:
    assert shop.one("createItem", {**NEW_ITEM, "stock": value})["stock"] == value


def test_null_is_a_value(shop: Shop) -> None:
    assert shop.one("createShelf", {**SHELF, "colour": None})["colour"] is None
    assert shop.one("createShelf", {"name": "Other"})["colour"] == "white"


@pytest.mark.parametrize("field", ["id", "created_at", "updated_at"])
def test_fields_of_the_server_and_unknown_ones_are_ignored(shop: Shop, field: str) -> None:
    made = shop.one("createShelf", {**SHELF, field: "mine", "extra": 1})
    assert made[field] != "mine"
    assert "extra" not in made


def test_file_gives_its_facts_and_what_the_client_says_wins(shop: Shop) -> None:
    file = File("file", "a.png", "image/png", b"1234")
    made = shop.one("createPhoto", {"width": 5}, files={"file": file})
    assert made == {"id": made["id"], "title": "a.png", "size": 4, "type": "image/png", "width": 5}
    assert shop.store.file(shop.resource("Photo"), "", made["id"], "file") == file
    assert shop.one("createPhoto", {"title": "Mine"}, files={"file": file})["title"] == "Mine"


@pytest.mark.parametrize(
    ("operation", "body", "kind", "fields"),
    [
        ("createItem", {**NEW_ITEM, "shelf_id": "nope"}, "invalid", ["shelf_id"]),
        ("createReview", {"item_id": "nope", "stars": 5}, "missing", []),
    ],
)
def test_reference_to_nothing_is_the_declared_problem(
    shop: Shop, operation: str, body: Json, kind: str, fields: list[str]
) -> None:
    problem = refuse(shop, operation, body)
    assert problem.kind == kind
    assert [fault.field for fault in problem.faults] == fields
    assert "nope" in problem.message


def test_reference_to_a_record_of_somebody_else_is_one_to_nothing(shop: Shop) -> None:
    assert refuse(shop, "createItem", NEW_ITEM, persona="peer").kind == "invalid"
    assert (
        shop.one("createItem", {**NEW_ITEM, "shelf_id": "shelf_b"}, persona="peer")["shelf_id"] == "shelf_b"
    )
