"""A world of a sandbox as a client sees it, and its clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from .clock import read_instant, write_instant
from .problems import Unusable
from .remote import Remote

Json = Any


class World:
    """A world of a sandbox: private demo data, and a clock, that no other world sees.

    url: of the sandbox; apis: the base URL of each API, by name; name: of the world, '' for the one of
    tokens without a suffix.
    """

    def __init__(self, remote: Remote, apis: Mapping[str, str], name: str = "") -> None:
        self._remote = remote
        self.url, self.apis, self.name = remote.url, dict(apis), name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} at {self.url}>"

    def base(self, api: str | None = None) -> str:
        """The base URL of an API; of the only one without a name. Raises Unusable."""
        if api is None and len(self.apis) == 1:
            return next(iter(self.apis.values()))
        if api not in self.apis:
            raise Unusable(f"there is no API {api!r} here; there are {', '.join(self.apis) or 'none'}")
        return self.apis[api]

    def world(self, name: str) -> "World":
        """The world of that name in the same sandbox; made on its first use."""
        return World(self._remote, self.apis, name)

    def token_of(self, persona: str) -> str:
        """The token of a persona in this world."""
        return f"{persona}.{self.name}" if self.name else persona

    @property
    def token(self) -> str:
        """The token that may do everything in this world."""
        return self.token_of("demo")

    @property
    def headers(self) -> dict[str, str]:
        """What a request needs that is to be answered from this world."""
        place = {"Sandbox-World": self.name} if self.name else {}
        return {"Authorization": f"Bearer {self.token}"} | place

    @property
    def clock(self) -> "RemoteClock":
        """The clock of this world."""
        return RemoteClock(self._remote, self.name)

    def reset(self, api: str | None = None) -> None:
        """Give this world its demo data again, and its clock when no API is named."""
        self._ask("POST", "/reset", api=api)

    def drop(self) -> None:
        """Forget this world; it would be made anew on its next use."""
        self._remote.ask("DELETE", "/worlds", {"world": self.name})

    def snapshot(self, name: str | None = None) -> str:
        """Keep what this world holds. Returns the name of the snapshot: the one given, or a new one.

        All worlds have their snapshots in one place. Raises Refused.
        """
        name = name or f"kept-{token_hex(8)}"
        self._ask("POST", "/snapshots", name=name)
        return name

    def restore(self, name: str) -> None:
        """Put this world back to what a snapshot holds. Raises Refused."""
        self._ask("POST", f"/snapshots/{quote(name, safe='')}/restore")

    def chaos(self, **rule: Json) -> Json:
        """Make requests to this world fail: `status=503`, `drop=True`, `latency={…}`, `rate=0.5`, `times=3` …

        Returns the rule with its id. Raises Refused.
        """
        return self._ask("POST", "/chaos", **rule)

    def calm(self) -> None:
        """End the chaos rules of this world."""
        for rule in self._remote.ask("GET", "/chaos"):
            if rule.get("world") == self.name:
                self._remote.ask("DELETE", f"/chaos/{quote(str(rule['id']), safe='')}")

    def log(self, **filters: object) -> list[Json]:
        """The requests that came to this world, newest first: `operation=…`, `status="4xx"`, `limit=…` …"""
        return list(self._remote.ask("GET", "/log", {**filters, "world": self.name}))

    def explain(self, entry: str | int) -> Json:
        """All about a request of the log: headers, bodies, and each problem with its rule."""
        return self._remote.ask("GET", f"/log/{quote(str(entry), safe='')}")

    def emit(self, api: str, event: str, resource: str | None = None, id: str | None = None) -> int:
        """Emit a webhook by hand. Returns to how many receivers. Raises Refused."""
        told = self._ask("POST", "/emit", api=api, event=event, resource=resource, id=id)
        return int(told["deliveries"])

    def deliveries(self, **filters: str) -> list[Json]:
        """The webhook deliveries of this world, oldest first: `api=…`, `event=…`, `state=…`."""
        return list(self._remote.ask("GET", "/deliveries", {**filters, "world": self.name}))

    def _ask(self, method: str, path: str, /, **body: Json) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        return self._remote.ask(method, path, body={**given, "world": self.name})


@dataclass(frozen=True)
class RemoteClock:
    """The clock of a world, which states, expiries, rate windows and webhooks follow."""

    remote: Remote
    world: str

    def now(self) -> datetime:
        """The instant it shows, in UTC."""
        return read_instant(self.remote.ask("GET", "/clock", {"world": self.world})["now"])

    def advance(self, by: float | timedelta) -> datetime:
        """Go on by so many seconds. Returns the instant then."""
        return self._drive(advance=by.total_seconds() if isinstance(by, timedelta) else by)

    def set(self, instant: datetime | str) -> datetime:
        """Go to an instant. Returns it."""
        return self._drive(
            set=instant if isinstance(instant, str) else write_instant(instant, "milliseconds")
        )

    def freeze(self) -> datetime:
        """Stand still. Returns where."""
        return self._drive(freeze=True)

    def release(self) -> datetime:
        """Go on from where it stands."""
        return self._drive(freeze=False)

    def _drive(self, **body: Json) -> datetime:
        return read_instant(self.remote.ask("POST", "/clock", body={**body, "world": self.world})["now"])


def find_world(url: str, name: str = "", token: str | None = None) -> World:
    """A world of a sandbox that runs already. Raises Unusable when none answers there."""
    remote = Remote(url.rstrip("/"), token)
    prefixes: Mapping[str, str] = remote.ask("GET", "/health")["apis"]
    return World(remote, {api: remote.url + prefix for api, prefix in prefixes.items()}, name)
