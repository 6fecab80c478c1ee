"""Drafts: from a request to the record that it asks for."""

from typing import Any

import pytest

from sandbox.drafts import derive, find_owner, read_fields
from sandbox.problems import Problem
from sandbox.tests.shop import Shop, load_document

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
