"""Orders of lists: where a client may choose one, and how it asks for it."""

from collections.abc import Iterable
from typing import Any

from contract_tests.answers import dig
from contract_tests.contracts import Contract
from contract_tests.lists import Listing, demanded
from contract_tests.operations import Operation
from contract_tests.schemas import merge
from contract_tests.trials import Ground, Trial

Json = Any


def words_of(operation: Operation) -> dict[str, Json]:
    """How a client orders the list of the operation; empty where it cannot."""
    words = operation.words.get("sort", operation.contract.words.get("sort", {}))
    return dict(words) if words and operation.parameter(words["parameter"]) else {}


def fields_of(operation: Operation) -> list[str]:
    """The fields that a list can be sorted by."""
    words = words_of(operation)
    parameter = operation.parameter(words["parameter"]) if words else None
    names = merge(operation.contract.root, parameter.schema).get("enum", []) if parameter else []
    return sorted({str(name).removeprefix(words.get("descending") or "\0") for name in names})


def sorted_fields(contract: Contract) -> Iterable[Ground]:
    """Every list that can be sorted, by each field; the subject is the field."""
    for operation in contract.operations:
        if operation.does == "list" and operation.resource is not None:
            for name in fields_of(operation):
                parameter = operation.parameter(words_of(operation)["parameter"])
                yield Ground(operation, name, (parameter.ids if parameter else (),))


def sorted_lists(contract: Contract) -> Iterable[Ground]:
    """Every list that can be sorted."""
    for operation in contract.operations:
        if operation.does == "list" and words_of(operation):
            parameter = operation.parameter(words_of(operation)["parameter"])
            yield Ground(operation, "", (parameter.ids if parameter else (),))


def directed(contract: Contract) -> Iterable[Ground]:
    """Every list whose direction is a parameter of its own; the subject is that parameter."""
    for operation in contract.operations:
        name = words_of(operation).get("direction") if operation.does == "list" else None
        parameter = operation.parameter(name) if name else None
        if parameter is not None:
            yield Ground(operation, parameter.name, (parameter.ids,))


def ordered(contract: Contract) -> Iterable[Ground]:
    """Every list with a documented order of its own."""
    for operation in contract.operations:
        if operation.does == "list" and operation.resource and "order" in operation.resource.words:
            yield Ground(operation, "", (operation.ids, operation.resource.ids))


def query_of(operation: Operation, name: str, descending: bool) -> dict[str, str]:
    """The query that sorts by a field."""
    words = words_of(operation)
    if "direction" in words:
        return {words["parameter"]: name, words["direction"]: "desc" if descending else "asc"}
    return {words["parameter"]: (words.get("descending", "-") if descending else "") + name}


def values(trial: Trial, records: list[dict[str, Json]], name: str) -> list[Json]:
    """The values of a field, in the order of the records; None where it is absent."""
    return [next(iter(dig(record, trial.resource.dealias(name))), None) for record in records]


def scene(trial: Trial, name: str) -> tuple[Listing, list[dict[str, Json]]]:
    """The list and all its records; skips where the field has fewer than two values.

    Our own records were made in one second: where they do not differ, those of others are looked at too.
    """
    listing = trial.listing()
    for fence in (listing.fence, demanded(trial.session, trial.operation, listing.role)):
        listing.fence = fence
        records = listing.everything()
        if len({str(value) for value in values(trial, records, name) if value is not None}) > 1:
            return listing, records
    return trial.skip(f"fewer than two values of {name}: any order would be right")
