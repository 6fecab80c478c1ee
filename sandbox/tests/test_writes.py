"""Writing: what is kept, stamped, refused, and removed with it."""

from typing import Any

import orjson
import pytest

from sandbox.problems import Problem
from sandbox.tests.shop import BASE, LAMP, NEW_ITEM, Shop, load_document
from sandbox.writes import replace

Json = dict[str, Any]

NOW = "2026-03-10T12:00:00Z"
SHELF: Json = {"name": "New"}


def refuse(shop: Shop, operation: str, body: Any = None, **options: Any) -> Problem:
    shop.worlds.enter("")
    before = everything(shop)
    with pytest.raises(Problem) as caught:
        shop.act(operation, body, **options)
    assert everything(shop) == before, "a refused write changed something"
    return caught.value


def everything(shop: Shop) -> list[Json]:
    return shop.many() + shop.many("listShelves")


def owner_of(shop: Shop, resource: str, key: str) -> str | None:
    row = shop.store.get(shop.resource(resource), "", key)
    assert row
    return row.owner


# create


def test_new_record_has_the_given_fields_the_defaults_and_what_the_server_sets(shop: Shop) -> None:
    made = shop.one("createItem", NEW_ITEM)
    key = made.pop("id")
    assert made == {
        **NEW_ITEM,
        "stock": 0,
        "notes": {},
        "state": "draft",
        "ready_at": None,
        "created_at": NOW,
        "updated_at": NOW,
        "priced_at": NOW,
    }
    assert shop.one("showItem", id=key) == {"id": key, **made}


def test_new_record_has_its_fields_in_the_order_of_the_schema(shop: Shop) -> None:
    made = shop.one("createItem", dict(reversed(NEW_ITEM.items())))
    assert list(made) == [name for name in shop.resource("Item").properties if name in made]


@pytest.mark.parametrize("text", ["\0", "é€😀", "x" * 5000, "'; DROP TABLE x; --", "$name", " \n\t"])
def test_text_is_kept_as_it_is(shop: Shop, text: str) -> None:
    made = shop.one("createItem", {**NEW_ITEM, "name": text})
    assert shop.one("showItem", id=made["id"])["name"] == text


@pytest.mark.parametrize("notes", [{"a": [{"b": None}]}, {"": 2**70}, {"x": 1e308}])
def test_free_value_is_kept_as_it_is(shop: Shop, notes: Json) -> None:
    made = shop.one("createItem", {**NEW_ITEM, "notes": notes})
    assert shop.one("showItem", id=made["id"])["notes"] == notes


def test_ids_differ(shop: Shop) -> None:
    keys = {shop.one("createShelf", {"name": str(number)})["id"] for number in range(50)}
    assert len(keys) == 50


@pytest.mark.parametrize(("persona", "owner"), [("demo", None), ("ann", "acme"), ("peer", "bob")])
def test_new_record_belongs_to_the_account_else_the_user(shop: Shop, persona: str, owner: str | None) -> None:
    assert owner_of(shop, "Shelf", shop.one("createShelf", SHELF, persona=persona)["id"]) == owner


@pytest.mark.parametrize(
    ("operation", "body", "path"), [("createShelf", SHELF, "/shelves/"), ("createItem", NEW_ITEM, "/items/")]
)
def test_location_is_where_the_new_record_is_shown(shop: Shop, operation: str, body: Json, path: str) -> None:
    answer = shop.act(operation, body)
    assert answer.headers == {"Location": f"{BASE}{path}{orjson.loads(answer.values['item'])['id']}"}


def test_record_that_nothing_shows_has_no_location(shop: Shop) -> None:
    assert shop.act("createReview", {"item_id": LAMP, "stars": 5}).headers == {}


def test_duplicate_is_a_conflict_that_names_the_values(shop: Shop) -> None:
    problem = refuse(shop, "createItem", {**NEW_ITEM, "sku": "lamp-1"})
    assert problem.kind == "conflict"
    assert "sku" in problem.message
    assert "lamp-1" in problem.message


