"""Records before and after a change that is more than a second away, for the laws on timestamps.

All experiments of a run wait together, so that a run waits once and not once for each law.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from contract_tests.operations import Operation
from contract_tests.records import Unmakeable
from contract_tests.trials import Ground, Skipped, Trial
from contract_tests.views import look

Json = Any
SECOND = 1.1
Finding = tuple[dict[str, Json], dict[str, Json], float]


def experiment(trial: Trial, name: str) -> Finding:
    """A record before and after, and the seconds between.

    Parameters: name, `create` (two records), `update` (of a field that no stamp is bound to), a field,
    `empty` or `refused` (an update).
    Raises Skipped where it could not be made.
    """
    memo = trial.session.memo
    if ("experiments",) not in memo:
        memo["experiments",] = _run_all(trial)
    found = memo["experiments",].get((trial.operation.name, name), "the document gives no ground for it")
    if isinstance(found, str):
        trial.skip(found)
    finding: Finding = found
    return finding


def _run_all(trial: Trial) -> dict[tuple[str, str], Finding | str]:
    started: dict[tuple[str, str], Callable[[], Finding] | str] = {}
    for operation in trial.contract.operations:
        if operation.resource and operation.resource.words.get("stamps"):
            for name, start in _experiments(Trial(trial.session, trial.maker, Ground(operation))):
                try:
                    started[operation.name, name] = start()
                except (Skipped, Unmakeable) as error:
                    started[operation.name, name] = str(error)
    trial.pause(SECOND)
    return {key: _finish(value) for key, value in started.items()}


def _finish(end: Callable[[], Finding] | str) -> Finding | str:
    if isinstance(end, str):
        return end
    try:
        return end()
    except (Skipped, Unmakeable) as error:
        return str(error)


def _experiments(trial: Trial) -> Iterator[tuple[str, Callable[[], Callable[[], Finding]]]]:
    operation = trial.operation
    if operation.does == "create":
        yield "create", lambda: _create(trial)
        yield "again", lambda: _again(trial)
    if operation.does not in ("amend", "replace") or not is_update(operation):
        return
    from contract_tests.changes import valid_body

    bound = bound_fields(operation)
    names = [
        name for name in _names(operation) if operation.resource and name in operation.resource.properties
    ]
    free = next((name for name in names if name not in bound), None)
    if free is not None:
        yield "update", lambda: _amend(trial, lambda record: valid_body(trial, record, free))
    for name in names:
        if name in bound:
            yield name, lambda name=name: _amend(trial, lambda record: valid_body(trial, record, name))  # type: ignore[misc]
    yield "empty", lambda: _amend(trial, lambda _: {})
    yield "refused", lambda: _amend(trial, lambda _: ["no", "object"], refused=True)


def is_update(operation: Operation) -> bool:
    """Whether the operation changes fields of a record that its path names, by a JSON body."""
    body = operation.body
    return bool(operation.within("path") and body and "json" in body[0] and "into" not in operation.words)


def bound_fields(operation: Operation) -> set[str]:
    """The fields to which a stamp of their own is bound."""
    words = operation.resource.words.get("stamps", {}) if operation.resource else {}
    return {name for kind in words.values() if isinstance(kind, list) for name in kind}


def _names(operation: Operation) -> list[str]:
    return list((operation.body[1] if operation.body else {}).get("properties", {}))


def _create(trial: Trial) -> Callable[[], Finding]:
    first = look(trial, trial.make())
    at = time.monotonic()
    return lambda: (first, look(trial, trial.make()), time.monotonic() - at)


def _again(trial: Trial) -> Callable[[], Finding]:
    record = trial.make(kept=True)
    before, at = look(trial, record), time.monotonic()
    return lambda: (before, look(trial, record), time.monotonic() - at)


def _amend(trial: Trial, make_body: Callable[[Any], Json], *, refused: bool = False) -> Callable[[], Finding]:
    from contract_tests.changes import amend

    record = trial.make()
    before, at = look(trial, record), time.monotonic()

    def end() -> Finding:
        exchange = amend(trial, record, make_body(record))
        if refused != (exchange.status >= 400):
            trial.skip(f"{exchange}, which says nothing about stamps")
        return before, look(trial, record), time.monotonic() - at

    return end
