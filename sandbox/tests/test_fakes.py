"""Values of demo data: of their schema, and the same from the same source."""

from random import Random
from typing import Any

import pytest

from sandbox.clock import read_instant
from sandbox.fakes import Faking
from sandbox.schemas import Schema

Json = dict[str, Any]

ANCHOR = read_instant("2026-03-10T00:00:00Z")
CATALOGS: dict[str, Any] = {"colours": "red", "sizes": {"size": 5}, "places": {"town": "Bath"}}
RECORD: Json = {"id": "r1", "name": "Lamp", "price": 3}


def make_faking(seed: int = 1, chosen: Json | None = RECORD) -> Faking:
    return Faking(Random(seed), ANCHOR, "seconds", lambda name: CATALOGS[name], lambda _resource: chosen)


def words(**given: Any) -> Json:
    return {"x-sandbox": given}


SCHEMAS: list[Json] = [
    {"type": "string"},
    {"type": "string", "enum": ["a", "b"]},
    {"type": "string", "nullable": True, "enum": ["a", None]},
    {"type": "string", "format": "date-time"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uri"},
    {"type": "integer"},
    {"type": "integer", "minimum": -5, "maximum": -3},
    {"type": "integer", "minimum": 5000},
    {"type": "number", "minimum": 0, "maximum": 0.5},
    {"type": "number", "minimum": 5000},
    {"type": "boolean"},
    {"type": "array", "items": {"type": "integer"}},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}, "b": {"type": "integer"}}},
    {"type": "string", "maxLength": 5},
    {"type": "string", "minLength": 60},
    {"allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}]},
    {"oneOf": [{"type": "integer"}, {"type": "boolean"}]},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_made_value_is_accepted_by_its_schema(schema: Json) -> None:
    faking, validator = make_faking(), Schema(schema)
    for _ in range(100):
        value = faking.make(schema, {})
        assert validator.find_faults(value, "body") == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_same_source_makes_the_same_values(schema: Json) -> None:
    first, second = make_faking(7), make_faking(7)
    assert [first.make(schema, {}) for _ in range(20)] == [second.make(schema, {}) for _ in range(20)]


def test_other_source_makes_other_values() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"format": "uuid"}}}
    assert make_faking(1).make(schema, {}) != make_faking(2).make(schema, {})


@pytest.mark.parametrize(
    ("fake", "pattern"),
    [
        ("word", "^[A-Za-z]+$"),
        ("{{word}}-{{random_int}}", "^[A-Za-z]+-[0-9]+$"),
        ({"random_int": {"min": 5, "max": 5}}, "^5$"),
        ({"bothify": {"text": "??-##", "letters": "A"}}, "^AA-[0-9]{2}$"),
        ({"number": {"min": 2, "max": 3}}, "^[23]$"),
        ({"number": {"min": 1, "max": 2, "digits": 2}}, r"^[12](\.[0-9]{1,2})?$"),
    ],
)
def test_fake_is_a_provider_a_template_or_one_of_ours(fake: Any, pattern: str) -> None:
    faking, validator = make_faking(), Schema({"pattern": pattern})
    for _ in range(50):
        assert validator.accepts(str(faking.make(words(fake=fake), {})))


@pytest.mark.parametrize(
    ("days", "first", "last"), [([1, 1], "2026-03-09", "2026-03-09"), ([5, 9], "2026-03-01", "2026-03-05")]
)
def test_past_and_day_lie_that_many_days_before_the_anchor(days: list[int], first: str, last: str) -> None:
    faking = make_faking()
    for _ in range(100):
        assert first <= faking.make(words(fake={"past": {"days": days}}), {})[:10] <= last
        assert first <= faking.make(words(fake={"day": {"days": days}}), {}) <= last


