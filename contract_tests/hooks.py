"""Subscriptions to the webhooks of a deployment, and the writes that make it send them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from contract_tests.contracts import Contract
from contract_tests.exchanges import Exchange
from contract_tests.operations import Operation
from contract_tests.receivers import Delivery, Receiver, receive
from contract_tests.records import Record, address
from contract_tests.samples import plain
from contract_tests.schemas import Node, merge
from contract_tests.singletons import amends, changed, fields_of
from contract_tests.templates import Reading, read
from contract_tests.trials import Trial

Json = Any
LOCAL = ("127.0.0.1", "localhost", "::1")
SOON = 5.0  # seconds in which a delivery on the same machine arrives


@dataclass(frozen=True)
class Hook:
    """A subscription: the receiver and the path at which its deliveries arrive."""

    receiver: Receiver
    path: str
    webhooks: Node
    pause: Callable[[float], None]

    def read(self, delivery: Delivery) -> Reading:
        """The names of the template of a delivery's body."""
        return read(self.webhooks["body"], delivery.body)

    def event(self, delivery: Delivery) -> str:
        """The event of a delivery, by its body or else by its headers."""
        found = self.read(delivery).values.get("event")
        return str(found if found is not None else self.header(delivery, "$event"))

    def header(self, delivery: Delivery, name: str) -> str:
        """The header that stands for the name; empty where it is not there."""
        names = [key.lower() for key, template in self.webhooks["headers"].items() if template == name]
        return delivery.headers.get(names[0], "") if names else ""

    def object(self, delivery: Delivery) -> str:
        """The object of a delivery, as JSON."""
        return json.dumps(self.read(delivery).values.get("object"), ensure_ascii=False)

    def wait(self, event: str, key: Json, seconds: float = SOON, count: int = 1) -> list[Delivery]:
        """The deliveries of an event of a record."""

        def wanted(delivery: Delivery) -> bool:
            return self.event(delivery) == event and (key is None or str(key) in self.object(delivery))

        return self.receiver.wait(self.path, wanted, seconds, count, self.pause)


def events(contract: Contract) -> Iterator[tuple[Operation, str]]:
    """Each write that emits an event, with the event; a creation also stands for what follows by itself."""
    for operation in contract.operations:
        if "emits" in operation.words:
            yield operation, operation.words["emits"]
        states = operation.resource.words.get("states", {}) if operation.resource else {}
        for move in states.get("moves", []) if operation.does == "create" else ():
            if "emits" in move:
                yield operation, move["emits"]


def move_of(operation: Operation, event: str) -> Node | None:
    """The move that emits the event; None where the operation itself does."""
    states = operation.resource.words.get("states", {}) if operation.resource else {}
    if operation.words.get("emits") == event:
        return None
    return next((row for row in states.get("moves", []) if row.get("emits") == event), None)


def subscription(contract: Contract) -> Operation | None:
    """The operation that subscribes."""
    name = contract.words.get("webhooks", {}).get("subscriptions", "")
    return next(iter(contract.of(contract.resources.get(name), "create")), None)


def hook(trial: Trial, wanted: tuple[str, ...] = ()) -> Hook:
    """A subscription to the events (empty: to all), made once in a run. Skips where there can be none."""
    key = ("hook", *wanted)
    session = trial.session
    if key not in session.memo:
        session.memo[key] = _subscribe(trial, wanted)
    found: Hook = session.memo[key]
    return found


def _subscribe(trial: Trial, wanted: tuple[str, ...]) -> Hook:
    session, webhooks = trial.session, trial.contract.words["webhooks"]
    operation = subscription(trial.contract)
    given = session.target.receiver
    if operation is None and given is not None and not wanted:
        return Hook(given, "", webhooks, session.pause)
    if operation is None or operation.resource is None:
        trial.skip("no operation subscribes to events (--webhook-port: one that you have subscribed)")
    receiver = _receiver(trial)
    path = f"/hooks/{session.name()}"
    values = _values(operation, receiver, path, list(wanted) or listed(operation) or list(webhooks["events"]))
    trial.maker.make(operation.resource, kept=True, **values)
    return Hook(receiver, path, webhooks, session.pause)


def ask(trial: Trial, wanted: tuple[str, ...]) -> Record:
    """Ask for a subscription to those events, whatever the answer. Skips where there can be none."""
    operation = subscription(trial.contract) or trial.skip("no operation subscribes to events")
    values = _values(operation, _receiver(trial), f"/hooks/{trial.session.name()}", list(wanted))
    body, parents = trial.maker.drafts.body(operation, "owner", values)
    return trial.maker.create(operation, {}, body, parents=parents)


def _receiver(trial: Trial) -> Receiver:
    session = trial.session
    if urlsplit(session.target.url).hostname not in LOCAL:
        trial.skip("the server is not on this machine and cannot reach a receiver here")
    if "receiver" not in session.__dict__:
        session.__dict__["receiver"] = session.closing.enter_context(receive(f"s-{session.run}"))
    found: Receiver = session.__dict__["receiver"]
    return found


def _values(operation: Operation, receiver: Receiver, path: str, wanted: list[str]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for name, node in fields_of(operation).items():
        if node.get("format") == "uri":
            values[name] = receiver.url + path
        elif node.get("type") == "array":
            values[name] = wanted
        elif "secret" in name.lower():
            values[name] = receiver.secret
    return values


def listed(operation: Operation) -> list[str]:
    """The events that the body of a subscription may name."""
    root = operation.contract.root
    arrays = [node.get("items", {}) for node in fields_of(operation).values() if node.get("type") == "array"]
    return [str(name) for items in arrays for name in merge(root, items).get("enum", [])]


def trigger(trial: Trial, operation: Operation, event: str = "") -> tuple[Json, Exchange]:
    """A write on a record of our own: the record's key, and the exchange. Skips where it fails."""
    if operation.does in ("create", "upsert"):
        move = move_of(operation, event) or {}
        at = (datetime.now(UTC) + timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        record = trial.make(operation.resource, **({move["at"]: at} if "at" in move else {}))
        return record.key, record.exchange
    if operation in [row for row, _ in amends(trial.contract)]:
        return _change(trial, operation)
    record = trial.make(operation.resource)
    body = plain(trial.contract.root, operation.body[1], trial.session.name()) if operation.body else None
    options = {"body": body} if operation.body else {}
    exchange = trial.succeed(trial.send(operation, address(operation, record), **options))
    return record.key, exchange


def _change(trial: Trial, operation: Operation) -> tuple[Json, Exchange]:
    for name, node in fields_of(operation).items():
        if node.get("type") == "string" and not {"format", "enum", "pattern"} & node.keys():
            with changed(trial, operation, {name: trial.session.name()}) as exchange:
                return None, trial.succeed(exchange)
    return trial.skip(f"{operation.name} changes nothing that could be put back")
