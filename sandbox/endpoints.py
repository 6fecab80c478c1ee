"""An operation compiled once: admission, validation, action, rendering. Knows HTTP, but no server."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from .access import UNLIMITED, Access, Caller
from .accounts import check_subscription
from .actions import DOES
from .bodies import Bodies, Body, Receive
from .calls import Call, Service
from .declared import Operation
from .envelopes import compile_headers, render_headers
from .explanations import explain
from .filters import find_dependency_faults
from .forced import answer_fate, answer_forced
from .leniency import serve_leniently
from .parameters import Parameters, parse_query
from .preferences import NONE, Preferences, read_preferences, split_query
from .problems import Fault, Problem, refuse
from .quirks import QUIRKS
from .quotas import Allowance, RateLimited
from .reads import check_named
from .responses import JSON_TYPE, Note, Renderer, Response, answer_example, answer_problem
from .schemas import Json

SAFE = {"get", "head"}
UNAUTHORIZED = int(HTTPStatus.UNAUTHORIZED)
TOO_MANY = int(HTTPStatus.TOO_MANY_REQUESTS)
HOUR: Json = {"window": 3600}


@dataclass(slots=True)
class Request:
    """An HTTP request.

    headers: lower-case names; base: the API's path; url: without the query; body: None where it has yet to
    be received.
    """

    method: str
    headers: Mapping[str, str]
    query: bytes
    path: dict[str, str]
    base: str
    url: str
    receive: Receive
    body: bytes | None = None


class Endpoint:
    """One operation of an API, ready to answer."""

    def __init__(self, service: Service, operation: Operation) -> None:
        api = service.api
        tokens = service.tokens.identify if service.tokens else None
        self._service = service
        self._operation = operation
        self._access = Access(
            operation.security, api.security_schemes, operation.needs, service.fixtures.personas, tokens
        )
        self._parameters = Parameters(operation)
        self._checks = bool(operation.naming or operation.words.get("subscribed"))
        self._depends = any(parameter.together or parameter.until for parameter in operation.parameters)
        self._noted = api.name, operation.id
        self._names = frozenset(parameter.name for parameter in operation.parameters)
        self._bodies = Bodies(operation, api.registry)
        self._renderer = Renderer(api, operation)
        self._act = QUIRKS[operation.id] if operation.does == "quirk" else DOES.get(operation.does or "")
        is_whole = operation.writes_one_row and not service.store.shared  # which is all or nothing by itself
        self._is_alone = operation.method in SAFE or is_whole
        quota = api.dialect.get("quota", HOUR)
        self._window, self._quota_headers = quota["window"], compile_headers(quota.get("headers", {}))
        status, _ = api.dialect["errors"]["kinds"]["not_acceptable"]
        self._refuses_media = str(status) in operation.responses

    async def answer(self, request: Request) -> Response:
        """The response to a request. Problems are answered in the API's own form."""
        service, preferences = self._service, NONE
        headers: dict[str, str] = {}
        note = Note(self._noted)
        try:
            query = parse_query(request.query)
            if "prefer" in request.headers or b"__" in request.query:
                query, stand_ins = split_query(query, self._names)
                preferences = read_preferences(request.headers.get("prefer"), stand_ins)
            response = await self._answer(request, query, preferences, headers, note)
        except Problem as problem:
            if isinstance(problem, RateLimited):
                headers |= self._describe_quota(problem.allowance)
            verdict = "chaos" if note.fate and note.fate.broken else ""
            note.finding = verdict, problem.message, explain(service.api, problem, self._operation)
            response = answer_problem(service.api, problem, self._operation)
        response.note = note
        if headers:
            response.headers |= headers
        response.wait = preferences.wait
        if note.fate:
            response.wait += note.fate.latency
            response.broken = note.fate.broken
        return response

    async def _answer(
        self,
        request: Request,
        query: list[tuple[str, str]],
        wanted: Preferences,
        headers: dict[str, str],
        note: Note,
    ) -> Response:
        """Check and act, in this order: credential, quota, scopes, request, state (across.md X7, DS-I15)."""
        service, operation = self._service, self._operation
        service.refresh()
        if wanted.code != UNAUTHORIZED:
            caller = self._access.admit(request.headers, dict(query))
            note.caller, allowance = caller, self._count(caller)
            if self._quota_headers:
                headers |= self._describe_quota(allowance)
        if wanted is not NONE and wanted.forces:
            response = answer_forced(service.api, operation, wanted)
            note.finding = "forced", "", b"[]"
            return self._tell_end(response, headers)
        if service.chaos and (fate := service.chaos.meet(service.api.name, operation, caller.world)):
            note.fate, note.finding = fate, ("chaos", fate.reason, b"[]")
            if not fate.executed:
                return self._tell_end(answer_fate(service.api, operation, fate), headers)
        self._access.permit(caller)
        call = await self._read(request, caller, query)
        service.worlds.enter(caller.world)
        if not service.is_lenient:
            return self._perform(call)
        response = serve_leniently(call, self._perform)
        if call.violations:
            problem = refuse(call.violations)
            note.finding = "warned", problem.message, explain(service.api, problem, operation)
        return response

    def _perform(self, call: Call) -> Response:
        if self._is_alone:
            return self._act_on(call)
        # What a write reads must not change before it writes, whatever other processes do.
        with self._service.transaction(call.world):
            return self._act_on(call)

    def _act_on(self, call: Call) -> Response:
        if self._act is None:
            return answer_example(self._operation, self._operation.success)
        if self._checks:
            check_subscription(call)
            check_named(call)
        return self._renderer.render(self._act(call))

    def _count(self, caller: Caller) -> Allowance:
        """Count the request, and once more where the operation counts apart."""
        service, persona = self._service, caller.persona
        credential = (caller.world, service.api.name, persona.name)
        now, window = service.clocks.of(caller.world).time(), self._window
        allowance = service.quotas.take(credential, persona.quota, window, now)
        apart = self._operation.words.get("counts")
        if apart:
            limit = persona.quotas.get(apart, UNLIMITED)
            service.quotas.take((*credential, apart), limit, window, now)
        return allowance

    def _describe_quota(self, allowance: Allowance) -> dict[str, str]:
        names = {"limit": allowance.limit, "remaining": allowance.remaining, "reset": allowance.reset}
        return render_headers(self._quota_headers, names)

    def _tell_end(self, response: Response, headers: dict[str, str]) -> Response:
        """The response; where it is that of a quota that is used up, the headers say that nothing is left."""
        if response.status == TOO_MANY:
            headers |= render_headers(self._quota_headers, {"limit": None, "remaining": 0, "reset": None})
        return response

    async def _read(self, request: Request, caller: Caller, query: list[tuple[str, str]]) -> Call:
        """The call, if everything about the request is valid. Raises Problem that names every fault."""
        service, operation = self._service, self._operation
        self._check_accept(request.headers.get("accept", ""))
        faults: list[Fault] = []
        parameters = self._parameters.read(request.path, query, request.headers, faults)
        if self._depends and not faults:
            faults += find_dependency_faults(operation.parameters, parameters)
        body = (
            await self._bodies.read(request.headers, request.receive, faults, request.body)
            if operation.requests
            else Body()
        )
        if faults and not service.is_lenient:
            raise refuse(faults)
        return Call(service, operation, caller, parameters, body, request.base, request.url, query, faults)

    def _check_accept(self, accept: str) -> None:
        """Only an operation that documents the refusal refuses what the client will not take."""
        if accept and self._refuses_media:
            ranges = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
            if not {"*/*", "application/*", JSON_TYPE} & ranges:
                clue = Fault("header", "Accept", "", (), accept, JSON_TYPE, JSON_TYPE)
                message = f"Accept is {accept!r}, but only {JSON_TYPE} is offered"
                raise Problem("not_acceptable", message, clues=[clue])
