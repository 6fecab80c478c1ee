"""Two views of one record: what must be the same in both, but for what the server moves by itself."""

from collections.abc import Iterable
from typing import Any

from contract_tests.fields import moving_fields
from contract_tests.operations import Operation
from contract_tests.relations import same
from contract_tests.trials import Trial

Json = Any
Fields = dict[str, Json]


def expect_kept(trial: Trial, before: Fields, after: Fields, what: str, but: Iterable[str] = ()) -> None:
    """One case: every field of a record is as it was.

    Parameters: before and after, the record at two times; what, the beginning of the message, such as
    `reading changed`; but, fields that may change beside those that move by themselves.
    """
    free = moving_fields(trial.resource).union(but)
    _expect(trial, [name for name in before if name not in free], before, after, what)


def expect_agreement(trial: Trial, view: Fields, record: Fields, operation: Operation, what: str) -> None:
    """One case: each field that a view of a record has is as the record has it.

    Parameters: view; record; operation, whose documented answer the record is; what, as in expect_kept.
    """
    free = moving_fields(trial.resource)
    names = [name for name in view if name in record and name not in free and name in operation.shown]
    _expect(trial, names, record, view, what)


def _expect(trial: Trial, names: list[str], expected: Fields, actual: Fields, what: str) -> None:
    unlike = sorted(name for name in names if not same(expected[name], actual.get(name)))
    trial.expect(
        not unlike,
        f"{what} {unlike}",
        {name: expected[name] for name in unlike},
        {name: actual.get(name) for name in unlike},
    )
