"""Webhooks: the documented events arrive, signed and whole, and no others."""

from typing import Any

from contract_tests.answers import read_record
from contract_tests.grounds.hooked import choices, emitted, senders, shown, subscribers
from contract_tests.hooks import SOON, Hook, ask, events, hook, listed, move_of, trigger
from contract_tests.laws import law
from contract_tests.operations import Operation
from contract_tests.receivers import Delivery, sign
from contract_tests.relations import instant, same
from contract_tests.trials import Trial
from contract_tests.watches import PATIENCE

Json = Any
CALM = 0.7  # seconds after a delivery in which a wrong one would have come too
MANY = 10**6  # deliveries that fail until the one in question has come, whoever else sends some
RETRY = 10.0  # seconds that a second attempt is waited for at most


def _deliver(trial: Trial, count: int = 1) -> tuple[Hook, Delivery]:
    """A delivery of the event under test. Skips where none arrives."""
    subscribed = hook(trial)
    key, _ = trigger(trial, trial.operation)
    found = subscribed.wait(trial.subject, key, count=count)
    return subscribed, found[0] if found else trial.skip(f"no {trial.subject} arrived within {SOON:.0f} s")


def _patience(operation: Operation, event: str) -> float:
    move = move_of(operation, event)
    return SOON if move is None else max(PATIENCE, 4 * move.get("after", [0, 5])[1])


@law("webhook.events", "each documented event can be subscribed to", subscribers, writes=True)
def check_events(trial: Trial) -> None:
    """A subscription to each alone; a server that takes none at all is not judged."""
    answers = {event: ask(trial, (event,)).exchange for event in listed(trial.operation)}
    if not any(200 <= row.status < 300 for row in answers.values()):
        trial.skip(f"{next(iter(answers.values()))}: nothing can be subscribed to")
    success = trial.operation.success
    for event, exchange in answers.items():
        message = f"{exchange} to a subscription to {event}"
        trial.expect(exchange.status in success, message, success, exchange.status)


@law(
    "webhook.arrives",
    "a write sends its event to those who have subscribed",
    emitted,
    writes=True,
    waits=True,
)
def check_arrives(trial: Trial) -> None:
    """With the type of the event and the record that it is about."""
    subscribed = hook(trial)
    wait = _patience(trial.operation, trial.subject)
    if trial.examples <= 3 and wait > SOON:
        trial.skip(f"{trial.subject} may take {wait:.0f} s (a longer --depth waits)")
    key, exchange = trigger(trial, trial.operation, trial.subject)
    found = subscribed.wait(trial.subject, key, wait)
    seen = [subscribed.event(row) for row in subscribed.receiver.at(subscribed.path)][-5:]
    trial.expect(bool(found), f"{exchange} and no {trial.subject} within {wait:.0f} s", trial.subject, seen)


@law(
    "webhook.signed",
    "a delivery is signed with the secret of its subscriber",
    senders,
    writes=True,
    waits=True,
)
def check_signed(trial: Trial) -> None:
    """The header holds sha256= and the hexadecimal HMAC-SHA256 of the very bytes of the body."""
    subscribed, delivery = _deliver(trial)
    found, expected = (
        subscribed.header(delivery, "$signature"),
        sign(delivery.content, subscribed.receiver.secret),
    )
    trial.expect(found == expected, f"a wrong signature: {delivery}", expected, found)


@law("webhook.body", "a delivery has the documented body and headers", senders, writes=True, waits=True)
def check_body(trial: Trial) -> None:
    """JSON with an id of its own, the type, the instant and the object."""
    subscribed, delivery = _deliver(trial)
    reading = subscribed.read(delivery)
    trial.expect(
        not reading.mismatches, "; ".join(reading.mismatches), subscribed.webhooks["body"], str(delivery)
    )
    media_type = delivery.headers.get("content-type", "").partition(";")[0].strip()
    trial.expect(
        media_type == "application/json", f"a delivery as {media_type}", "application/json", media_type
    )
    created = reading.values.get("created_at", "2026-01-01T00:00:00Z")
    trial.expect(instant(created) is not None, "created_at is no instant", "an instant", created)
    for name in ("$event", "$delivery_id"):
        if name in subscribed.webhooks["headers"].values():
            trial.expect(
                subscribed.header(delivery, name) != "",
                f"a delivery without the header of {name}",
                name,
                dict(delivery.headers),
            )


