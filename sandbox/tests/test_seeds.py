"""Demo data: from one seed, coherent, varied, owned as the fixtures say."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import orjson
import pytest

from sandbox.clock import read_instant
from sandbox.fixtures import read_fixtures
from sandbox.reading import read_api
from sandbox.schemas import Schema
from sandbox.seeds import make_rows
from sandbox.store import Row
from sandbox.tests.shop import FIXTURES, LAMP, load_document, read_shop

Json = dict[str, Any]
Rows = dict[str, list[Row]]

ANCHOR = read_instant("2026-03-10T00:00:00Z")


@cache
def make(seed: int = 1, anchor: datetime = ANCHOR) -> Rows:
    return make_rows(read_shop(), read_fixtures(read_shop(), FIXTURES), seed, anchor)


def make_changed(change: Callable[[Json], None]) -> Rows:
    document = load_document()
    change(document["components"]["schemas"])
    api = read_api("shop", document)
    return make_rows(api, read_fixtures(api, FIXTURES), 1, ANCHOR)


def records(name: str, rows: Rows | None = None) -> list[Json]:
    return [row.read() for row in (rows or make())[name]]


def generated(name: str) -> list[Json]:
    """The records that no fixture names."""
    named = {record["id"] for record in read_fixtures(read_shop(), FIXTURES).records.get(name, ())}
    return [record for record in records(name) if record["id"] not in named]


def everything(rows: Rows) -> bytes:
    return orjson.dumps(
        [
            [name, row.key, row.owner, row.document.decode(), row.due]
            for name, each in rows.items()
            for row in each
        ]
    )


def test_same_seed_and_anchor_give_the_same_bytes() -> None:
    make.cache_clear()
    first = everything(make())
    make.cache_clear()
    assert everything(make()) == first


def test_other_seed_gives_other_records_but_the_same_named_ones() -> None:
    first, second = ({row.key for row in make(seed)["Item"]} for seed in (1, 2))
    assert first & second == {LAMP}


def test_other_anchor_gives_the_same_ids_names_and_counts_with_every_date_moved() -> None:
    later = make(anchor=ANCHOR + timedelta(10))
    for name in make():
        assert [row.key for row in later[name]] == [row.key for row in make()[name]]
    for before, after in zip(records("Item"), records("Item", later), strict=True):
        assert before["name"] == after["name"]
        for field in ("created_at", "updated_at", "made_at"):
            if before.get(field):
                assert read_instant(after[field]) - read_instant(before[field]) == timedelta(10)


def test_named_records_come_first_and_their_durations_are_resolved() -> None:
    [shelf, *_] = records("Shelf")
    assert shelf == {
        "id": "shelf_a",
        "name": "Alpha",
        "colour": None,
        "created_at": "2026-03-08T00:00:00Z",
        "updated_at": "2026-03-09T23:00:00Z",
    }


@pytest.mark.parametrize(
    ("resource", "owners"),
    [
        ("Shelf", {"acme": 1, "bob": 3, None: 7}),
        ("Item", {"acme": 1, "bob": 3, None: 20}),
        ("Member", {"ann": 1, "bob": 1}),
        ("Review", {}),
    ],
)
def test_every_persona_owns_as_many_records_as_declared(resource: str, owners: dict[str | None, int]) -> None:
    assert Counter(row.owner for row in make()[resource]) == owners


@pytest.mark.parametrize("resource", ["Shelf", "Item", "Member"])
def test_every_generated_record_is_valid_and_has_its_fields_in_order(resource: str) -> None:
    properties = {
        name: {**part, "readOnly": False} for name, part in read_shop().resources[resource].properties.items()
    }
    schema = {**read_shop().resources[resource].schema, "properties": properties}
    validator = Schema(schema, read_shop().registry)
    for record in generated(resource):
        assert validator.find_faults(record, "body") == []
        assert list(record) == [name for name in properties if name in record]


def test_references_lead_to_records_that_the_owner_sees() -> None:
    shelves = {row.key: row.owner for row in make()["Shelf"]}
    for row in make()["Item"]:
        assert row.owner in (None, shelves[row.read()["shelf_id"]])


def test_nothing_was_changed_before_it_was_created_or_after_the_anchor() -> None:
    items = generated("Item")
    for item in items:
        assert item["created_at"] <= item["priced_at"] <= item["updated_at"] <= "2026-03-10T00:00:00Z"
    assert any(item["created_at"] < item["updated_at"] for item in items)
    assert any(item["created_at"] == item["updated_at"] for item in items)


def test_some_records_were_created_at_the_same_instant() -> None:
    def many(schemas: Json) -> None:
        schemas["Item"]["x-sandbox"]["seeds"] = {"demo": 200}

    created = Counter(
        item["created_at"] for item in records("Item", make_changed(many)) if "created_at" in item
    )
    assert max(created.values()) > 1
    assert len(created) > 100


def test_unique_sets_are_kept() -> None:
    def few(schemas: Json) -> None:
        schemas["Item"]["properties"]["sku"]["x-sandbox"] = {"fake": {"random_int": {"min": 1, "max": 40}}}

    skus = [item["sku"] for item in records("Item", make_changed(few))]
    assert len(skus) == len(set(skus)) > 5


def test_value_that_is_not_there_breaks_no_unique_set() -> None:
    def without(schemas: Json) -> None:
        schemas["Item"]["required"].remove("sku")
        schemas["Item"]["properties"]["sku"]["x-sandbox"] = {"fake": "word", "share": 0}

    assert len(records("Item", make_changed(without))) == 24


def test_state_fits_the_moves_that_are_still_to_come() -> None:
    """A draft was never ready; what is on its way moves soon after the anchor, what is sold never."""
    rows = make()["Item"]
    states = {row.read()["state"] for row in rows}
    assert states == {"draft", "ready", "sold"}
    for row in rows:
        item = row.read()
        assert (row.due is None) == (item["state"] == "sold")
        assert row.due is None or 2 <= row.due - ANCHOR.timestamp() <= 20
        assert item["state"] != "draft" or item["ready_at"] is None
    assert any(item["ready_at"] for item in generated("Item"))


def test_values_vary() -> None:
    items = generated("Item")
    assert len({item["name"] for item in items}) > 10
    assert len({item["price"] for item in items}) > 10
    assert 0 < sum("made_at" in item for item in items) < len(items)
    assert {shelf.get("colour") for shelf in generated("Shelf")} > {None}


def test_rows_of_a_persona_go_to_nobody_else() -> None:
    document = load_document()
    document["components"]["schemas"]["Shelf"]["x-sandbox"]["pick"] = "places"
    api = read_api("shop", document)
    fixtures = read_fixtures(read_shop(), FIXTURES)
    places = [{"$persona": "peer", "name": f"p{n}"} for n in range(50)] + [
        {"name": f"d{n}"} for n in range(50)
    ]
    fixtures.catalogs["places"] = places
    rows = make_rows(api, fixtures, 1, ANCHOR)["Shelf"]
    generated_rows = [row for row in rows if row.key not in ("shelf_a", "shelf_b")]
    assert all("$persona" not in row.read() for row in rows)
    assert {row.read()["name"][0] for row in generated_rows if row.owner is None} == {"d"}
    assert {row.read()["name"][0] for row in generated_rows if row.owner == "bob"} <= {"p", "d"}


def test_resources_may_refer_to_each_other_in_a_circle() -> None:
    def circle(schemas: Json) -> None:
        schemas["Shelf"]["x-sandbox"]["references"] = {"colour": {"resource": "Item"}}

    made = make_changed(circle)
    assert len(made["Item"]) == 24
    assert len(made["Shelf"]) == 11
