"""Filters: exactly the records that match, alone, together, and over all pages."""

from typing import Any

from contract_tests.answers import dig
from contract_tests.filters import (
    bounds,
    cases,
    companions,
    equalities,
    filters,
    hits,
    neighbours,
    parameter_of,
    scene,
    selected,
    values_of,
)
from contract_tests.laws import law, such
from contract_tests.lists import TooMany
from contract_tests.relations import matches
from contract_tests.trials import Ground, Trial

Json = Any


@law("filter.match", "each record that a filter gives matches it", filters, shared=True)
def check_match(trial: Trial) -> None:
    """Values that select some of the records and not others, and each value that the document lists."""
    for listing, records, parameter, value, query in cases(trial, listed=True):
        if len(selected(trial, parameter, records, value)) == len(records):
            continue  # it would select everything: nothing could be wrong
        wrong = [row for row in hits(listing, query) if not matches(trial.resource, parameter, row, value)]
        found = [dig(row, trial.resource.dealias(name)) for row in wrong[:3] for name in parameter.fields]
        trial.expect(not wrong, f"{parameter.name}={value} gives records that do not match", value, found)


@law("filter.complete", "a filter gives every record that matches it", filters, shared=True)
def check_complete(trial: Trial) -> None:
    """The records of the unfiltered list that match are all in the filtered one, once."""
    for listing, records, parameter, value, query in cases(trial, listed=True):
        expected = listing.keys(selected(trial, parameter, records, value))
        met = listing.keys(hits(listing, query))
        missing = [key for key in expected if key not in met]
        trial.expect(
            not missing,
            f"{parameter.name}={value} leaves out records that match: {missing[:3]}",
            sorted(expected),
            sorted(met),
        )
        trial.expect(
            len(met) == len(set(met)),
            f"{parameter.name}={value} gives a record twice",
            sorted(set(met)),
            sorted(met),
        )


@law("filter.total", "with a filter the total counts the records that match", filters, shared=True)
def check_total(trial: Trial) -> None:
    """The total of the first page of one record, and of the last."""
    for listing, records, parameter, value, query in cases(trial):
        expected = len(selected(trial, parameter, records, value))
        if expected == len(records):
            continue
        for number in sorted({0, max(expected - 1, 0)}):
            page = listing.fetch({**query, **listing.at(number, 1)})
            if "total" not in page.values:
                trial.skip("the answer says no total")
            trial.expect(
                page.values["total"] == expected,
                f"{page.exchange} with a wrong total",
                expected,
                page.values["total"],
            )


@law("filter.paged", "the pages of a filtered list hold exactly the records that match", filters, shared=True)
def check_paged(trial: Trial) -> None:
    """Small pages of a filtered list beside one large page."""
    for listing, records, parameter, value, query in cases(trial):
        expected = selected(trial, parameter, records, value)
        if not 1 < len(expected) <= listing.maximum or len(expected) == len(records):
            continue
        size = max(1, -(-len(expected) // (2 if trial.quick else 4)))
        met = [key for page in listing.walk(size, query) for key in listing.keys(page.items)]
        trial.expect(
            sorted(met) == sorted(listing.keys(expected)),
            f"the pages of {parameter.name}={value} hold other records",
            sorted(listing.keys(expected)),
            sorted(met),
        )


def is_free(ground: Ground) -> bool:
    """Whether the filter takes any text, not only listed values or a form."""
    schema = parameter_of(ground).schema
    return schema.get("type") == "string" and not {"enum", "format", "pattern"} & schema.keys()


@law(
    "filter.none",
    "a filter that no record matches gives an empty list",
    such(equalities, is_free),
    shared=True,
)
def check_none(trial: Trial) -> None:
    """Values that nobody has, with letters that mean something to databases; they are not refused."""
    listing = trial.listing()
    for value in (trial.session.name(), f"{trial.session.name()}' OR '1'='1", f"%{trial.session.name()}_"):
        page = listing.fetch({trial.subject: value}, fenced=False)
        trial.expect(
            not page.items,
            f"{trial.subject} with a value that no record has gives records",
            [],
            listing.keys(page.items)[:3],
        )


@law(
    "filter.exact",
    "a filter by equality takes the whole value, not a part of it and not another case",
    such(equalities, lambda row: "enum" not in parameter_of(row).schema),
    shared=True,
)
def check_exact(trial: Trial) -> None:
    """Parts of a value that records have, the value with something added, and in the other case."""
    parameter = parameter_of(trial.ground)
    for listing, records, _, value, _ in cases(trial):
        if not isinstance(value, str) or len(value) < 2:
            continue
        for near in (value[:-1], value[1:], value + "x", value.swapcase(), value[:1]):
            if near == value or any(matches(trial.resource, parameter, row, near) for row in records):
                continue
            page = listing.fetch(companions(trial, parameter, near))
            wrong = [row for row in page.items if not matches(trial.resource, parameter, row, near)]
            trial.expect(
                not wrong, f"{parameter.name}={near} gives records with {value}", [], listing.keys(wrong)[:3]
            )


@law(
    "filter.boundary", "a bound takes in, or leaves out, exactly what its relation says", bounds, shared=True
)
def check_boundary(trial: Trial) -> None:
    """The exact value of a record, and the nearest values on both sides of it."""
    parameter = parameter_of(trial.ground)
    listing, records = scene(trial)
    for value in values_of(trial, parameter, records):
        for near in neighbours(trial, parameter, value):
            query = companions(trial, parameter, near)
            expected = selected(trial, parameter, records, near)
            try:
                met = listing.keys(hits(listing, query))
            except TooMany as error:
                trial.skip(str(error))
            trial.expect(
                sorted(met) == sorted(listing.keys(expected)),
                f"{parameter.name}={near} gives other records than its bound says",
                sorted(listing.keys(expected)),
                sorted(met),
            )