@law("webhook.id", "each event has an id of its own", senders, writes=True, waits=True)
def check_id(trial: Trial) -> None:
    """Two events have two ids."""
    ids = []
    for _ in range(2):
        subscribed, delivery = _deliver(trial)
        ids.append(subscribed.read(delivery).values.get("event_id"))
    if None in ids:
        trial.skip("a delivery has no id")
    trial.expect(ids[0] != ids[1], "two events have the same id", "two ids", ids[0])


@law("webhook.object", "an event holds the record as the API answers it", shown, writes=True, waits=True)
def check_object(trial: Trial) -> None:
    """The fields that the answer to the creation and the event both have."""
    subscribed = hook(trial)
    key, exchange = trigger(trial, trial.operation)
    found = subscribed.wait(trial.subject, key) or trial.skip(f"no {trial.subject} arrived")
    answered = read_record(trial.operation, exchange) or {}
    sent: Json = subscribed.read(found[0]).values.get("object")
    for name in (row for row in answered if isinstance(sent, dict) and row in sent):
        trial.expect(
            same(sent[name], answered[name]), f"{name} of the event is another", answered[name], sent[name]
        )


@law("webhook.chosen", "an event that was not subscribed does not arrive", choices, writes=True, waits=True)
def check_chosen(trial: Trial) -> None:
    """A subscription to another event, which arrives, and to this one, which does not."""
    operation, event = next(
        row for row in events(trial.contract) if row[1] != trial.subject and move_of(*row) is None
    )
    subscribed = hook(trial, (event,))
    key, _ = trigger(trial, operation)
    if not subscribed.wait(event, key):
        trial.skip(f"no {event} arrived within {SOON:.0f} s")
    trial.pause(CALM)
    wrong = [
        subscribed.event(row)
        for row in subscribed.receiver.at(subscribed.path)
        if subscribed.event(row) != event
    ]
    trial.expect(not wrong, f"events arrive that were not subscribed: {wrong[:3]}", [event], wrong[:3])


@law("webhook.refused", "a refused write sends no event", senders, writes=True, waits=True)
def check_refused(trial: Trial) -> None:
    """A creation without anything, before one that succeeds."""
    subscribed = hook(trial)
    before = len(subscribed.receiver.at(subscribed.path))
    refused = trial.maker.create(trial.operation, trial.maker.lineage(trial.operation)[0], {}).exchange
    if refused.status < 400:
        trial.skip(f"{refused}: it was not refused")
    trial.pause(CALM)
    _deliver(trial)
    made = [row.key for row in trial.session.ledger.entries if row.key]
    events = [
        row
        for row in subscribed.receiver.at(subscribed.path)[before:]
        if subscribed.event(row) == trial.subject
    ]
    strays = [row for row in events if not any(key in subscribed.object(row) for key in made)]
    trial.expect(not strays, f"{refused}, and an event was sent", "no event", [str(row) for row in strays])


@law("webhook.retry", "a delivery that fails is sent again", senders, writes=True, waits=True)
def check_retry(trial: Trial) -> None:
    """The receiver answers 500 once; where the first repetition comes late this is not waited for."""
    delays = trial.contract.words["webhooks"]["retries"]
    if not delays or delays[0] > RETRY:
        trial.skip(f"the first repetition comes after {delays[0] if delays else 'no'} s")
    subscribed = hook(trial)
    subscribed.receiver.failures[_path(subscribed)] = MANY
    key, _ = trigger(trial, trial.operation)
    subscribed.wait(trial.subject, key)
    subscribed.receiver.failures[_path(subscribed)] = 0
    found = subscribed.wait(trial.subject, key, delays[0] + SOON, count=2)
    trial.expect(len(found) > 1, "the delivery was not sent again after a 500", "a second one", len(found))


@law(
    "webhook.survives",
    "a delivery that fails does not hold up the ones after it",
    senders,
    writes=True,
    waits=True,
)
def check_survives(trial: Trial) -> None:
    """The receiver answers 500 to one event; the next one arrives all the same."""
    subscribed, _ = _deliver(trial)
    subscribed.receiver.failures[_path(subscribed)] = MANY
    trigger(trial, trial.operation)
    trial.pause(CALM)
    subscribed.receiver.failures[_path(subscribed)] = 0
    key, exchange = trigger(trial, trial.operation)
    found = subscribed.wait(trial.subject, key)
    trial.expect(
        bool(found), f"{exchange} and no {trial.subject} after an earlier one failed", trial.subject, None
    )


def _path(subscribed: Hook) -> str:
    paths = [row.path for row in subscribed.receiver.at(subscribed.path)]
    return subscribed.path or (paths[-1] if paths else "")
