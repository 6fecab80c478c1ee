"""Credentials: from a request's headers to a persona and a world, or a problem."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from .credentials import find_header, read_token, show_credential
from .masks import mask
from .problems import ROOT, Fault, Problem
from .schemas import Json

UNLIMITED = 1_000_000
SIGNED = 2  # dots of a JWT
MOST = 1000  # callers that a gate remembers
LONGEST = 500  # characters by which it knows one
WORLD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Persona:
    """Who a token stands for. quota: requests an hour; quotas: of
    operations that count apart; scopes: None has all; owners: whose records it sees, empty for all."""

    name: str
    user: str | None = None
    account: str | None = None
    quota: int = UNLIMITED
    scopes: frozenset[str] | None = None
    expired: bool = False
    quotas: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """The owners whose records this persona sees; none means everybody's."""
        return tuple(dict.fromkeys(owner for owner in (self.user, self.account) if owner))

    @property
    def owner(self) -> str | None:
        """The owner of what this persona creates."""
        return self.account or self.user


@dataclass(frozen=True)
class Caller:
    """A persona in a world."""

    persona: Persona
    world: str = ""

    @cached_property
    def names(self) -> tuple[str, str]:
        """The names of the persona and of the world."""
        return self.persona.name, self.world


ANONYMOUS = Persona("anonymous")


def read_personas(declared: Mapping[str, Json]) -> dict[str, Persona]:
    """The personas of the fixtures, by token."""
    return {
        name: Persona(
            name=name,
            user=words.get("user"),
            account=words.get("account"),
            quota=words.get("quota", UNLIMITED),
            scopes=frozenset(words["scopes"]) if "scopes" in words else None,
            expired=words.get("expired", False),
            quotas=words.get("quotas", {}),
        )
        for name, words in declared.items()
    }


class Access:
    """The gate of one operation.

    security: the operation's OpenAPI security requirements (any of them suffices); schemes: the
    document's security schemes; needs: scopes that the credential must have; tokens: reads a JWT.
    """

    def __init__(
        self,
        security: Iterable[Json],
        schemes: Mapping[str, Json],
        needs: frozenset[str],
        personas: Mapping[str, Persona],
        tokens: Callable[[str], Caller] | None = None,
    ) -> None:
        security = list(security)
        self._tokens = tokens
        self._schemes = list(schemes.values())
        self._name = next((name for requirement in security for name in requirement), "")
        first = self._first = schemes.get(self._name, {})
        self._hint = show_credential(first, "demo")
        self._challenge = "Basic" if first.get("scheme", "").lower() == "basic" else "Bearer"
        # One that needs no credential comes last: an optional credential counts when it is there.
        self._alternatives = [
            [schemes.get(name, {}) for name in requirement]
            for requirement in sorted(security, key=lambda names: not names)
        ]
        self._needs = needs
        self._personas = personas
        self._known: dict[tuple[str | None, ...], Caller] = {}
        # Where the headers do not tell the caller, or only for a time, none is remembered.
        used = [scheme for schemes in self._alternatives for scheme in schemes]
        self._is_lasting = bool(used) and all(scheme.get("in") != "query" for scheme in used)
        self._places = ("sandbox-world", *dict.fromkeys(map(find_header, used)))

    def admit(self, headers: Mapping[str, str], query: Mapping[str, str]) -> Caller:
        """The caller of a request. Raises Problem unauthenticated."""
        if not self._is_lasting:
            return self._find_caller(headers, query)
        signs = tuple(map(headers.get, self._places))
        caller = self._known.get(signs)
        if caller is None:
            caller = self._find_caller(headers, query)
            self._remember(signs, caller)
        return caller

    def _remember(self, signs: tuple[str | None, ...], caller: Caller) -> None:
        told = [sign for sign in signs if sign]
        if sum(map(len, told)) > LONGEST or (
            self._tokens and any(each.count(".") >= SIGNED for each in told)
        ):
            return
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[signs] = caller

    def _find_caller(self, headers: Mapping[str, str], query: Mapping[str, str]) -> Caller:
        world = headers.get("sandbox-world", "")
        if world and not WORLD.fullmatch(world):
            wanted = "1 to 64 letters, digits, '-' or '_'"
            near = re.sub(r"[^A-Za-z0-9_-]+", "-", world)[:64]
            clue = Fault("header", "Sandbox-World", "", value=world, nearest=near, expected=wanted)
            raise Problem("invalid", f"Sandbox-World: must be {wanted}", clues=[clue])
        if not self._alternatives:
            return Caller(ANONYMOUS, self._find_world(headers, query, world))
        reasons = []
        for schemes in self._alternatives:
            tokens = [read_token(scheme, headers, query) for scheme in schemes]
            if not schemes:
                return Caller(ANONYMOUS, world)
            if all(tokens):
                try:
                    return next(iter([self._identify(str(token), world) for token in tokens]))
                except Problem as problem:
                    reasons.append(problem)
        raise reasons[0] if reasons else self._refuse(f"no credential; send {self._hint!r}", None)

    def _find_world(self, headers: Mapping[str, str], query: Mapping[str, str], world: str) -> str:
        """The world that a token names although none is needed, so that a client stays in its own."""
        for scheme in self._schemes:
            token = read_token(scheme, headers, query)
            if token:
                with suppress(Problem):
                    return self._identify(token, world).world
        return world

    def _refuse(self, message: str, token: str | None) -> Problem:
        """The problem of a token that is not valid, or of none."""
        kind = "unauthenticated" if token is None else "invalid_token"
        headers = {"WWW-Authenticate": f'{self._challenge} realm="sandbox"'}
        return Problem(kind, message, headers=headers, clues=[self._explain(token)])

    def _explain(self, token: str | None) -> Fault:
        valid = [name for name, persona in self._personas.items() if not persona.expired]
        near = difflib.get_close_matches((token or "").partition(".")[0], valid, 1) or valid[:1] or ["demo"]
        return Fault(
            "credential",
            "",
            "",
            (ROOT, "components", "securitySchemes", self._name) if self._name else (),
            mask(token) if token else None,
            show_credential(self._first, near[0]),
            f"a token of the sandbox: {', '.join(valid)}",
        )

    def permit(self, caller: Caller) -> None:
        """Check the scopes. Raises Problem forbidden."""
        scopes = caller.persona.scopes
        lacking = self._needs - scopes if scopes is not None else ()
        if lacking:
            lacked = ", ".join(sorted(lacking))
            able = (p for p in self._personas.values() if not p.expired and p.scopes is None)
            near = next((show_credential(self._first, persona.name) for persona in able), None)
            held = f"{caller.persona.name} with {', '.join(sorted(scopes or ())) or 'no scope'}"
            clue = Fault("credential", "", "", value=held, nearest=near, expected=f"the scope {lacked}")
            raise Problem("forbidden", f"the credential lacks the scope {lacked}", clues=[clue])

    def _identify(self, token: str, world: str) -> Caller:
        if self._tokens and token.count(".") == SIGNED:
            try:
                return self._tokens(token)
            except Problem as problem:
                raise replace(problem, clues=[self._explain(token)]) from None
        name, dot, own = token.partition(".")
        persona = self._personas.get(name)
        if persona is None or (dot and not WORLD.fullmatch(own)):
            message = f"the credential is not known; send {self._hint!r}"
            raise self._refuse(message, token)
        if persona.expired:
            raise self._refuse("the credential has expired", token)
        return Caller(persona, own or world)
