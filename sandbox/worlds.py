"""Worlds: private copies of an API's demo data, made on first use and dropped when idle."""

import json
import time
from dataclasses import asdict, dataclass, field

from .cache import NO_CACHE, Cache
from .clock import Clocks
from .declared import Api, Resource
from .fixtures import Fixtures
from .quotas import Quotas
from .schemas import Json
from .seeds import Seeder, make_rows
from .store import Row, Store, find_columns

IDLE = 3600.0  # seconds after which a named world is dropped
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
    _rows: dict[str, list[Row]] | None = None

    def enter(self, world: str) -> None:
        """Make sure that the world has its demo data."""
        if world not in self._used or self.store.shared:
            name = f"{self.api.name}/{world}"
            if not self.store.shared:
                self._drop_idle()
            if not self.store.has_world(name):
                self._make(world, name)
        self._used[world] = time.monotonic()

    def _make(self, world: str, name: str) -> None:
        with self.store.transaction(name):
            # Another process may have been faster.
            if not self.store.has_world(name):
                self._fill(world)
                self.store.add_world(name)

    def names(self) -> list[str]:
        """The worlds that are in use."""
        return list(self._used)

    def used(self, world: str) -> float | None:
        """When the world was entered last (Unix time of the machine), None for not by this process."""
        entered = self._used.get(world)
        return None if entered is None else time.time() - (time.monotonic() - entered)

    def _fill(self, world: str) -> None:
        if self._rows is None:
            self._rows = self._make_rows()
        for name, rows in self._rows.items():
            self.store.insert(self.api.resources[name], world, rows)
            for row in rows:
                row.record = None  # the text is enough from now on

    def _make_rows(self) -> dict[str, list[Row]]:
        """The demo data, from the cache where a start of the same day has made it already."""
        anchor = self.clocks.base.anchor
        sources = [self.api.document, asdict(self.fixtures), self.seed, anchor.isoformat()]
        texts = (json.dumps(source, default=sorted).encode() for source in sources)
        made = self.cache.remember(
            "rows", texts, lambda: self._pack(make_rows(self.api, self.fixtures, self.seed, anchor))
        )
        return {
            name: [Row(key, owner, text.encode(), due, None, rest) for key, owner, text, due, rest in rows]
            for name, rows in made.items()
        }

    def _pack(self, made: dict[str, list[Row]]) -> Json:
        """The rows as plain JSON values, with their columns."""
        return {
            name: [
                [
                    row.key,
                    row.owner,
                    row.document.decode(),
                    row.due,
                    find_columns(self.api.resources[name], row),
                ]
                for row in rows
            ]
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
        with self.store.transaction(f"{self.api.name}/{world}"):
            self.clear(world)
            if not self.store.is_used(world):
                self.clocks.forget(world)

    def clear(self, world: str) -> None:
        """Forget a world but for its clock: its data, its deliveries and what its credentials used.

        Call it inside a transaction.
        """
        self.store.drop_world(f"{self.api.name}/{world}", world, self.api.resources.values())
        self.quotas.forget(world, self.api.name)
        self._used.pop(world, None)

    def _drop_idle(self) -> None:
        latest = time.monotonic() - IDLE
        named = sorted((used, world) for world, used in self._used.items() if world)
        for _, world in [each for each in named if each[0] < latest] or named[: len(named) - MOST + 1]:
            self.drop(world)
