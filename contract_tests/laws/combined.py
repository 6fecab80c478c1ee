"""Filters together."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from contract_tests.contracts import Contract
from contract_tests.filters import companions, hits, scene, selected, value_around
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.operations import Parameter
from contract_tests.relations import find_fields, relate
from contract_tests.trials import Ground, Trial

Json = Any
PAIRS = 3  # pairs of filters that the depth quick tries
TRIES = 4  # records of which one may tell whether filters hold together


def crowds(contract: Contract) -> Iterable[Ground]:
    """Every list with at least two filters; and where the source states only some of them, those alone.

    The subject is empty, or the names of the stated ones.
    """
    for operation in contract.operations:
        rows = [row for row in operation.within("query") if row.fields]
        known = operation.resource is not None and all(
            "names" in row.meaning for row in operation.within("path")
        )
        if operation.does == "list" and known and len(rows) > 1:
            stated = [row for row in rows if is_stated(contract, row)]
            others = [row for row in rows if row not in stated]
            yield Ground(operation, "", (operation.ids, *(row.ids for row in (*others, *stated))))
            if others and len(stated) > 1:
                names = " ".join(row.name for row in stated)
                yield Ground(operation, names, (operation.ids, *(row.ids for row in stated)))


def is_stated(contract: Contract, parameter: Parameter) -> bool:
    """Whether the source states that the filter holds together with others."""
    return contract.register.level(contract.register.blame("filter.combined", parameter.ids)) == "MUST"


@law("filter.combined", "filters together give the records that match all of them", crowds, shared=True)
def check_combined(trial: Trial) -> None:
    """Each pair of filters, with values that one record matches, so that there is something to find;
    and all at once.
    """
    listing, records = scene(trial)
    wanted = trial.subject.split()
    fields = [
        row
        for row in trial.operation.within("query")
        if row.fields and row.name not in listing.fence and (not wanted or row.name in wanted)
    ]
    for count in {2, len(fields)}:
        groups = list(combinations(fields, count))
        trial.random.shuffle(groups)
        left = PAIRS if trial.quick else len(groups)
        for chosen in groups:
            left -= left > 0 and _check_together(trial, listing, records, chosen)


def _check_together(
    trial: Trial, listing: Listing, records: list[dict[str, Json]], chosen: Sequence[Parameter]
) -> bool:
    """Judge the filters with the first of some records that tells right from wrong; whether there was one."""
    for record in trial.random.sample(records, min(TRIES, len(records))):
        query: dict[str, Json] = {}
        for parameter in chosen:
            value = value_around(trial, parameter, records, record)
            query |= {} if value is None else {**companions(trial, parameter, value), **query}
        used = [row for row in trial.operation.within("query") if row.name in query and row.fields]
        tests = [(one, relate(one.relation, query[one.name])) for one in used]
        expected = [
            row
            for row in records
            if all(any(map(holds, find_fields(trial.resource, one, row))) for one, holds in tests)
        ]
        alone = [len(selected(trial, one, records, query[one.name])) for one in used]
        if len(query) < len(chosen) or not expected or len(expected) == max(alone):
            continue
        met = listing.keys(hits(listing, query))
        trial.expect(
            sorted(met) == sorted(listing.keys(expected)),
            f"{query} gives other records than those that match all",
            sorted(listing.keys(expected)),
            sorted(met),
        )
        return True
    return False
