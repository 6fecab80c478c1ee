"""All APIs of one sandbox: what they share, where they answer, and pages beside the operations."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path

import orjson

from .bases import find_bases
from .cache import NO_CACHE, Cache
from .calls import Service, Subscription
from .chaos import Chaos
from .clock import Clock, Clocks
from .declared import Api, Operation
from .dialects import PLAIN_ERRORS
from .documents import VOCABULARY, read_document, without_words
from .endpoints import Endpoint
from .explanations import explain
from .faking import check_fakes
from .fixtures import read_fixtures
from .problems import Problem, Unusable
from .quirks import QUIRKS
from .quotas import Quotas
from .reading import read_api
from .responses import Note, Response, answer_problem
from .schemas import Json, make_registry
from .siblings import ALONE, Siblings
from .store import Store
from .suggestions import count_same
from .tokens import Tokens
from .traffic import MOST_ENTRIES, Traffic
from .worlds import Worlds

DESCRIPTION = "openapi.json"
COMPARED = 12  # documented paths, with one that is not documented


@dataclass(frozen=True)
class Settings:
    """How to serve. state: an SQLAlchemy URL; fixtures: a folder; speed: real or instant;
    webhooks: subscriptions with the API they are of, None for every API; log: how many requests are kept;
    validation: strict or warn; cache: of what a start makes; siblings: the processes of its state.
    """

    seed: int = 1
    state: str | None = None
    fixtures: Path | None = None
    speed: str = "real"
    webhooks: tuple[tuple[str | None, Subscription], ...] = ()
    log: int = MOST_ENTRIES
    validation: str = "strict"
    cache: Cache = NO_CACHE
    siblings: Siblings = ALONE


class Site:
    """The APIs of some documents over one store and one clock.

    Raises Unusable for a document, fixture or state that cannot be used.
    """

    def __init__(self, paths: Iterable[Path], settings: Settings, clock: Clock) -> None:
        self.cache = settings.cache
        self.apis = [self._read(path) for path in paths]
        self.store = Store(self.apis, settings.state)
        self.clocks = Clocks(clock, self.store)
        self.traffic = Traffic(settings.log, number=settings.siblings.numbering)
        self._quotas = Quotas(self.store if self.store.shared else None)
        self.chaos = Chaos(self.store)
        self.services = {api.name: self._make_service(api, settings) for api in self.apis}
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        self.bases = find_bases(self.apis)

    def _read(self, path: Path) -> Api:
        document = self.cache.remember("document", [path, VOCABULARY], lambda: _check(path))
        return read_api(path.stem, document)

    def _make_service(self, api: Api, settings: Settings) -> Service:
        fixtures = read_fixtures(api, settings.fixtures, self.cache)
        worlds = Worlds(api, fixtures, self.store, self.clocks, self._quotas, settings.seed, self.cache)
        subscriptions = tuple(each for name, each in settings.webhooks if name in (None, api.name))
        check_events(api, subscriptions)
        accounts = api.dialect.get("accounts")
        return Service(
            api=api,
            fixtures=fixtures,
            store=self.store,
            worlds=worlds,
            quotas=self._quotas,
            clocks=self.clocks,
            chaos=self.chaos,
            speed=settings.speed,
            subscriptions=subscriptions,
            tokens=Tokens(accounts, fixtures.personas, self.clocks) if accounts else None,
            is_lenient=settings.validation == "warn",
        )

    def endpoint(self, api: Api, operation: Operation) -> Endpoint:
        """The endpoint of an operation; one for all bases."""
        key = (api.name, operation.id)
        if key not in self._endpoints:
            self._endpoints[key] = Endpoint(self.services[api.name], operation)
        return self._endpoints[key]

    def personas(self, api: Api) -> list[str]:
        """The tokens of an API."""
        return list(self.services[api.name].fixtures.personas)

    def page(self, path: str, headers: Mapping[str, str]) -> Response | None:
        """The document of an API at <base>/openapi.json, or where it declares."""
        base, _, name = path.rpartition("/")
        extra = [api for api in self.apis if api.dialect.get("openapi") == path]
        apis = extra or (self.bases.get(base, []) if name == DESCRIPTION else [])
        if len(apis) != 1:
            return None
        base = apis[0].path if extra else base
        url = f"http://{headers.get('host', 'localhost')}{base}"
        return _answer_json({**without_words(apis[0].document), "servers": [{"url": url}]})

    def answer(self, path: str, problem: Problem, verdict: str = "") -> Response:
        """A problem in the form of the API that the path belongs to, else the plain one.

        verdict: what the log says of it, where the status does not.
        """
        api = self._find_api(path)
        response = answer_problem(api or PLAIN, problem)
        problems = explain(api or PLAIN, problem)
        response.note = Note((api.name if api else "", ""), finding=(verdict, problem.message, problems))
        return response

    def suggest(self, path: str) -> list[str]:
        """The documented paths that are most like one that is not documented."""
        api = self._find_api(path)
        known = {
            base + operation.path
            for base, apis in self.bases.items()
            for each in apis
            for operation in each.operations
            if api in (None, each)
        }
        # Comparing two texts well takes long, so few are.
        likely = nsmallest(COMPARED, known, lambda each: (-count_same(each, path), len(each)))
        return difflib.get_close_matches(path, likely, 3, 0)

    def hint(self, path: str) -> str:
        """Where to look instead of a path that does not exist."""
        api = self._find_api(path)
        if api:
            return f"GET {api.prefix}/{DESCRIPTION} lists the paths of {api.name}"
        return f"the APIs are at {', '.join(api.prefix for api in self.apis)}, the console at /_sandbox/"

    def _find_api(self, path: str) -> Api | None:
        for api in self.apis:
            if path == api.prefix or path.startswith(f"{api.prefix}/"):
                return api
        for base, apis in self.bases.items():
            if path.startswith(f"{base}/"):
                first = path.removeprefix(base).split("/")[1]
                for api in apis:
                    if any(op.path.split("/")[1] == first for op in api.operations):
                        return api
                if len(apis) == 1:
                    return apis[0]
        return None

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def check_events(api: Api, subscriptions: Iterable[Subscription]) -> None:
    """Raise Unusable for a subscription to an event that the API does not emit."""
    known = api.dialect.get("webhooks", {}).get("events", {})
    for event in sorted({event for each in subscriptions for event in each.events or ()} - set(known)):
        emitted = ", ".join(known) or "nothing"
        raise Unusable(f"--webhook-events: {api.name} does not emit {event!r}; it emits {emitted}")


PLAIN = Api("sandbox", {}, "", {"errors": PLAIN_ERRORS}, {}, (), {}, make_registry({}))


def _answer_json(body: object) -> Response:
    return Response(200, {"Content-Type": "application/json"}, orjson.dumps(body))


def _check(path: Path) -> Json:
    """A document that can be served. Raises Unusable."""
    document = read_document(path)
    try:
        api = read_api(path.stem, document)
    except Unusable as error:
        raise Unusable(f"{path}: {error}") from error
    for operation in api.operations:
        if operation.does == "quirk" and operation.id not in QUIRKS:
            raise Unusable(f"{path}: does: quirk of {operation.id}: there is no such quirk")
    for name, resource in api.resources.items():
        check_fakes(resource.schema, f"{api.name}: /components/schemas/{name}")
    return document
