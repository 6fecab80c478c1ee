"""Series over time, such as statistics of usage: ranges, steps and sums."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from contract_tests.contracts import Contract
from contract_tests.laws import law
from contract_tests.operations import Operation
from contract_tests.series import Series, ask, past, series
from contract_tests.trials import Ground, Trial

WIDE, NARROW = 20, 6  # days ago
MADE = 5  # records by which a count of them rises


def ranges(contract: Contract) -> Iterable[Ground]:
    """Every series over a range of dates."""
    for found in series(contract):
        yield Ground(found.operation, "", ((*found.start.ids, *found.end.ids),))


def steps(contract: Contract) -> Iterable[Ground]:
    """Every length of a step; the subject is the length."""
    for found in series(contract):
        for step in found.step.schema["enum"] if found.step else ():
            yield Ground(found.operation, step, (found.step.ids if found.step else (),))


def dated(contract: Contract) -> Iterable[Ground]:
    """Every series, for what is said of its items."""
    return (Ground(found.operation) for found in series(contract))


def totals(contract: Contract) -> Iterable[Ground]:
    """Every field that is the total of a count; the subject is the field."""
    for found in series(contract):
        for _, name, _ in found.sums:
            yield Ground(found.operation, name)


def _series(trial: Trial) -> Series:
    return next(row for row in series(trial.contract) if row.operation == trial.operation)


@law("usage.ascending", "the items of a series are in ascending order of time, each once", dated)
def check_ascending(trial: Trial) -> None:
    """Every length of a step."""
    found = _series(trial)
    for step in found.step.schema["enum"] if found.step else [""]:
        dates = ask(trial, found, past(3 if step == "hour" else 70), past(1), step).dates
        for one, other in pairwise(dates):
            trial.expect(
                one < other,
                f"the items of {step or 'the series'} are not in order",
                f"later than {one}",
                str(other),
            )


@law("usage.range", "a series has no item outside its range", ranges)
def check_range(trial: Trial) -> None:
    """By the day: no item before the first day or after the last."""
    found, first, last = _series(trial), past(WIDE), past(NARROW)
    for moment in ask(trial, found, first, last, _day(found)).dates:
        trial.expect(
            first <= moment.date() <= last, "an item is outside the range", f"{first} to {last}", str(moment)
        )


@law("usage.inclusive", "the first and the last day that are named are in the range", ranges, shared=True)
def check_inclusive(trial: Trial) -> None:
    """What a wide range says of the days at the ends of a narrow one, the narrow one says too."""
    found = _series(trial)
    wide = ask(trial, found, past(WIDE), past(1), _day(found))
    known = dict(zip([moment.date() for moment in wide.dates], wide.items, strict=True))
    for first, last in ((past(12), past(NARROW)), (past(9), past(9)), (past(WIDE), past(1))):
        narrow = ask(trial, found, first, last, _day(found))
        expected = [row for day, row in known.items() if first <= day <= last]
        if expected:
            trial.expect(
                narrow.items == expected,
                f"from {first} to {last} the items are other than in a wider range",
                expected,
                narrow.items,
            )
    _judge_ends(trial, found)


def _judge_ends(trial: Trial, found: Series) -> None:
    """Where a step without usage has an item too, each day of a range has one."""
    answer = ask(trial, found, past(WIDE), past(1), _day(found))
    empty = [row for row in answer.items if not any(row.get(name) for name in found.counts)]
    full = len(answer.items) >= WIDE - 1
    if empty or full:
        trial.expect(len(answer.items) == WIDE, "a day of the range has no item", WIDE, len(answer.items))


def _day(found: Series) -> str:
    return "day" if found.takes("day") else ""


@law("usage.steps", "the items of a series are one step apart", steps)
def check_steps(trial: Trial) -> None:
    """A whole number of hours, days, weeks or months; several steps where one without usage has no item."""
    found, step = _series(trial), trial.subject
    days = {"hour": 2, "day": 20, "week": 80, "month": 200}.get(step, 1000)
    dates = ask(trial, found, past(days), past(1), step).dates
    if step in ("week", "month", "year"):
        dates = dates[1:]  # the first may be cut off by the range
    for one, other in pairwise(dates):
        trial.expect(
            _is_multiple(step, one.date(), other.date(), other - one),
            f"{one} and {other} are no {step} apart",
            step,
            str(other - one),
        )


def _is_multiple(step: str, one: date, other: date, gap: timedelta) -> bool:
    lengths = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
    if step in lengths:
        return gap > timedelta(0) and gap % lengths[step] == timedelta(0)
    return other > one and one.day == other.day and (step == "month" or one.month == other.month)


@law("usage.date", "with a step of a day the date of an item is a day", ranges)
def check_date(trial: Trial) -> None:
    """Year, month and day, without a time."""
    found = _series(trial)
    for item in ask(trial, found, past(WIDE), past(1), _day(found)).items:
        value = str(item.get(found.when))
        trial.expect(len(value) == 10, f"{found.when} is no day", "YYYY-MM-DD", value)


@law("usage.sums", "the sums of a range are the same for every length of a step", steps, shared=True)
def check_sums(trial: Trial) -> None:
    """Days of the past, beside hours; whole months beside their days."""
    found, step = _series(trial), trial.subject
    if step == "day" or not found.takes("day"):
        trial.skip("days are what the others are compared with")
    last = past(1).replace(day=1) - timedelta(1)
    monday = past(NARROW + past(NARROW).weekday())
    first, last = {
        "hour": (past(5), past(2)),
        "week": (monday - timedelta(28), monday - timedelta(1)),
        "month": (last.replace(day=1), last),
    }.get(step, (last.replace(month=1, day=1), last))
    days, others = ask(trial, found, first, last, "day"), ask(trial, found, first, last, step)
    if step == "week" and others.dates and others.dates[0].weekday() != 0:
        trial.skip("a week does not begin on Monday: the range is none of whole weeks")
    for name in found.counts:
        if days.sum(name) or others.sum(name):
            trial.expect(
                days.sum(name) == others.sum(name),
                f"{name} by the {step} from {first} to {last}",
                days.sum(name),
                others.sum(name),
            )


@law("usage.summary", "a total is the sum of its items", totals, shared=True)
def check_summary(trial: Trial) -> None:
    """Days of the past, of which the numbers do not change any more."""
    found = _series(trial)
    outer, name, count = next(row for row in found.sums if row[1] == trial.subject)
    for first, last in ((past(WIDE), past(NARROW)), (past(NARROW), past(2))):
        answer = ask(trial, found, first, last, _day(found))
        total = (answer.body.get(outer) or {}).get(name)
        trial.expect(total == answer.sum(count), f"{name} from {first} to {last}", answer.sum(count), total)


@law(
    "usage.own",
    "what one user does is not counted for another",
    dated,
    roles=("peer",),
    writes=True,
    shared=True,
)
def check_own(trial: Trial) -> None:
    """Records that the owner makes: where the owner's count of a day rises by them, the peer's does not."""
    found, listed = _series(trial), _made(trial.contract)
    if listed is None or listed.resource is None:
        trial.skip("the document has no list of records that could be made")
    before = [_counts(trial, found, role) for role in ("owner", "peer")]
    keys = {trial.make(listed.resource).key for _ in range(MADE)}
    mine, theirs = (
        {name: count - old[name] for name, count in _counts(trial, found, role).items()}
        for role, old in zip(("owner", "peer"), before, strict=True)
    )
    if keys & {
        row.get(listed.resource.key) for row in trial.listing(operation=listed, role="peer").fetch().items
    }:
        trial.skip("the peer may see what the owner makes")
    risen = [name for name in mine if mine[name] >= MADE]
    if not risen:
        trial.skip(f"no count of the owner rises by {MADE} new records at once")
    for name in risen:
        trial.expect(theirs[name] < MADE, f"{name} of the peer rises by what the owner does", 0, theirs[name])


def _made(contract: Contract) -> Operation | None:
    """The first list of records that can be made and removed."""
    for operation in contract.operations:
        made = contract.of(operation.resource, "create") and contract.of(operation.resource, "remove")
        if made and operation.does == "list" and not any(row.required for row in operation.parameters):
            return operation
    return None


def _counts(trial: Trial, found: Series, role: str) -> dict[str, int]:
    """The counts of today; of yesterday too, where the server may still be in it."""
    answer = ask(trial, found, past(1), past(0), _day(found), role)
    return {name: answer.sum(name) for name in found.counts}
