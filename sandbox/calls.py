"""One admitted and validated request, and its answer before it is rendered."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .access import Caller
from .bodies import Body
from .chaos import Chaos
from .clock import Clock, Clocks, write_time
from .declared import Api, Operation
from .envelopes import find_names
from .filters import Condition, read_conditions
from .fixtures import Fixtures
from .problems import Fault
from .quotas import Quotas
from .resources import Resource
from .store import Store
from .tokens import Tokens
from .worlds import Worlds


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver of webhooks. events: their names, None for all; secret: signs the deliveries."""

    url: str
    secret: str
    events: frozenset[str] | None = None

    def wants(self, event: str) -> bool:
        """Whether the receiver asked for the event."""
        return self.events is None or event in self.events


@dataclass(frozen=True)
class Service:
    """What all endpoints of an API share. speed: real or instant; is_lenient: violations only warn."""

    api: Api
    fixtures: Fixtures
    store: Store
    worlds: Worlds
    quotas: Quotas
    clocks: Clocks
    chaos: Chaos
    speed: str
    subscriptions: tuple[Subscription, ...] = ()
    tokens: Tokens | None = None
    is_lenient: bool = False

    def refresh(self) -> None:
        """Take over what other processes have changed."""
        refresh(self.store, self.clocks, self.chaos)

    def transaction(self, world: str) -> AbstractContextManager[None]:
        """All or nothing; those of a world wait for each other, also in other processes."""
        return self.store.transaction(f"{self.api.name}/{world}")

    @property
    def resources(self) -> list[Resource]:
        """The resources of the API."""
        return list(self.api.resources.values())

    @cached_property
    def page_names(self) -> frozenset[str]:
        """The `$names` that bodies and headers of this API's lists use."""
        bodies = [operation.body for operation in self.api.operations if operation.does == "list"]
        headers = self.api.dialect.get("page", {}).get("headers", {})
        return frozenset(find_names([self.api.dialect["envelopes"]["many"], headers, bodies]))


def refresh(store: Store, clocks: Clocks, chaos: Chaos) -> None:
    """Take over what other processes have changed, if they may have changed anything."""
    if store.shared and store.refresh():
        clocks.refresh()
        chaos.refresh()


@dataclass(slots=True)
class Call:
    """One admitted and validated request.

    base: the path under which the API was called; url: the full URL without query; query: its pairs;
    violations: what is invalid all the same, and served only with `--validation warn`.
    """

    service: Service
    operation: Operation
    caller: Caller
    parameters: Mapping[str, Any]
    body: Body
    base: str
    url: str
    query: list[tuple[str, str]]
    violations: list[Fault] = field(default_factory=list)

    @property
    def api(self) -> Api:
        """The API that is called."""
        return self.service.api

    @property
    def store(self) -> Store:
        """Where the records are."""
        return self.service.store

    @property
    def clock(self) -> Clock:
        """The clock of the caller's world."""
        return self.service.clocks.of(self.caller.world)

    @property
    def resource(self) -> Resource:
        """The resource that the operation is of."""
        assert self.operation.of is not None
        return self.operation.of

    @property
    def world(self) -> str:
        """The world of the caller."""
        return self.caller.world

    def conditions(self) -> list[Condition]:
        """The conditions of the operation and of its filtering parameters."""
        fixed = [Condition((field,), "eq", value) for field, value in self.operation.where.items()]
        given = read_conditions(self.resource, self.operation.parameters, self.parameters)
        return fixed + given

    def instant(self) -> str:
        """Now, as this API writes instants."""
        return write_time(self.clock.time(), self.api.style)


@dataclass(slots=True)
class Answer:
    """The `$names` of a successful answer: `item` or `items` hold JSON documents as bytes.

    status: other than the lowest documented 2xx.
    """

    envelope: str
    values: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