def test_what_was_removed_may_be_created_again_under_another_id(shop: Shop) -> None:
    shop.act("removeItem", id=LAMP)
    made = shop.one("createItem", {**NEW_ITEM, "sku": "lamp-1"})
    assert made["id"] != LAMP


# amend


def test_amending_changes_the_given_fields_and_the_stamps_and_nothing_else(shop: Shop) -> None:
    before = shop.one("createItem", {**NEW_ITEM, "notes": {"a": 1}, "origin": {"town": "Bath"}})
    shop.seconds = 1.0
    after = shop.one("amendItem", {"name": "Stool", "stock": 0}, id=before["id"])
    assert after == {**before, "name": "Stool", "stock": 0, "updated_at": "2026-03-10T12:00:01Z"}
    assert shop.one("showItem", id=before["id"]) == after


def test_stamp_of_some_fields_moves_with_those_only(shop: Shop) -> None:
    key = shop.one("createItem", NEW_ITEM)["id"]
    shop.seconds = 1.0
    assert shop.one("amendItem", {"name": "Stool"}, id=key)["priced_at"] == NOW
    assert shop.one("amendItem", {"price": 5}, id=key)["priced_at"] == "2026-03-10T12:00:01Z"


def test_objects_are_replaced_whole(shop: Shop) -> None:
    key = shop.one("createItem", {**NEW_ITEM, "origin": {"town": "Bath", "day": "2026-01-31"}})["id"]
    assert shop.one("amendItem", {"origin": {"town": "York"}}, id=key)["origin"] == {"town": "York"}


@pytest.mark.parametrize("body", [{}, {"extra": 1}, {"id": "mine", "created_at": "x"}])
def test_amending_nothing_changes_nothing(shop: Shop, body: Json) -> None:
    before = shop.one("createItem", NEW_ITEM)
    shop.seconds = 1.0
    assert shop.one("amendItem", body, id=before["id"]) == before


def test_field_that_never_changes_is_refused_and_named(shop: Shop) -> None:
    problem = refuse(shop, "amendItem", {"sku": "other", "name": "Stool"}, id=LAMP)
    assert problem.kind == "invalid"
    assert [(fault.location, fault.pointer) for fault in problem.faults] == [("body", "/sku")]


def test_amending_into_a_duplicate_is_a_conflict(shop: Shop) -> None:
    key = shop.one("createShelf", SHELF)["id"]
    assert refuse(shop, "replaceShelf", {"name": "Alpha"}, shelf_id=key).kind == "conflict"
    assert shop.one("replaceShelf", {"name": "New", "colour": "red"}, shelf_id=key)["colour"] == "red"


def test_amending_a_reference_to_nothing_is_refused(shop: Shop) -> None:
    problem = refuse(shop, "amendItem", {"shelf_id": "nope"}, id=LAMP)
    assert [fault.pointer for fault in problem.faults] == ["/shelf_id"]


@pytest.mark.parametrize(
    ("operation", "body", "parameters"),
    [
        ("amendItem", {"name": "x"}, {"id": LAMP}),
        ("removeItem", None, {"id": LAMP}),
        ("replaceShelf", SHELF, {"shelf_id": "shelf_a"}),
        ("removeShelf", None, {"shelf_id": "shelf_a"}),
    ],
)
def test_record_of_somebody_else_and_a_missing_one_cannot_be_written(
    shop: Shop, operation: str, body: Json, parameters: Json
) -> None:
    assert refuse(shop, operation, body, persona="peer", **parameters).kind == "foreign"
    assert refuse(shop, operation, body, **dict.fromkeys(parameters, "nope")).kind == "missing"


def test_amending_keeps_the_owner_and_the_move_to_come(shop: Shop) -> None:
    key = shop.one("createItem", NEW_ITEM, persona="ann")["id"]
    shop.one("amendItem", {"name": "Stool"}, id=key)
    assert owner_of(shop, "Item", key) == "acme"
    shop.seconds = 100
    assert shop.one("amendItem", {"name": "Bench"}, id=key)["state"] == "sold"


