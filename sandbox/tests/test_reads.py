"""Reading: lists and single records, of the caller's only, in their present state."""

from typing import Any

import orjson
import pytest

from sandbox.problems import Problem
from sandbox.tests.shop import LAMP, NEW_ITEM, START, Shop, load_document

Json = dict[str, Any]


def make_item(key: str, **fields: Any) -> Json:
    return {"id": key, "sku": key, "name": key, "shelf_id": "shelf_a", "price": 1, "state": "sold"} | fields


def keys(records: list[Json]) -> list[str]:
    return [record["id"] for record in records]


def refuse(shop: Shop, operation: str, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        shop.act(operation, **options)
    return caught.value


def test_list_has_every_record_and_its_number(shop: Shop) -> None:
    answer = shop.act("listItems", size=5)
    assert answer.envelope == "many"
    assert (answer.values["total"], len(answer.values["items"])) == (24, 5)
    assert len(shop.many()) == 24


def test_pages_meet_every_record_once_in_the_order_of_the_resource(shop: Shop) -> None:
    pages = [shop.many(size=5, page=page) for page in range(1, 7)]
    assert [len(page) for page in pages] == [5, 5, 5, 5, 4, 0]
    walked = [record for page in pages for record in page]
    assert keys(walked) == keys(shop.many())
    made = [record.get("made_at") or "" for record in walked]
    assert made == sorted(made, reverse=True)
    assert "" in made


@pytest.mark.parametrize(
    ("persona", "owners"), [("demo", {None, "acme", "bob"}), ("ann", {"acme"}), ("peer", {"bob"})]
)
def test_caller_sees_the_records_of_user_and_account_only(
    shop: Shop, persona: str, owners: set[str | None]
) -> None:
    shop.put("Item", make_item("of-ann"), owner="ann")
    listed = keys(shop.many(persona=persona))
    rows = {row_key: shop.store.get(shop.resource("Item"), "", row_key) for row_key in listed}
    assert {row.owner for row in rows.values() if row} == owners | ({"ann"} if persona != "peer" else set())


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"state": "ready"}, ["b"]),
        ({"state": "nope"}, []),
        ({"min_price": 2}, ["b", "c"]),
        ({"max_price": 2}, ["a", "b"]),
        ({"min_price": 2, "max_price": 2}, ["b"]),
        ({"made_on": "2026-01-31"}, ["a", "b"]),
        ({"made_since": "2026-01-31", "made_until": "2026-01-31"}, ["a", "b"]),
        ({"made_since": "2026-01-31T10:00:00Z"}, ["b", "c"]),
        ({"made_since": "2026-01-31T11:00:00+01:00"}, ["b", "c"]),
        ({"place": "Bath"}, ["c"]),
        ({"place": "shelf_b"}, ["b"]),
        ({"min_price": 2, "place": "shelf_b", "state": "sold"}, []),
    ],
)
def test_filters_select_together(shop: Shop, parameters: Json, expected: list[str]) -> None:
    shop.store.add_world("shop/")
    shop.put(
        "Item",
        make_item("a", price=1, made_at="2026-01-31T00:00:00Z"),
        make_item("b", price=2, made_at="2026-01-31T23:59:59Z", shelf_id="shelf_b", state="ready"),
        make_item("c", price=3, made_at="2026-02-01T00:00:00Z", origin={"town": "Bath"}),
        make_item("d", price=None),
    )
    assert sorted(keys(shop.many(**parameters))) == expected
    assert shop.act("listItems", **parameters).values["total"] == len(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("la", ["b", "c"]), ("LAMP", ["b"]), ("a%", ["d"]), ("_", []), ("", ["a", "b", "c", "d"]), ("\0", [])],
)
def test_filter_may_ask_for_a_part_of_a_text_in_any_case(text: str, expected: list[str]) -> None:
    document = load_document()
    has = {
        "name": "has",
        "in": "query",
        "schema": {"type": "string"},
        "x-sandbox": {"filters": "name", "by": "contains"},
    }
    document["paths"]["/items"]["get"]["parameters"].append(has)
    shop = Shop(document=document)
    shop.store.add_world("shop/")
    names = {"a": "Chair", "b": "Lamp", "c": "blanket", "d": "a%b"}
    shop.put("Item", *(make_item(key, name=name) for key, name in names.items()))
    assert sorted(keys(shop.many(has=text))) == expected
    shop.store.close()


