"""Fixtures: personas, catalogs and named records, each bad one refused with file and pointer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import read_instant
from sandbox.fixtures import Fixtures, read_fixtures, resolve_durations
from sandbox.problems import Unusable
from sandbox.reading import read_api
from sandbox.tests.shop import FIXTURES, make_api, read_shop

Json = dict[str, Any]
Write = Callable[[str, Any], Path]

ANCHOR = read_instant("2026-03-10T00:00:00Z")
INSTANT, DATE = {"format": "date-time"}, {"format": "date"}
PERSONAS: Json = {"demo": {}}
COLOURS: Json = {"colours": ["red"]}
FIRST, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
ITEM: Json = {"id": FIRST, "sku": "s", "name": "n", "shelf_id": "a", "price": 1}


def read(write: Write, content: Any) -> Fixtures:
    return read_fixtures(read_shop(), write("shop.yaml", content).parent)


def refuse(write: Write, content: Any) -> str:
    """Why fixtures are refused: one line that starts with the file."""
    path = write("shop.yaml", content)
    with pytest.raises(Unusable) as caught:
        read_fixtures(read_shop(), path.parent)
    message = str(caught.value)
    assert message.startswith(f"{path}")
    assert "\n" not in message
    return message.removeprefix(f"{path}").removeprefix(": ")


def test_fixtures_have_personas_catalogs_and_records() -> None:
    fixtures = read_fixtures(read_shop(), FIXTURES)
    assert list(fixtures.personas) == ["demo", "ann", "peer", "readonly", "limited", "expired"]
    assert fixtures.catalogs == {"colours": ["red", "green", "blue"]}
    assert [record["id"] for record in fixtures.records["Shelf"]] == ["shelf_a", "shelf_b"]


def test_first_persona_is_the_main_one(write: Write) -> None:
    fixtures = read(write, {"personas": {"zoe": {"user": "z"}, "demo": {}}, "catalogs": COLOURS})
    assert fixtures.main.name == "zoe"


def test_own_folder_goes_before_the_shipped_fixtures_and_those_before_the_plain_ones(write: Write) -> None:
    own = write("devsync.yaml", {"personas": {"own": {}}}).parent
    api = read_api("devsync", {"paths": {}})
    assert list(read_fixtures(api, own).personas) == ["own"]
    assert "premium" in read_fixtures(make_api(), own).personas
    assert "peer" not in read_fixtures(make_api(), own).personas


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "/"),
        ([1], "/"),
        ({"persona": {}}, "/persona"),
        ({"records": {}}, "/personas"),
        ({"personas": {}}, "/personas"),
        ({"personas": {"demo": {"quotas": 5}}}, "/personas/demo/quotas"),
        ({"personas": {"demo": {"quota": 0}}}, "/personas/demo/quota"),
        ({"personas": {"demo": {"quota": "many"}}}, "/personas/demo/quota"),
        ({"personas": {"demo": {"scopes": "read"}}}, "/personas/demo/scopes"),
        ({"personas": {"demo": {"expired": "no"}}}, "/personas/demo/expired"),
        ({"personas": {"de mo": {}}}, "/personas/de mo"),
        ({"personas": {"demo.a": {}}}, "/personas/demo.a"),
        ({"personas": PERSONAS, "catalogs": {"colours": []}}, "/catalogs/colours"),
        ({"personas": PERSONAS, "catalogs": {"colours": {}}}, "/catalogs/colours"),
        ({"personas": PERSONAS, "catalogs": {}}, "/catalogs"),
        ({"personas": PERSONAS, "catalogs": COLOURS, "records": {"Nope": []}}, "/records/Nope"),
        ({"personas": PERSONAS, "catalogs": COLOURS, "records": {"Item": {}}}, "/records/Item"),
        ({"personas": PERSONAS, "catalogs": COLOURS, "records": {"Item": ["x"]}}, "/records/Item/0"),
    ],
)
def test_bad_fixtures_are_refused_with_their_pointer(write: Write, content: Any, place: str) -> None:
    assert refuse(write, content).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"nope": 1}, "/nope"),
        ({"id": None}, "/id"),
        ({"price": "cheap"}, "/price"),
        ({"price": -1}, "/price"),
        ({"state": "broken"}, "/state"),
        ({"made_at": "soon"}, "/made_at"),
        ({"made_at": "P1W"}, "/made_at"),
        ({"made_at": "-P9999999D"}, ""),
        ({"made_at": "P"}, "/made_at"),
        ({"origin": {"day": "2026-02-30"}}, "/origin/day"),
    ],
)
def test_bad_record_is_refused_with_the_pointer_of_its_field(write: Write, record: Json, place: str) -> None:
    content = {
        "personas": PERSONAS,
        "catalogs": COLOURS,
        "records": {"Item": [ITEM, {**ITEM, "id": OTHER, "sku": "t"} | record]},
    }
    assert refuse(write, content).startswith(f"/records/Item/1{place}: ")


def test_record_without_its_key_is_refused(write: Write) -> None:
    record = {name: value for name, value in ITEM.items() if name != "id"}
    content = {"personas": PERSONAS, "catalogs": COLOURS, "records": {"Item": [record]}}
    assert refuse(write, content).startswith("/records/Item/0/id: ")


@pytest.mark.parametrize("other", [{"sku": "t"}, {"id": OTHER}])
def test_record_that_repeats_a_key_or_breaks_a_unique_set_is_refused(write: Write, other: Json) -> None:
    content = {"personas": PERSONAS, "catalogs": COLOURS, "records": {"Item": [ITEM, ITEM | other]}}
    assert refuse(write, content).startswith("/records/Item/1")


def test_record_may_be_owned_by_anyone_and_have_dates_as_yaml_writes_them(write: Write) -> None:
    record = f"{{id: {FIRST}, $owner: zoe, made_at: 2026-01-31T10:00:00Z, origin: {{day: 2026-01-31}}}}"
    text = f"{{personas: {{demo: {{}}}}, catalogs: {{colours: [red]}}, records: {{Item: [{record}]}}}}"
    assert read(write, text).records["Item"] == [
        {"id": FIRST, "$owner": "zoe", "made_at": "2026-01-31T10:00:00Z", "origin": {"day": "2026-01-31"}}
    ]


@pytest.mark.parametrize("text", ["a: [", "personas: {demo: {}\nrecords: x"])
def test_file_that_is_no_yaml_is_refused_with_its_line(write: Write, text: str) -> None:
    assert "not YAML" in refuse(write, text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("-P1D", "2026-03-09T00:00:00Z"),
        ("P2D", "2026-03-12T00:00:00Z"),
        ("-PT1H", "2026-03-09T23:00:00Z"),
        ("-P1DT2H3M4S", "2026-03-08T21:56:56Z"),
        ("PT90M", "2026-03-10T01:30:00Z"),
        ("P0D", "2026-03-10T00:00:00Z"),
        ("-P20D", "2026-02-18T00:00:00Z"),
    ],
)
def test_duration_is_an_offset_from_the_anchor(text: str, instant: str) -> None:
    assert resolve_durations(text, INSTANT, ANCHOR, "seconds") == instant
    assert resolve_durations(text, INSTANT, ANCHOR, "milliseconds") == instant.replace("Z", ".000Z")
    assert resolve_durations(text, DATE, ANCHOR, "seconds") == instant[:10]


def test_durations_are_resolved_at_every_depth_but_only_where_an_instant_belongs() -> None:
    schema = {
        "properties": {
            "made": INSTANT,
            "days": {"items": DATE},
            "origin": {"properties": {"day": DATE}},
            "name": {"type": "string"},
        }
    }
    value = {
        "made": "-P1D",
        "days": ["P0D", None],
        "origin": {"day": "P1D"},
        "name": "-P1D",
        "other": "P1D",
        "n": 1,
    }
    assert resolve_durations(value, schema, ANCHOR, "seconds") == {
        "made": "2026-03-09T00:00:00Z",
        "days": ["2026-03-10", None],
        "origin": {"day": "2026-03-11"},
        "name": "-P1D",
        "other": "P1D",
        "n": 1,
    }


@pytest.mark.parametrize("text", ["2026-01-31T10:00:00Z", "Paris", "", "P", "PT", "P1Y", "P1W", "1D"])
def test_text_that_is_no_duration_stays(text: str) -> None:
    assert resolve_durations(text, INSTANT, ANCHOR, "seconds") == text
