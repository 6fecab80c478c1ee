"""The control plane's look into the records."""

import pytest

from sandbox.tests.control.desk import Desk


def first(desk: Desk, **query: str) -> dict[str, object]:
    record: dict[str, object] = desk.ask("GET", "/records", api="shop", resource="Item", limit="1", **query)[
        "items"
    ][0]
    return record


def test_resources_are_listed_with_their_keys_and_counts(desk: Desk) -> None:
    told = desk.ask("GET", "/records", api="shop")
    assert told["items"] == []
    [item] = [each for each in told["resources"] if each["name"] == "Item"]
    assert item["key"] == "id"
    assert item["records"] == desk.ask("GET", "/records", api="shop", resource="Item")["total"] > 0


def test_records_are_paged(desk: Desk) -> None:
    whole = desk.ask("GET", "/records", api="shop", resource="Item", limit="1000")
    page = desk.ask("GET", "/records", api="shop", resource="Item", limit="2", offset="1")
    assert page["items"] == whole["items"][1:3]
    assert page["total"] == whole["total"] == len(whole["items"])


def test_record_is_found_by_its_key(desk: Desk) -> None:
    record = first(desk)
    found = desk.ask("GET", "/records", api="shop", resource="Item", key=str(record["id"]))
    assert found["items"] == [record]
    assert desk.ask("GET", "/records", api="shop", resource="Item", key="none")["items"] == []


def test_record_is_replaced_in_its_world_only(desk: Desk) -> None:
    record = first(desk)
    place = f"/records/shop/Item/{record['id']}"
    changed = {**record, "name": "by hand"}
    assert desk.ask("PUT", place, changed, world="one") == changed
    assert desk.ask("GET", place, world="one") == changed
    assert desk.ask("GET", place) == record


def test_replaced_record_keeps_its_key(desk: Desk) -> None:
    record = first(desk)
    replaced = desk.ask("PUT", f"/records/shop/Item/{record['id']}", {**record, "id": "other"})
    assert replaced["id"] == record["id"]


def test_record_is_added_with_a_key_of_its_own(desk: Desk) -> None:
    draft = {name: value for name, value in first(desk).items() if name != "id"} | {"name": "new by hand"}
    for unique in ("sku", "code"):
        draft |= {unique: "by-hand"} if unique in draft else {}
    made = desk.ask("POST", "/records/shop/Item", draft)
    assert made["id"]
    assert desk.ask("GET", f"/records/shop/Item/{made['id']}") == made
    assert desk.refuse("POST", "/records/shop/Item", made).kind == "conflict"


def test_password_is_neither_shown_nor_lost(desk: Desk) -> None:
    [user] = desk.ask("GET", "/records", api="clinic", resource="User", limit="1")["items"]
    assert "password" not in user
    place = f"/records/clinic/User/{user['id']}"
    resource, store = desk.resource("clinic", "User"), desk.store
    hashed = [row.read()["password"] for row in [store.get(resource, "", user["id"])] if row]
    desk.ask("PUT", place, user)
    assert [row.read()["password"] for row in [store.get(resource, "", user["id"])] if row] == hashed
    assert "password" not in desk.ask("PUT", place, {**user, "password": "Another-2026"})
    assert [row.read()["password"] for row in [store.get(resource, "", user["id"])] if row] != hashed


def test_record_is_deleted(desk: Desk) -> None:
    place = f"/records/shop/Item/{first(desk)['id']}"
    assert desk.ask("DELETE", place) is None
    assert desk.refuse("GET", place).kind == "missing"
    assert desk.refuse("DELETE", place).kind == "missing"


def test_record_against_its_schema_is_refused(desk: Desk) -> None:
    record = first(desk)
    problem = desk.refuse("PUT", f"/records/shop/Item/{record['id']}", {**record, "name": 7})
    assert problem.kind == "invalid"
    assert [fault.field for fault in problem.faults] == ["name"]


@pytest.mark.parametrize(
    ("path", "query", "kind"),
    [
        ("/records", {"api": "nothing"}, "invalid"),
        ("/records", {"api": "shop", "resource": "Nothing"}, "missing"),
        ("/records/shop/Nothing/a", {}, "missing"),
        ("/records/nothing/Item/a", {}, "invalid"),
        ("/records/shop/Item/none", {}, "missing"),
    ],
)
def test_unknown_place_is_refused(desk: Desk, path: str, query: dict[str, str], kind: str) -> None:
    assert desk.refuse("GET", path, **query).kind == kind
