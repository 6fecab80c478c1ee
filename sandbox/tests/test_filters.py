"""Filters and orders: from parameters to conditions."""

from typing import Any

import pytest

from sandbox.declared import Parameter
from sandbox.filters import (
    Condition,
    dig,
    field_schema,
    find_dependency_faults,
    read_conditions,
    read_order,
    to_column,
)
from sandbox.problems import Problem
from sandbox.tests.shop import read_shop

ITEM = read_shop().resources["Item"]


def make_parameter(name: str = "p", **words: Any) -> Parameter:
    defaults: dict[str, Any] = {
        "location": "query",
        "required": False,
        "schema": {},
        "style": None,
        "explode": None,
        "filters": (),
        "by": "eq",
        "together": None,
        "until": None,
    }
    return Parameter(name=name, **defaults | words)


def read(field: str, by: str, value: Any) -> list[Condition]:
    return read_conditions(ITEM, (make_parameter(filters=(field,), by=by),), {"p": value})


def told(conditions: list[Condition]) -> list[tuple[str, Any]]:
    return [(condition.by, condition.value) for condition in conditions]


@pytest.mark.parametrize("by", ["eq", "gt", "gte", "lt", "lte"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "2026-01-31"), ("price", 5), ("stock", 0), ("name", ""), ("origin.day", "2026-01-31")],
)
def test_other_fields_are_compared_with_the_value_as_it_is(by: str, field: str, value: Any) -> None:
    assert read(field, by, value) == [Condition((field,), by, value)]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("eq", [("gte", "2026-01-31"), ("lt", "2026-02-01")]),
        ("day", [("gte", "2026-01-31"), ("lt", "2026-02-01")]),
        ("gte", [("gte", "2026-01-31")]),
        ("lte", [("lt", "2026-02-01")]),
        ("gt", [("gte", "2026-02-01")]),
        ("lt", [("lt", "2026-01-31")]),
    ],
)
def test_date_compared_with_an_instant_means_the_whole_utc_day(by: str, expected: Any) -> None:
    assert told(read("made_at", by, "2026-01-31")) == expected


@pytest.mark.parametrize(
    "value", ["2026-01-31T10:00:00Z", "2026-01-31T23:59:59Z", "2026-02-01T00:30:00+01:00"]
)
def test_by_day_an_instant_means_its_utc_date(value: str) -> None:
    assert told(read("made_at", "day", value)) == [("gte", "2026-01-31"), ("lt", "2026-02-01")]


SAME = ["2026-01-31T10:00:00Z", "20260131T100000Z", "2026-01-31T11:00:00+01:00", "2026-01-31t10:00:00.000z"]


@pytest.mark.parametrize("value", SAME)
@pytest.mark.parametrize("by", ["eq", "gt", "gte", "lt", "lte"])
def test_instant_is_compared_in_one_form_whatever_its_own(value: str, by: str) -> None:
    assert told(read("made_at", by, value)) == [(by, to_column(SAME[0]))]


def test_texts_of_columns_sort_as_time_does() -> None:
    times = [
        "09:59:59.999999Z",
        "10:00:00Z",
        "10:00:00.000001Z",
        "10:00:00.5Z",
        "12:00:01+02:00",
        "10:00:01.5Z",
    ]
    columns = [to_column(f"2026-01-31T{time}") for time in times]
    assert columns == sorted(columns)
    assert len(set(columns)) == len(times)
    assert "2026-01-31" <= columns[0] < "2026-02-01"


@pytest.mark.parametrize("value", [None, 5, "soon", "", "2016-12-31T23:60:00Z"])
def test_column_of_anything_else_is_the_value(value: Any) -> None:
    assert to_column(value) == value


@pytest.mark.parametrize(
    ("value", "pattern"), [("ab", "%ab%"), ("50%", r"%50\%%"), ("a_b\\", r"%a\_b\\%"), ("", "%%")]
)
def test_text_that_a_field_contains_is_taken_literally(value: str, pattern: str) -> None:
    assert told(read("name", "contains", value)) == [("contains", pattern)]


def test_text_with_a_nul_is_asked_for_as_a_whole() -> None:
    assert told(read("name", "contains", "a\0b")) == [("eq", "a\0b")]


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "",
        "2026-13-01",
        "2026-01-31T25:00:00Z",
        "20261399T996060Z",
        "2016-12-31T23:59:61Z",
        "0001-01-01T00:00:00+23:59",
        "٢٠٢٦-٠١-٣١",
    ],
)
def test_value_that_is_no_instant_is_refused(value: str) -> None:
    with pytest.raises(Problem) as caught:
        read("made_at", "gte", value)
    assert caught.value.kind == "invalid"
    assert [(fault.location, fault.pointer) for fault in caught.value.faults] == [("query", "p")]
    assert value in caught.value.message