@pytest.mark.parametrize(
    ("start", "span", "first", "last"),
    [
        ("2026-03-01T10:00:00Z", {"minutes": [10, 20]}, "2026-03-01T10:10:00Z", "2026-03-01T10:20:00Z"),
        ("2026-03-01T10:00:00Z", {"days": [1, 1]}, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"),
        ("2026-03-09T23:59:00Z", {"hours": [2, 9]}, "2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z"),
        ("2026-03-12T10:00:00Z", {"hours": [1, 1]}, "2026-03-12T10:00:00Z", "2026-03-12T10:00:00Z"),
        ("2026-03-01", {"days": [2, 3]}, "2026-03-03", "2026-03-04"),
    ],
)
def test_after_lies_so_long_after_its_sibling_but_not_in_the_future(
    start: str, span: Json, first: str, last: str
) -> None:
    faking = make_faking()
    for _ in range(50):
        value = faking.make(words(fake={"after": {"field": "at.start", **span}}), {"at": {"start": start}})
        assert first <= value <= last
        assert len(value) == len(start)


def test_after_a_sibling_that_is_not_there_is_nothing() -> None:
    assert make_faking().make(words(fake={"after": {"field": "start", "hours": [1, 2]}}), {}) is None


def test_nothing_that_is_made_lies_after_the_anchor() -> None:
    faking = make_faking()
    schema = {"properties": {"at": {"format": "date-time"}, "on": {"format": "date"}}}
    for _ in range(200):
        made = faking.make(schema, {})
        assert made["at"] <= "2026-03-10T00:00:00Z"
        assert made["on"] <= "2026-03-10"


@pytest.mark.parametrize(
    ("pick", "value"), [("colours", "red"), (["sizes", "places"], {"size": 5, "town": "Bath"})]
)
def test_picked_value_is_a_row_of_a_catalog_or_one_of_each_merged(pick: Any, value: Any) -> None:
    assert make_faking().make(words(pick=pick), {}) == value


def test_value_that_refers_takes_the_properties_of_the_other_record() -> None:
    schema = {
        **words(refers="Item"),
        "properties": {"name": {"type": "string"}, "price": {}, "extra": {"type": "boolean"}},
    }
    made = make_faking().make(schema, {})
    assert (made["name"], made["price"]) == ("Lamp", 3)
    assert isinstance(made["extra"], bool)
    assert "id" not in made
    assert make_faking(chosen=None).make(schema, {}) is None


@pytest.mark.parametrize(("count", "lengths"), [([0, 0], {0}), ([2, 2], {2}), ([1, 3], {1, 2, 3})])
def test_array_has_as_many_items_as_its_count_says(count: list[int], lengths: set[int]) -> None:
    faking = make_faking()
    schema = {"type": "array", "items": {"type": "boolean"}, **words(count=count)}
    assert {len(faking.make(schema, {})) for _ in range(60)} == lengths


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (0.3, 30, 90), (1, 200, 200)])
@pytest.mark.parametrize("required", [[], ["a"]])
def test_share_of_the_records_have_a_property_and_others_null_where_it_is_required(
    share: float, least: int, most: int, required: list[str]
) -> None:
    faking = make_faking()
    made = [
        faking.make(
            {"properties": {"a": {"type": "integer", **words(share=share)}}, "required": required}, {}
        )
        for _ in range(200)
    ]
    assert least <= sum(record.get("a") is not None for record in made) <= most
    assert {"a" in record for record in made if record.get("a") is None} <= {bool(required)}


def test_form_is_made_of_the_siblings_wherever_they_stand() -> None:
    schema = {"properties": {"href": words(form="/items/{id}/{kind}"), "kind": {"enum": ["x"]}}}
    record: Json = {"id": "r1"}
    make_faking().fill(schema, record, {}, set())
    assert record == {"id": "r1", "kind": "x", "href": "/items/r1/x"}


def test_fields_that_are_there_or_come_later_are_left_alone() -> None:
    schema = {
        "properties": {
            "kept": {"type": "integer"},
            "later": {"format": "date-time"},
            "faked": {"format": "date-time", **words(fake={"past": {"days": [1, 1]}})},
            "joined": {"type": "object", **words(first_of="Item")},
            "other": {},
        }
    }
    record: Json = {"kept": "as it is"}
    make_faking().fill(schema, record, {"other": lambda: "key"}, {"later", "faked"})
    assert record["kept"] == "as it is"
    assert record["faked"].startswith("2026-03-09T")
    assert record["other"] == "key"
    assert record.keys() == {"kept", "faked", "other"}