def test_own_single_record_is_amended(shop: Shop) -> None:
    assert shop.one("amendMe", {"email": "new@example.com"}, persona="ann")["email"] == "new@example.com"
    assert shop.one("showMe", persona="ann")["email"] == "new@example.com"
    assert shop.one("showMe", persona="peer")["email"] == "bob@example.com"


# replace


def test_replacing_drops_what_is_not_given_but_keeps_what_is_the_servers(shop: Shop) -> None:
    before = shop.one("createShelf", {"name": "New", "colour": "red"})
    shop.seconds = 1.0
    after = shop.one("replaceShelf", {"name": "Newer"}, shelf_id=before["id"])
    assert after == {**before, "name": "Newer", "colour": "white", "updated_at": "2026-03-10T12:00:01Z"}


def test_replacing_keeps_the_state_and_its_move(shop: Shop) -> None:
    before = shop.one("createItem", NEW_ITEM)
    call = shop.call("amendItem", {"name": "Stool", "shelf_id": "shelf_a", "price": 1}, id=before["id"])
    after = orjson.loads(replace(call).values["item"])
    assert (after["state"], after["sku"], after["name"]) == ("draft", before["sku"], "Stool")
    assert "stock" not in after
    shop.seconds = 100
    assert shop.one("showItem", id=before["id"])["state"] == "sold"


# remove


def test_removed_record_is_gone_from_detail_and_list_and_a_second_removal_is_missing(shop: Shop) -> None:
    total = len(shop.many())
    shop.act("removeItem", id=LAMP)
    assert len(shop.many()) == total - 1
    assert refuse(shop, "showItem", id=LAMP).kind == "missing"
    assert refuse(shop, "removeItem", id=LAMP).kind == "missing"


def test_removal_takes_along_what_cannot_be_without_it(shop: Shop) -> None:
    shop.worlds.enter("")
    others = [item for item in shop.many() if item["shelf_id"] != "shelf_a"]
    assert len(others) < len(shop.many())
    shop.act("removeShelf", shelf_id="shelf_a")
    assert shop.many() == others


def test_removal_leaves_what_may_stay() -> None:
    document = load_document()
    document["components"]["schemas"]["Item"]["x-sandbox"]["references"] = {"shelf_id": {"resource": "Shelf"}}
    shop = Shop(document=document)
    shop.act("removeShelf", shelf_id="shelf_a")
    assert shop.one("showItem", id=LAMP)["shelf_id"] == "shelf_a"
    shop.store.close()


def test_removal_of_what_is_in_use_is_a_conflict(shop: Shop) -> None:
    shop.one("createReview", {"item_id": LAMP, "stars": 5})
    problem = refuse(shop, "removeItem", id=LAMP)
    assert problem.kind == "conflict"
    assert "Review" in problem.message


def test_removal_that_fails_below_removes_nothing_at_all(shop: Shop) -> None:
    shop.one("createReview", {"item_id": LAMP, "stars": 5})
    assert refuse(shop, "removeShelf", shelf_id="shelf_a").kind == "conflict"


def test_removal_in_a_circle_ends() -> None:
    document = load_document()
    words = document["components"]["schemas"]["Shelf"]["x-sandbox"]
    words["references"] = {"colour": {"resource": "Shelf", "removal": "cascade"}}
    own = Shop(document=document)
    own.store.add_world("shop/")
    own.put(
        "Shelf",
        {"id": "a", "name": "a", "colour": "b"},
        {"id": "b", "name": "b", "colour": "a"},
        {"id": "c", "name": "c", "colour": "c"},
    )
    own.act("removeShelf", shelf_id="a")
    own.act("removeShelf", shelf_id="c")
    assert own.many("listShelves") == []
    own.store.close()
