"""What the functions of the control plane work on, and what they are asked."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..calls import Service, refresh
from ..chaos import Chaos
from ..clock import Clocks
from ..problems import Fault, refuse
from ..schemas import Json
from ..siblings import ALONE, Siblings
from ..store import Store
from ..traffic import Traffic


@dataclass(frozen=True)
class Desk:
    """What the APIs of a sandbox share: clocks of worlds, the store of all records, the log, chaos rules;
    and who else shares them.
    """

    services: Mapping[str, Service]
    clocks: Clocks
    store: Store
    traffic: Traffic
    chaos: Chaos
    siblings: Siblings = ALONE

    def refresh(self) -> None:
        """Take over what other processes have changed."""
        refresh(self.store, self.clocks, self.chaos)

    @contextmanager
    def change(self, world: str = "") -> Iterator[None]:
        """All or nothing of a change to a world of all APIs and its clock."""
        try:
            with ExitStack() as stack:
                for name in sorted(self.services):
                    stack.enter_context(self.services[name].transaction(world))
                yield
        except BaseException:
            self.clocks.refresh()
            raise

    def find_service(self, api: str, location: str, pointer: str) -> Service:
        """The API of a name that stands in a request. Raises Problem invalid."""
        if api not in self.services:
            message = f"must be one of {', '.join(self.services)}, got {api!r}"
            raise refuse([Fault(location, pointer, message)])
        return self.services[api]


@dataclass(frozen=True, slots=True)
class Question:
    """A valid request to the control plane: its parameters by name, and its body, if it has one.

    headers: all of them, by lower-case name.
    """

    parameters: Json
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def world(self) -> str:
        """The world that it names, in its query or its body."""
        world: str = self.parameters.get("world", self.body.get("world", ""))
        return world
