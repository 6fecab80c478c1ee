"""States: a record moves by itself, forward only, until it has come to its last state."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from contract_tests.grounds.moved import beginnings, filling, moving, stamping, timed
from contract_tests.laws import law
from contract_tests.lists import Listing
from contract_tests.relations import instant
from contract_tests.trials import Trial
from contract_tests.views import lists, look, shows
from contract_tests.watches import Watch, ends_of, moves_of, patience, reachable, watch

Json = Any
SOON = 3  # seconds until an instant that a law chooses
LATE = timedelta(seconds=2)  # that clocks may differ or cut off


def _watched(trial: Trial) -> Watch:
    """The watched record. Skips where it does not show its state."""
    seen = watch(trial, trial.resource)
    return seen if seen.name in seen.last else trial.skip(f"no answer shows {seen.name}")


def _settled(trial: Trial) -> Watch:
    """The watched record in its last state. Skips where it did not come there."""
    seen = _watched(trial)
    state = seen.last.get(seen.name)
    if state not in {row["to"] for row in moves_of(trial.resource)} & ends_of(trial.resource):
        trial.skip(f"the record is {state} after {seen.limit:.0f} s")
    return seen


@law("state.first", "the answer to the write shows the first state", beginnings, writes=True)
def check_first(trial: Trial) -> None:
    """A new record."""
    first = trial.resource.words["states"]["first"]
    record = trial.make()
    if trial.subject not in record.fields:
        trial.skip(f"{record.exchange} does not show {trial.subject}")
    found = record.fields[trial.subject]
    trial.expect(found == first, f"{record.exchange} with another {trial.subject}", first, found)


@law(
    "state.path",
    "a record moves only along the documented states, and never back",
    moving,
    writes=True,
    waits=True,
)
def check_path(trial: Trial) -> None:
    """Each state that was seen can follow the one before; a short one may not be seen."""
    states = _watched(trial).states
    listed = trial.resource.properties[trial.subject].get("enum", [])
    for state in states:
        trial.expect(not listed or state in listed, f"a state that is not documented: {state}", listed, state)
    for before, after in pairwise(states):
        allowed = reachable(trial.resource, before)
        trial.expect(
            after in allowed,
            f"{trial.subject} went from {before} to {after}",
            sorted(map(str, allowed)),
            after,
        )


@law("state.settles", "a record comes to its last state and stays there", moving, writes=True, waits=True)
def check_settles(trial: Trial) -> None:
    """Within four times the longest documented delay."""
    seen = _watched(trial)
    ends, state = ends_of(trial.resource), seen.last.get(seen.name)
    if state not in ends and patience(trial, trial.resource) < sum(
        4 * row["after"][1] for row in moves_of(trial.resource)
    ):
        trial.skip(f"the record is still {state} after {seen.limit:.0f} s (a longer --depth waits longer)")
    trial.expect(
        state in ends, f"{trial.subject} is still {state} after {seen.limit:.0f} s", sorted(ends), state
    )
    trial.session.snapshots.clear()
    again = look(trial, seen.record).get(seen.name)
    trial.expect(again == state, f"{trial.subject} did not stay {state}", state, again)


@law("state.filled", "the last state has the fields that the moves fill", filling, writes=True, waits=True)
def check_filled(trial: Trial) -> None:
    """The field is there and is not null."""
    found = _settled(trial).last.get(trial.subject)
    trial.expect(found is not None, f"{trial.subject} has no value in the last state", "a value", found)


@law("state.stamped", "the instant of a move is not before the creation", stamping, writes=True, waits=True)
def check_stamped(trial: Trial) -> None:
    """Nor is it in the future."""
    seen = _settled(trial)
    created = next(
        (name for name, kind in trial.resource.words.get("stamps", {}).items() if kind == "create"), ""
    )
    start, moved = instant(seen.last.get(created)), instant(seen.last.get(trial.subject))
    if start is None or moved is None:
        trial.skip(f"{created or 'the creation'} or {trial.subject} is no instant")
    trial.expect(
        moved >= start - timedelta(seconds=1), f"{trial.subject} is before {created}", str(start), str(moved)
    )
    late = start + timedelta(seconds=seen.limit) + 10 * LATE
    trial.expect(moved <= late, f"{trial.subject} is in the future", f"until {late}", str(moved))


@law("state.pending", "before the move its fields have no value", filling, writes=True, waits=True)
def check_pending(trial: Trial) -> None:
    """The answer to the write and every reading in an earlier state."""
    seen = _watched(trial)
    before = {row["from"] for row in moves_of(trial.resource)}
    for row in [seen.record.fields, *(one for pair in seen.reads for one in pair)]:
        if row.get(seen.name) in before and trial.subject in row:
            found = row[trial.subject]
            trial.expect(
                found in (None, [], "", {}),
                f"{trial.subject} has a value while {row[seen.name]}",
                None,
                found,
            )


@law("state.reads", "reading does not move a record", moving, writes=True, waits=True)
def check_reads(trial: Trial) -> None:
    """Two readings that follow each other at once show the same state."""
    seen = _watched(trial)
    for one, other in seen.reads:
        states = [row.get(seen.name) for row in (one, other)]
        trial.expect(states[0] == states[1], f"two readings at once: {states[0]}, then {states[1]}", *states)


@law(
    "state.listed",
    "a list of the records in one state leaves out those that have left it",
    timed,
    writes=True,
    waits=True,
)
def check_listed(trial: Trial) -> None:
    """A record that leaves the state a few seconds after its creation, before and after."""
    resource = trial.resource
    move = next(row for row in resource.words["states"]["moves"] if row.get("at") == trial.subject)
    at = _now(trial) + timedelta(seconds=SOON)
    record = trial.make(resource, **{trial.subject: at.strftime("%Y-%m-%dT%H:%M:%SZ")})
    listing = next((row for row in lists(trial, record) if row.operation == trial.operation), None)
    if listing is None:
        trial.skip("the list cannot be read without a filter")
    trial.expect(_has(listing, record.key), f"a new {resource.name} is not listed", record.key, None)
    end = time.monotonic() + SOON + patience(trial, resource)
    trial.pause(SOON)
    while _has(listing, record.key) and time.monotonic() < end:
        trial.pause(1)
    trial.expect(
        not _has(listing, record.key), f"{record.key} is listed after {trial.subject}", "not listed", str(at)
    )
    if shows(trial, record) is not None:
        state = look(trial, record).get(resource.words["states"]["field"])
        trial.expect(state == move["to"], f"{record.key} is still {state}", move["to"], state)


def _has(listing: Listing, key: Json) -> bool:
    listing.session.snapshots.clear()
    return str(key) in listing.keys(listing.everything(afresh=True))


def _now(trial: Trial) -> datetime:
    """The time of the server, as its last answer says it."""
    headers = trial.send(trial.operation).response.headers
    return parsedate_to_datetime(headers["date"]) if "date" in headers else datetime.now(UTC)