@pytest.mark.parametrize(("where", "found"), [({"state": "sold"}, True), ({"state": "draft"}, False)])
def test_condition_of_the_operation_holds_for_a_single_record_too(where: Json, found: bool) -> None:
    document = load_document()
    document["paths"]["/items/{id}"]["get"]["x-sandbox"]["where"] = where
    shop = Shop(document=document)
    if found:
        assert shop.one("showItem", id=LAMP)["id"] == LAMP
    else:
        assert refuse(shop, "showItem", id=LAMP).kind == "missing"
    shop.store.close()


def test_instants_of_clients_are_compared_as_instants(shop: Shop) -> None:
    """Item.made_at is written by clients, who may use any offset and fraction (RFC 3339)."""
    shop.store.add_world("shop/")
    texts = ["2026-01-31T10:00:00Z", "2026-01-31T10:30:00+02:00", "2026-01-31T09:00:00.5Z"]
    shop.put("Item", *(make_item(str(number), made_at=text) for number, text in enumerate(texts)))
    assert keys(shop.many(made_since="2026-01-31T09:00:00Z")) == ["0", "2"]
    assert keys(shop.many()) == ["0", "2", "1"]


def test_filter_of_the_path_selects_too(shop: Shop) -> None:
    records = shop.many("listShelfItems", shelf="shelf_a")
    assert LAMP in keys(records)
    assert {record["shelf_id"] for record in records} == {"shelf_a"}
    assert shop.many("listShelfItems", shelf="nope") == []


@pytest.mark.parametrize("field", ["name", "price", "made"])
def test_sort_orders_by_the_field_with_absent_ones_last_and_ties_in_the_default_order(
    shop: Shop, field: str
) -> None:
    name = {"made": "made_at"}.get(field, field)
    there = [record for record in shop.many() if record.get(name) is not None]
    absent = [record for record in shop.many() if record.get(name) is None]
    falls = field == "made"  # as the default order does
    expected = sorted(there, key=lambda record: record[name], reverse=falls)
    sort = f"-{field}" if falls else field
    assert keys(shop.many(sort=sort)) == keys([*expected, *absent])
    turned = field if falls else f"-{field}"
    assert keys(shop.many(sort=turned)) == keys([*reversed(expected), *reversed(absent)])


def test_links_use_the_path_of_the_request_or_its_whole_url(shop: Shop) -> None:
    url = "https://shop.example:8443/v1/items"
    assert shop.act("listItems", url=url, size=2).values["next"] == "/v1/items?size=2&page=2"
    document = load_document()
    document["x-sandbox"]["page"]["urls"] = "absolute"
    other = Shop(document=document)
    assert other.act("listItems", url=url, size=2).values["next"] == f"{url}?size=2&page=2"
    other.store.close()


def test_record_is_shown_as_it_is_in_the_list(shop: Shop) -> None:
    for record in shop.many()[:5]:
        assert shop.one("showItem", id=record["id"]) == record


@pytest.mark.parametrize("key", ["nope", "", "\0", LAMP.upper(), f"{LAMP} ", "' OR 1=1 --"])
def test_record_that_does_not_exist_is_missing(shop: Shop, key: str) -> None:
    assert refuse(shop, "showItem", id=key).kind == "missing"


@pytest.mark.parametrize(("persona", "kind"), [("demo", None), ("ann", None), ("peer", "foreign")])
def test_record_of_somebody_else_is_foreign(shop: Shop, persona: str, kind: str | None) -> None:
    if kind:
        assert refuse(shop, "showItem", persona=persona, id=LAMP).kind == kind
    else:
        assert shop.one("showItem", persona=persona, id=LAMP)["name"] == "Lamp"


