"""Credentials: from a request's headers to a persona and a world, or a problem."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from .problems import Problem
from .schemas import Json

UNLIMITED = 1_000_000
SIGNED = 2  # dots of a JWT
WORLD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
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

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners whose records this persona sees; none means everybody's."""
        return tuple(dict.fromkeys(owner for owner in (self.user, self.account) if owner))

    @property
    def owner(self) -> str | None:
        """The owner of what this persona creates."""
        return self.account or self.user


@dataclass(frozen=True, slots=True)
class Caller:
    """A persona in a world."""

    persona: Persona
    world: str = ""


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
        first = next((schemes.get(name, {}) for requirement in security for name in requirement), {})
        self._hint = show_credential(first, "demo")
        self._challenge = "Basic" if first.get("scheme", "").lower() == "basic" else "Bearer"
        # One that needs no credential comes last: an optional credential counts when it is there.
        self._alternatives = [
            [schemes.get(name, {}) for name in requirement]
            for requirement in sorted(security, key=lambda names: not names)
        ]
        self._needs = needs
        self._personas = personas

    def admit(self, headers: Mapping[str, str], query: Mapping[str, str]) -> Caller:
        """The caller of a request. Raises Problem unauthenticated."""
        world = headers.get("sandbox-world", "")
        if world and not WORLD.fullmatch(world):
            raise Problem("invalid", "Sandbox-World: must be 1 to 64 letters, digits, '-' or '_'")
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
        raise reasons[0] if reasons else self._refuse(f"no credential; send {self._hint!r}")

    def _find_world(self, headers: Mapping[str, str], query: Mapping[str, str], world: str) -> str:
        """The world that a token names although none is needed, so that a client stays in its own."""
        for scheme in self._schemes:
            token = read_token(scheme, headers, query)
            if token:
                with suppress(Problem):
                    return self._identify(token, world).world
        return world

    def _refuse(self, message: str, kind: str = "unauthenticated") -> Problem:
        return Problem(kind, message, headers={"WWW-Authenticate": f'{self._challenge} realm="sandbox"'})

    def permit(self, caller: Caller) -> None:
        """Check the scopes. Raises Problem forbidden."""
        scopes = caller.persona.scopes
        lacking = self._needs - scopes if scopes is not None else ()
        if lacking:
            raise Problem("forbidden", f"the credential lacks the scope {', '.join(sorted(lacking))}")

    def _identify(self, token: str, world: str) -> Caller:
        if self._tokens and token.count(".") == SIGNED:
            return self._tokens(token)
        name, dot, own = token.partition(".")
        persona = self._personas.get(name)
        if persona is None or (dot and not WORLD.fullmatch(own)):
            message = "the credential is not known; the sandbox's tokens are listed where it starts"
            raise self._refuse(message, "invalid_token")
        if persona.expired:
            raise self._refuse("the credential has expired", "invalid_token")
        return Caller(persona, own or world)


def show_credential(scheme: Mapping[str, Any], token: str) -> str:
    """How a client sends the token for an OpenAPI security scheme: a header line, or a part of the query."""
    if scheme.get("type") == "apiKey":
        forms = {"query": "?{}={}", "cookie": "Cookie: {}={}"}
        return forms.get(scheme["in"], "{}: {}").format(scheme["name"], token)
    if scheme.get("scheme", "").lower() == "basic":
        return f"Authorization: Basic {base64.b64encode(f'{token}:'.encode()).decode()}"
    return f"Authorization: Bearer {token}"


def read_token(scheme: Mapping[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """The token that a request carries for an OpenAPI security scheme, or None."""
    if scheme.get("type") == "apiKey":
        return _read_key(scheme, headers, query)
    value = headers.get("authorization", "").strip()
    if scheme.get("scheme", "").lower() == "basic":
        return _read_basic(value)
    for prefix in scheme.get("x-sandbox", {}).get("prefixes", ["Bearer"]):
        start, _, token = value.partition(" ") if prefix else ("", "", value)
        if start.lower() == prefix.lower() and token.strip() and " " not in token.strip():
            return token.strip()
    return None


def _read_key(scheme: Mapping[str, Any], headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    if scheme["in"] == "query":
        return query.get(scheme["name"])
    if scheme["in"] == "cookie":
        return read_cookie(headers.get("cookie", ""), scheme["name"])
    return headers.get(scheme["name"].lower())


def read_cookie(header: str, name: str) -> str | None:
    """The value of a cookie of a Cookie header (RFC 6265 §4.2), or None."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return next((value for known, _, value in pairs if known == name), None)


def _read_basic(value: str) -> str | None:
    start, _, encoded = value.partition(" ")
    try:
        user = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except ValueError:
        return None
    return user if start.lower() == "basic" else None
