"""No list sorts or reads what it does not show: an index serves each order, filter and count."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.documents import read_document
from sandbox.reading import read_api
from sandbox.resources import Resource
from sandbox.store import Store
from sandbox.store.compiled import Statement
from sandbox.store.lists import bind_conditions

SPECS = Path(__file__).parent.parent.parent / "specs"
PAGE = {**bind_conditions("", ["ann"], []), "value0": "x", "limit": 20, "offset": 0}
PAGE |= {"place_value": "x", "place_key": "x"}


@pytest.fixture(scope="module", params=sorted(path.stem for path in SPECS.glob("*.yaml")))
def store(request: pytest.FixtureRequest) -> Iterator[tuple[Store, list[Resource]]]:
    api = read_api(request.param, read_document(SPECS / f"{request.param}.yaml"))
    made = Store([api])
    yield made, list(api.resources.values())
    made.close()


def explain(store: Store, statement: Statement) -> list[str]:
    plan = store._db.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.bind(PAGE))
    return [row[-1] for row in plan.fetchall()]


def find_plans(store: Store, resource: Resource, *words: Any) -> list[str]:
    return explain(store, store._statements.page(resource, 1, *words))


def test_every_order_is_that_of_an_index(store: tuple[Store, list[Resource]]) -> None:
    for resource in store[1]:
        orders = [resource.order, *((sign + name,) for name in resource.sought for sign in ("", "-"))]
        for order in orders:
            (step,) = find_plans(store[0], resource, (), order)
            assert step.startswith("SEARCH"), f"{resource.table} by {order}: {step}"


def test_filtered_list_in_the_default_order_is_that_of_an_index(store: tuple[Store, list[Resource]]) -> None:
    for resource in store[1]:
        for name in resource.sought:
            (step,) = find_plans(store[0], resource, (((name,), "eq"),), resource.order)
            assert "(world=? AND " in step, f"{resource.table} with {name}: {step}"


def test_counting_reads_an_index_and_no_record(store: tuple[Store, list[Resource]]) -> None:
    for resource in store[1]:
        unique = {fields[0] for fields in resource.unique}  # whose own index names one record
        filters = [(((name,), "eq"),) for name in resource.sought if name not in unique]
        for conditions in [(), *filters] if resource.sought else []:
            (step,) = explain(store[0], store[0]._statements.count(resource, 1, conditions))
            assert "COVERING INDEX" in step, f"{resource.table} with {conditions}: {step}"


def test_far_page_goes_on_from_a_place_in_an_index(store: tuple[Store, list[Resource]]) -> None:
    for resource in (each for each in store[1] if len(each.order) == 1):
        order = resource.order[0].removeprefix("-")
        column = "key" if order == resource.key else f"f_{order}"
        unique = {fields[0] for fields in resource.unique if len(fields) == 1}  # selects one record
        others = set(resource.sought) - unique - {order}
        for conditions in ((), *((((name,), "eq"),) for name in others)):
            statement = store[0]._statements.page_far(resource, 1, conditions, resource.order, True)
            (step,) = explain(store[0], statement)
            assert f"{column}<?" in step or f"{column}>?" in step, f"{resource.table} {conditions}: {step}"


def test_a_table_has_no_index_that_nothing_asks(store: tuple[Store, list[Resource]]) -> None:
    for resource in store[1]:
        found = store[0]._db.execute(f"SELECT name FROM pragma_index_list('{resource.table}')").fetchall()
        due = {"due", "due_anywhere"} if resource.states else set()
        known = {f"{resource.table}_{name}" for name in {*resource.sought, *due}}
        assert {name for (name,) in found if not name.startswith("sqlite_autoindex_")} == known
