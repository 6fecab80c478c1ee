"""A sandbox seen from a client: its control plane, and the worlds in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from .clock import read_instant, write_instant
from .problems import Unusable

ROOT = "/_sandbox"
PATIENCE = 60.0  # seconds until an answer

Json = Any
DIRECT = build_opener(ProxyHandler({}))  # proxies of the environment lead elsewhere


class Refused(Unusable):
    """The control plane did not do it. status: of its answer."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Remote:
    """The control plane of the sandbox at a URL. token: its control token, where it has one."""

    url: str
    token: str | None = None

    def ask(
        self, method: str, path: str, query: Mapping[str, object] | None = None, body: Json = None
    ) -> Json:
        """What it answers, None for nothing. path: below /_sandbox; parts of the query that are None are left
        out.

        Raises Refused when it refuses, Unusable when nothing answers.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        url = f"{self.url}{ROOT}{path}{'?' if given else ''}{urlencode(given)}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        content = None
        if body is not None:
            content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            request = Request(url, content, headers, method=method)
            with DIRECT.open(request, timeout=PATIENCE) as response:
                return _read(response.read())
        except HTTPError as error:
            with error:
                told = _tell(error.read()) or str(error)
            raise Refused(f"{method} {ROOT}{path}: {error.code}: {told}", error.code) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise Unusable(f"no sandbox answers at {self.url or 'no URL'}: {reason}") from None


def _read(content: bytes) -> Json:
    return json.loads(content) if content else None


def _tell(content: bytes) -> str:
    """The reason that a problem gives (RFC 9457)."""
    try:
        problem = json.loads(content)
    except ValueError:
        return ""
    return str(problem.get("detail", "")) if isinstance(problem, dict) else ""


class World:
    """A world of a sandbox: private demo data, and a clock, that no other world sees.

    url: of the sandbox; apis: the base URL of each API, by name; name: of the world, '' for the one of
    tokens without a suffix.
    """

    def __init__(self, remote: Remote, apis: Mapping[str, str], name: str = "") -> None:
        self._remote = remote
        self.url, self.apis, self.name = remote.url, dict(apis), name

    def base(self, api: str | None = None) -> str:
        """The base URL of an API; of the only one without a name. Raises Unusable."""
        if api is None and len(self.apis) == 1:
            return next(iter(self.apis.values()))
        if api not in self.apis:
            raise Unusable(f"there is no API {api!r} here; there are {', '.join(self.apis) or 'none'}")
        return self.apis[api]

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

    def snapshot(self, name: str) -> Json:
        """Keep what this world holds under a name. Raises Refused."""
        return self._ask("POST", "/snapshots", name=name)

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
        return _entries(self._remote.ask("GET", "/log", {**filters, "world": self.name}))

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

    def _ask(self, method: str, path: str, **body: Json) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        return self._remote.ask(method, path, body={**given, "world": self.name})


def _entries(told: Json) -> list[Json]:
    return list(told["items"] if isinstance(told, dict) else told)


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
