"""What the vocabulary cannot say: the usage of yourcompany's API."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from sandbox.access import Caller
from sandbox.bodies import Body
from sandbox.calls import Call, Service
from sandbox.clock import Clock, read_instant
from sandbox.documents import find_documents
from sandbox.quirks import MOST_STEPS, get_usage
from sandbox.sites import Settings, Site
from sandbox.store import Row

Json = dict[str, Any]

NAME = "yourcompany"
START = read_instant("2026-03-10T12:30:00Z")
CREATED = [
    "2026-03-10T09:59:59Z",
    "2026-03-10T10:00:00Z",
    "2026-03-09T00:00:00Z",
    "2026-02-28T23:59:59Z",
    "2020-01-01T00:00:00Z",
]


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    site = Site(find_documents([NAME]), Settings(), Clock(START, ticks=lambda: 0.0))
    made = site.services[NAME]
    projects = [
        Row(f"p{number}", "acct_demo", orjson.dumps({"id": f"p{number}", "created_at": text}))
        for number, text in enumerate(CREATED)
    ]
    made.store.insert(made.api.resources["Project"], "", projects)
    yield made
    site.close()


def ask(service: Service, granularity: str = "day", persona: str = "demo", **dates: str) -> Json:
    [operation] = [operation for operation in service.api.operations if operation.id == "getUsage"]
    call = Call(
        service=service,
        operation=operation,
        caller=Caller(service.fixtures.personas[persona]),
        parameters={"granularity": granularity, **dates},
        body=Body(),
        base="/v1",
        url="http://localhost/v1/analytics/usage",
        query=[],
    )
    usage: Json = orjson.loads(get_usage(call).values["item"])
    return usage


def steps(service: Service, granularity: str, first: str, last: str) -> list[str]:
    return [row["date"] for row in ask(service, granularity, start_date=first, end_date=last)["data"]]


HOURS = ["1T23", *(f"2T{hour:02}" for hour in range(24))]


@pytest.mark.parametrize(
    ("granularity", "first", "last", "expected"),
    [
        ("day", "2026-02-27", "2026-03-01", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("day", "2026-03-01", "2026-03-01", ["2026-03-01"]),
        ("day", "2024-02-28", "2024-03-01", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("day", "2026-03-01T23:30:00Z", "2026-03-02T00:30:00Z", ["2026-03-01", "2026-03-02"]),
        ("day", "2026-03-01T23:30:00-01:00", "2026-03-02T03:00:00Z", ["2026-03-02"]),
        ("week", "2026-03-04", "2026-03-10", ["2026-03-02", "2026-03-09"]),
        ("week", "2026-03-09", "2026-03-15", ["2026-03-09"]),
        ("week", "2025-12-31", "2026-01-05", ["2025-12-29", "2026-01-05"]),
        ("month", "2026-01-31", "2026-03-01", ["2026-01-01", "2026-02-01", "2026-03-01"]),
        ("month", "2025-12-31", "2026-01-01", ["2025-12-01", "2026-01-01"]),
        ("hour", "2026-03-01T23:10:00Z", "2026-03-02", [f"2026-03-0{hour}:00:00Z" for hour in HOURS]),
        ("day", "9999-12-30", "9999-12-31", ["9999-12-30", "9999-12-31"]),
        ("month", "9999-11-30", "9999-12-31", ["9999-11-01", "9999-12-01"]),
        ("week", "9999-12-31", "9999-12-31", ["9999-12-27"]),
        ("day", "2026-03-02", "2026-03-01", []),
    ],
)  # fmt: skip
def test_every_step_of_the_range_is_told_in_order(
    service: Service, granularity: str, first: str, last: str, expected: list[str]
) -> None:
    assert steps(service, granularity, first, last) == expected


@pytest.mark.parametrize(("granularity", "count"), [("hour", 24), ("day", 1), ("week", 1), ("month", 1)])
def test_date_as_the_end_means_the_whole_day(service: Service, granularity: str, count: int) -> None:
    assert len(steps(service, granularity, "2026-03-01", "2026-03-01")) == count


@pytest.mark.parametrize(
    ("granularity", "count"),
    [("hour", MOST_STEPS), ("day", MOST_STEPS), ("week", 5219), ("month", 1200)],
)
def test_long_range_has_every_step_or_the_latest_of_very_many(
    service: Service, granularity: str, count: int
) -> None:
    found = steps(service, granularity, "1926-01-01", "2025-12-31")
    assert found == sorted(set(found))
    assert found[-1] <= "2025-12-31T23:00:00Z"
    assert found[-1] >= "2025-12-01"
    assert len(found) == count


@pytest.mark.parametrize(
    ("dates", "first", "last", "count"),
    [
        ({}, "2026-02-09", "2026-03-10", 30),
        ({"end_date": "2026-01-31"}, "2026-01-02", "2026-01-31", 30),
        ({"start_date": "2026-03-08"}, "2026-03-08", "2026-03-10", 3),
    ],
)
def test_range_is_the_last_thirty_days_by_default(
    service: Service, dates: Json, first: str, last: str, count: int
) -> None:
    data = ask(service, **dates)["data"]
    assert (data[0]["date"], data[-1]["date"], len(data)) == (first, last, count)


def test_range_that_starts_in_the_future_is_empty(service: Service) -> None:
    usage = ask(service, start_date="2026-04-01")
    assert usage["data"] == []
    assert usage["summary"] == {
        "total_api_calls": 0,
        "total_data_processed": 0,
        "total_projects": len(CREATED),
    }


@pytest.mark.parametrize("granularity", ["hour", "day", "week", "month"])
def test_sums_are_those_of_the_steps_and_projects_those_that_exist(
    service: Service, granularity: str
) -> None:
    usage = ask(service, granularity, start_date="2026-02-20", end_date="2026-03-10")
    assert usage["summary"]["total_api_calls"] == sum(row["api_calls"] for row in usage["data"]) > 0
    assert usage["summary"]["total_data_processed"] == sum(row["data_processed"] for row in usage["data"]) > 0
    assert usage["summary"]["total_projects"] == len(CREATED)
    assert all(
        list(row) == ["date", "api_calls", "data_processed", "projects_created"] for row in usage["data"]
    )
    assert all(type(value) is int for row in usage["data"] for value in list(row.values())[1:])


@pytest.mark.parametrize(
    ("granularity", "counts"),
    [
        ("hour", {f"2026-0{hour}:00:00Z": 1 for hour in ("3-10T09", "3-10T10", "3-09T00", "2-28T23")}),
        ("day", {"2026-03-10": 2, "2026-03-09": 1, "2026-02-28": 1}),
        ("week", {"2026-03-09": 3, "2026-02-23": 1}),
        ("month", {"2026-03-01": 3, "2026-02-01": 1}),
    ],
)  # fmt: skip
def test_projects_are_counted_in_the_step_they_were_created_in(
    service: Service, granularity: str, counts: dict[str, int]
) -> None:
    data = ask(service, granularity, start_date="2026-02-01", end_date="2026-03-10")["data"]
    assert {row["date"]: row["projects_created"] for row in data if row["projects_created"]} == counts


def test_projects_of_others_do_not_count(service: Service) -> None:
    usage = ask(service, persona="peer")
    assert usage["summary"]["total_projects"] == 0
    assert {row["projects_created"] for row in usage["data"]} == {0}


def test_usage_of_a_day_is_the_same_in_every_range(service: Service) -> None:
    whole = {row["date"]: row for row in ask(service)["data"]}
    assert ask(service, start_date="2026-03-01", end_date="2026-03-01")["data"] == [whole["2026-03-01"]]


def test_nothing_was_used_in_the_future(service: Service) -> None:
    data = ask(service, start_date="2026-03-09", end_date="2026-03-12")["data"]
    assert [row["api_calls"] > 0 for row in data] == [True, True, False, False]


@pytest.mark.parametrize("created", [None, 1, "", "2026-02-30", ["2026-03-10"]])
def test_project_made_at_no_instant_is_not_counted(service: Service, created: Any) -> None:
    project = service.api.resources["Project"]
    document = orjson.dumps({"id": "p", "created_at": created})
    service.store.insert(project, "", [Row("odd", "acct_demo", document)])
    try:
        assert ask(service)["summary"]["total_projects"] > 0
    finally:
        service.store.delete(project, "", "odd")