def test_condition_has_all_fields_of_the_filter() -> None:
    parameter = make_parameter(filters=("shelf_id", "origin.town"))
    assert read_conditions(ITEM, (parameter,), {"p": "x"}) == [
        Condition(("shelf_id", "origin.town"), "eq", "x")
    ]


def test_parameters_that_are_not_given_or_do_not_filter_make_no_condition() -> None:
    parameters = (make_parameter("a", filters=("name",)), make_parameter("b"))
    assert read_conditions(ITEM, parameters, {"b": 1}) == []


RECORD = {"a": {"b": [{"c": 5}, None]}, "d": None, "e": "text", "f": 0}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b.0.c", 5),
        ("a.b.1", None),
        ("a.b.2", None),
        ("a.b.c", None),
        ("a.b.1.c", None),
        ("f", 0),
        ("d.x", None),
        ("e.x", None),
        ("nope.x", None),
        ("a", {"b": [{"c": 5}, None]}),
    ],
)
def test_value_is_dug_out_by_its_dotted_path_or_none(path: str, value: Any) -> None:
    assert dig(RECORD, path) == value


@pytest.mark.parametrize(
    ("path", "schema"),
    [("a.b", {"type": "integer"}), ("c.0.d", {"type": "string"}), ("a.x", {}), ("x.y.0", {})],
)
def test_schema_of_a_field_is_found_by_its_dotted_path(path: str, schema: Any) -> None:
    root = {
        "properties": {
            "a": {"properties": {"b": {"type": "integer"}}},
            "c": {"items": {"properties": {"d": {"type": "string"}}}},
        }
    }
    assert field_schema(root, path) == schema


PREFIXED = {"parameter": "sort", "descending": "-"}
DIRECTED = {"parameter": "sort", "direction": "order"}


@pytest.mark.parametrize(
    ("sort", "values", "order"),
    [
        (None, {"sort": "name"}, ("-made_at",)),
        (PREFIXED, {}, ("-made_at",)),
        (PREFIXED, {"sort": "name"}, ("name",)),
        (PREFIXED, {"sort": "-name"}, ("-name",)),
        (PREFIXED, {"sort": "-price,name"}, ("-price", "name")),
        (PREFIXED, {"sort": "-made"}, ("-made_at",)),
        (DIRECTED, {"sort": "name", "order": "asc"}, ("name",)),
        (DIRECTED, {"sort": "name", "order": "desc"}, ("-name",)),
        (DIRECTED, {"sort": "name"}, ("name",)),
        (DIRECTED, {"sort": "made", "order": "desc"}, ("-made_at",)),
        ({"parameter": "sort"}, {"sort": "name", "order": "desc"}, ("name",)),
    ],
)
def test_order_is_the_clients_else_the_resources(sort: Any, values: Any, order: tuple[str, ...]) -> None:
    assert read_order(ITEM, sort, values) == order


BETWEEN = (make_parameter("start", until="end"), make_parameter("end", together="start"))


@pytest.mark.parametrize(
    ("values", "at_fault"),
    [
        ({}, []),
        ({"start": "2026-01-31"}, []),
        ({"end": "2026-01-31"}, ["start"]),
        ({"start": "2026-01-31", "end": "2026-01-31"}, []),
        ({"start": "2026-02-01", "end": "2026-01-31"}, ["start"]),
        ({"start": "2026-01-31T10:00:00Z", "end": "2026-01-31T10:00:00Z"}, []),
        ({"start": "2026-01-31T10:00:01Z", "end": "2026-01-31T10:00:00Z"}, ["start"]),
        ({"start": "2026-01-31T10:30:00+01:00", "end": "2026-01-31T10:00:00Z"}, []),
        ({"start": "2026-01-31T23:00:00Z", "end": "2026-01-31"}, []),
        ({"start": "2026-02-01T00:30:00+02:00", "end": "2026-01-31"}, []),
        ({"start": "2026-02-01", "end": "2026-02-01T01:00:00+02:00"}, ["start"]),
        ({"start": "soon", "end": "2026-01-31"}, ["start"]),
        ({"start": "2026-01-31T10:00:00Z", "end": "soon"}, ["end"]),
    ],
)
def test_companion_is_needed_and_a_start_lies_not_after_its_end(values: Any, at_fault: list[str]) -> None:
    faults = list(find_dependency_faults(BETWEEN, values))
    assert [(fault.location, fault.pointer) for fault in faults] == [("query", name) for name in at_fault]


@pytest.mark.parametrize(
    ("low", "high", "faults"), [(1, 2, 0), (2, 2, 0), (9, 10, 0), (10, 9, 1), (2.5, 2, 1)]
)
def test_numbers_may_be_bounds_of_a_range_too(low: float, high: float, faults: int) -> None:
    parameters = (make_parameter("low", until="high"), make_parameter("high"))
    assert len(list(find_dependency_faults(parameters, {"low": low, "high": high}))) == faults
