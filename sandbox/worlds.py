"""Worlds: private copies of an API's demo data, made on first use and dropped when idle."""

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property

from .cache import NO_CACHE, Cache
from .clock import Clocks
from .declared import Api
from .fixtures import Fixtures
from .problems import Problem
from .quotas import Quotas
from .resources import Resource
from .schemas import Json
from .seeds import Seeder, make_rows
from .store import Row, Store
from .values import dump

IDLE = 3600.0  # seconds after which a named world is dropped
MINUTE = 60.0  # seconds after which the store is told again that a world is used
MOST = 500  # named worlds of an API; one more drops the one that was used least recently


@dataclass
class Worlds:
    """The worlds of one API. The world '' is the one of tokens without a suffix."""

    api: Api
    fixtures: Fixtures
    store: Store
    clocks: Clocks
    quotas: Quotas
    seed: int
    cache: Cache = NO_CACHE
    _used: dict[str, float] = field(default_factory=dict)
    _noted: dict[str, float] = field(default_factory=dict)
    _rows: dict[str, list[Row]] | None = None

    @cached_property
    def _prefix(self) -> str:
        return f"{self.api.name}/"

    def enter(self, world: str) -> None:
        """Make sure that the world has its demo data."""
        name = self._prefix + world
        if not self.store.has_world(name):
            self._drop_idle()
            self._make(world, name)
        self._used[world] = now = time.monotonic()
        if now - self._noted.get(world, -MINUTE) >= MINUTE:
            self._noted[world] = now
            with suppress(Problem):  # a store that cannot be written to can still be read
                self.store.note_world(name)

    def _make(self, world: str, name: str) -> None:
        with self.store.transaction(name):
            # Another process may have been faster.
            if not self.store.has_world(name):
                self._fill(world)
                self.store.add_world(name)

    def used(self) -> dict[str, float]:
        """When each world was used (Unix time of the machine); by other processes, to the minute."""
        names = {name: used for name, used in self.store.worlds().items() if name.startswith(self._prefix)}
        found = {name.removeprefix(self._prefix): used for name, used in names.items()}
        for world in found.keys() & self._used.keys():
            # By a clock that does not jump, so that no world grows old at once.
            own = time.time() - (time.monotonic() - self._used[world])
            found[world] = max(own, found[world]) if self.store.shared else own
        return found

    def _fill(self, world: str) -> None:
        if self._rows is None:
            self._rows = self._make_rows()
        for name, rows in self._rows.items():
            self.store.insert(self.api.resources[name], world, rows)

    def _make_rows(self) -> dict[str, list[Row]]:
        """The demo data, from the cache where a start of the same day has made it already."""
        anchor = self.clocks.base.anchor
        personas = [asdict(persona) for persona in self.fixtures.personas.values()]
        few = json.dumps([personas, self.seed, anchor.isoformat()], default=sorted).encode()
        many = dump([self.api.document, self.fixtures.catalogs, self.fixtures.records])
        made = self.cache.remember(
            "rows", [few, many], lambda: _pack(make_rows(self.api, self.fixtures, self.seed, anchor))
        )
        return {
            name: [Row(key, owner, text.encode(), due, None, rest) for key, owner, text, due, rest in rows]
            for name, rows in made.items()
        }

    def fake(self, resource: Resource, record: Json, names: tuple[str, ...]) -> Json:
        """Demo values of some fields of a record, as a move by the clock gives them."""
        if not names:
            return {}
        anchor = self.clocks.base.anchor
        return Seeder(self.api, self.fixtures, self.seed, anchor, {}).fake(resource, record, names)

    def drop(self, world: str) -> None:
        """Forget a world, and its clock once no API has the world."""
        with self.store.transaction(self._prefix + world):
            self.clear(world)
            if not self.store.is_used(world):
                self.clocks.forget(world)

    def clear(self, world: str) -> None:
        """Forget a world but for its clock: its data, its deliveries and what its credentials used.

        Call it inside a transaction.
        """
        self.store.drop_world(self._prefix + world, world, self.api.resources.values())
        self.quotas.forget(world, self.api.name)
        self._used.pop(world, None)
        self._noted.pop(world, None)

    def _drop_idle(self) -> None:
        latest = time.time() - IDLE
        named = sorted((used, world) for world, used in self.used().items() if world)
        for _, world in [each for each in named if each[0] < latest] or named[
            : max(0, len(named) - MOST + 1)
        ]:
            self.drop(world)


def _pack(made: dict[str, list[Row]]) -> Json:
    """The rows as plain JSON values, with their columns."""
    return {
        name: [[row.key, row.owner, row.document.decode(), row.due, row.columns] for row in rows]
        for name, rows in made.items()
    }
