"""Filters of lists: where a contract has them, and values that tell right from wrong."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from contract_tests.answers import dig
from contract_tests.contracts import Contract
from contract_tests.lists import Listing
from contract_tests.operations import Parameter
from contract_tests.relations import find_fields, instant, is_date, matches, relate, write
from contract_tests.schemas import merge
from contract_tests.trials import Ground, Trial

Json = Any
CANDIDATES = 12  # values of which the most telling are chosen
SOME = 4  # records that a value should select at least, so that there are pages of them


def filters(contract: Contract) -> Iterable[Ground]:
    """Every query parameter that filters a list; the subject is the parameter."""
    for operation in contract.operations:
        if operation.does == "list" and operation.resource is not None:
            for parameter in operation.within("query"):
                if parameter.fields:
                    yield Ground(operation, parameter.name, (parameter.ids,))


def equalities(contract: Contract) -> Iterable[Ground]:
    """The filters that mean equality of a text."""
    return (row for row in filters(contract) if parameter_of(row).relation == "eq")


def bounds(contract: Contract) -> Iterable[Ground]:
    """The filters that mean a bound: at least, at most, above, below."""
    return (
        row for row in filters(contract) if parameter_of(row).relation in ("gt", "gte", "lt", "lte", "day")
    )


def parameter_of(ground: Ground) -> Parameter:
    found = ground.operation.parameter(ground.subject)
    assert found is not None
    return found


def scene(trial: Trial, count: int = 9) -> tuple[Listing, list[dict[str, Json]]]:
    """The list and all its records, with the filtered fields in each."""
    listing = trial.listing(count)
    if trial.subject in listing.fence:
        listing.fence = {}
    records = whole(trial, listing).everything()
    if not records:
        trial.skip("the list is empty")
    return listing, records


def whole(trial: Trial, listing: Listing) -> Listing:
    """The list without a filter; where a filter is required, another list of the same resource."""
    if not any(row.required and row.fields for row in trial.operation.within("query")):
        return listing
    for operation in trial.contract.of(trial.resource, "list"):
        if not any(row.required for row in (*operation.within("query"), *operation.within("path"))):
            return Listing(trial.session, operation, listing.role)
    return trial.skip(
        f"{trial.operation.name} cannot be called without {trial.subject}, and no other list shows all"
    )


def values_of(trial: Trial, parameter: Parameter, records: list[dict[str, Json]], few: int = 1) -> list[Json]:
    """Values of the filter that select some of the records, the most telling first.

    A value that many records have tells more; of a bound one that few records keep tells as much.
    Parameters: few, how many at depth quick.
    """
    texts = known_values(trial, parameter, records)
    texts = texts if parameter.relation == "contains" else _spread(texts)  # few texts have a part in common
    hits = {value: len(selected(trial, parameter, records, value)) for value in texts}
    texts.sort(key=lambda value: -hits[value])
    if parameter.relation not in ("eq", "contains"):
        texts.sort(key=lambda value: (hits[value] < SOME, abs(hits[value] - SOME)))
    split = [value for value in texts if 0 < hits[value] < len(records)] or texts
    if trial.quick:
        return split[:few]
    return list(dict.fromkeys([*split[:1], *split[len(split) // 2 :][:1], *split[-1:]]))


def _spread(values: list[Json]) -> list[Json]:
    """Some of many values, the last one among them."""
    return values if len(values) <= CANDIDATES else values[:: len(values) // CANDIDATES] + values[-1:]


def known_values(trial: Trial, parameter: Parameter, records: list[dict[str, Json]]) -> list[Json]:
    """Each value of the records as the filter takes it, in order. It is remembered like `selected`."""
    key = ("values", trial.operation.name, parameter.name, str(len(records)), str(records[:1]))
    if key not in trial.session.snapshots:
        trial.session.snapshots[key] = _read_values(trial, parameter, records)
    return list(trial.session.snapshots[key])


def _read_values(trial: Trial, parameter: Parameter, records: list[dict[str, Json]]) -> list[Json]:
    found = [
        value
        for record in records
        for name in parameter.fields
        for value in dig(record, trial.resource.dealias(name))
    ]
    distinct = {str(value): value for value in found if value not in (None, "")}.values()
    accepts = trial.contract.validator(parameter.schema).accepts
    written = {write(parameter, accepts, value) for value in distinct}
    texts = sorted(written - {None}, key=str)
    if parameter.relation == "contains":
        texts = sorted({part(str(value)) for value in texts})
    return texts


def value_around(
    trial: Trial, parameter: Parameter, records: list[dict[str, Json]], record: dict[str, Json]
) -> Json:
    """A value of the filter that the record matches and, for a bound, some others do not; None for none."""
    if parameter.relation in ("eq", "contains", "day"):
        return next(iter(known_values(trial, parameter, [record])), None)
    texts = _spread(known_values(trial, parameter, records))
    around = [value for value in texts if matches(trial.resource, parameter, record, value)]
    return around[len(around) // 2] if around else None


def part(text: str) -> str:
    """A part of a text, in small letters: neither its beginning nor its end, where it is long enough."""
    word = text.split()[0]
    return (word[1:-1] if len(word) > 4 else word).lower()


def selected(
    trial: Trial, parameter: Parameter, records: list[dict[str, Json]], value: Json
) -> list[dict[str, Json]]:
    """The records that match a filter. It is remembered as long as what the list holds is."""
    key = ("selected", trial.operation.name, parameter.name, str(value), str(len(records)), str(records[:1]))
    if key not in trial.session.snapshots:
        holds = relate(parameter.relation, value)
        rows = zip(records, _find_all(trial, parameter, records), strict=True)
        trial.session.snapshots[key] = [row for row, found in rows if any(map(holds, found))]
    found: list[dict[str, Json]] = trial.session.snapshots[key]
    return found


def _find_all(trial: Trial, parameter: Parameter, records: list[dict[str, Json]]) -> list[list[Json]]:
    """Of each record the values that a filter looks at. They are remembered like `selected`."""
    key = ("found", trial.operation.name, *parameter.fields, str(len(records)), str(records[:1]))
    if key not in trial.session.snapshots:
        resource = trial.resource
        trial.session.snapshots[key] = [find_fields(resource, parameter, row) for row in records]
    found: list[list[Json]] = trial.session.snapshots[key]
    return found


def companions(trial: Trial, parameter: Parameter, value: Json) -> dict[str, Json]:
    """The query of a filter with whatever parameter must go with it, set so that it selects everything."""
    query = {parameter.name: value}
    together = parameter.meaning.get("together")
    if together:
        other = trial.operation.parameter(together)
        far = "2099-12-31" if other and other.relation.startswith("l") else "1900-01-01"
        query[together] = write(other, trial.contract.validator(other.schema).accepts, far) if other else far
    return query


def hits(listing: Listing, query: dict[str, Json]) -> list[dict[str, Json]]:
    """All records that the list gives for a query."""
    return listing.everything(query)


def cases(
    trial: Trial, *, listed: bool = False
) -> Iterator[tuple[Listing, list[dict[str, Json]], Parameter, Json, dict[str, Json]]]:
    """The values to try: listing, its records, the filter, a value, and the query.

    Parameters: listed, whether each value that the document lists is tried, also one that no record has.
    """
    parameter = parameter_of(trial.ground)
    listing, records = scene(trial)
    # With one value alone, a server that always filters by that one would be right.
    values = values_of(trial, parameter, records, few=2 if listed and parameter.relation == "eq" else 1)
    if listed:
        more = merge(trial.contract.root, parameter.schema).get("enum", ())
        values = [*values, *(value for value in more if value not in values)]
    if not values:
        trial.skip(f"no record has a value for {parameter.name}")
    for value in values:
        yield listing, records, parameter, value, companions(trial, parameter, value)


def neighbours(trial: Trial, parameter: Parameter, value: Json) -> list[Json]:
    moment = instant(value)
    if moment is None:
        return [value]
    step = timedelta(days=1) if is_date(value) else timedelta(seconds=1)
    accepts = trial.contract.validator(parameter.schema).accepts
    near = [write(parameter, accepts, (moment + sign * step).isoformat()) for sign in (-1, 1)]
    return [value, *(text for text in near if text is not None)]