def test_foreign_record_is_not_told_from_a_missing_one_where_the_api_does_not() -> None:
    document = load_document()
    kinds = document["x-sandbox"]["errors"]["kinds"]
    kinds["foreign"] = kinds["missing"]
    shop, other = Shop(document=document), LAMP.replace("3", "4")
    foreign, missing = (refuse(shop, "showItem", persona="peer", id=key) for key in (LAMP, other))
    assert foreign.message == missing.message.replace(other, LAMP)
    shop.store.close()


def test_single_record_is_the_callers_own(shop: Shop) -> None:
    assert shop.one("showMe", persona="ann")["email"] == "ann@example.com"
    assert shop.one("showMe", persona="peer")["email"] == "bob@example.com"


def test_single_record_that_does_not_exist_is_missing(shop: Shop) -> None:
    shop.store.add_world("shop/")
    assert refuse(shop, "showMe").kind == "missing"


def test_property_shows_the_first_record_of_another_resource_cut_to_its_names(shop: Shop) -> None:
    assert shop.one("showMe", persona="ann")["last_item"] == {"name": "Lamp", "price": 20}
    shop.store.delete(shop.resource("Item"), "", LAMP)
    assert shop.one("showMe", persona="ann")["last_item"] == {}


def make_draft(shop: Shop) -> str:
    shop.worlds.enter("")
    key: str = shop.one("createItem", NEW_ITEM)["id"]
    return key


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, "draft"), (1.9, "draft"), (5.1, "ready"), (11.9, "ready"), (25.1, "sold"), (1e6, "sold")],
)
def test_state_is_that_of_the_clock_in_list_and_detail(shop: Shop, seconds: float, state: str) -> None:
    key = make_draft(shop)
    shop.seconds = seconds
    assert [record["state"] for record in shop.many() if record["id"] == key] == [state]
    assert shop.one("showItem", id=key)["state"] == state
    assert (key in keys(shop.many(state="draft"))) == (state == "draft")


def test_reading_in_between_moves_no_state(shop: Shop) -> None:
    first, second = make_draft(shop), shop.one("createItem", {**NEW_ITEM, "sku": "s-2"})["id"]
    for seconds in range(31):
        shop.seconds = float(seconds)
        shop.one("showItem", id=first)
    assert shop.one("showItem", id=first)["ready_at"] is not None
    assert shop.one("showItem", id=second)["state"] == "sold"


def test_move_stamps_its_instant_and_nothing_else(shop: Shop) -> None:
    key = make_draft(shop)
    before = shop.one("showItem", id=key)
    shop.seconds = 100
    after = shop.one("showItem", id=key)
    assert "2026-03-10T12:00:02Z" <= after["ready_at"] <= "2026-03-10T12:00:05Z"
    assert after == {**before, "state": "sold", "ready_at": after["ready_at"]}


def test_with_instant_speed_the_write_shows_the_first_state_and_every_read_the_last() -> None:
    shop = Shop(speed="instant")
    shop.worlds.enter("")
    made = shop.one("createItem", NEW_ITEM)
    assert made["state"] == "draft"
    shown = shop.one("showItem", id=made["id"])
    assert (shown["state"], shown["ready_at"]) == ("sold", START.isoformat().replace("+00:00", "Z"))
    assert [record["state"] for record in shop.many() if record["id"] == made["id"]] == ["sold"]
    shop.store.close()


def test_state_is_settled_where_another_record_shows_it() -> None:
    document = load_document()
    item = document["components"]["schemas"]["Member"]["properties"]["last_item"]
    item["properties"]["state"] = {"type": "string"}
    shop = Shop(document=document)
    shop.store.add_world("shop/")
    shop.put("Member", {"id": "m"})
    shop.put("Shelf", {"id": "shelf_a", "name": "A"})
    shop.one("createItem", NEW_ITEM)
    shop.seconds = 100
    assert shop.one("showMe")["last_item"]["state"] == "sold"
    shop.store.close()


def test_answers_are_json_documents(shop: Shop) -> None:
    answer = shop.act("showItem", id=LAMP)
    assert answer.envelope == "one"
    assert orjson.loads(answer.values["item"])["id"] == LAMP
