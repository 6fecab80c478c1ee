"""Signed tokens (JWT, HS256) of users who log in."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .access import WORLD as WORLD_NAME
from .access import Caller, Persona
from .clock import Clocks
from .problems import Problem
from .schemas import Json

# Tokens of a sandbox protect nothing; they stay valid over a restart.
SECRET = "openapi-sandbox signs demo tokens with this"
ALGORITHM = "HS256"
UNTIMED: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
WORLD = "world"


class Tokens:
    """Makes and reads the tokens of one API. words: its `accounts`; personas: of the fixtures, by token."""

    def __init__(self, words: Json, personas: Mapping[str, Persona], clocks: Clocks) -> None:
        self._words = words
        self._clocks = clocks
        self._plan = personas.get(words.get("plan", ""), Persona(""))
        self._personas = {each.user: each for each in reversed(list(personas.values())) if not each.expired}

    def make(self, user: str, world: str, *, remember: bool = False) -> str:
        """A token of a user in a world."""
        import jwt  # most APIs have no such tokens

        now = int(self._clocks.of(world).time())
        life: int = self._words["remembered" if remember and "remembered" in self._words else "seconds"]
        claims = {self._words["claim"]: user, "iat": now, "exp": now + life}
        return jwt.encode(claims | ({WORLD: world} if world else {}), SECRET, ALGORITHM)

    def identify(self, token: str) -> Caller:
        """Whose token it is: a persona of the fixtures, or a user of its own. Raises Problem."""
        import jwt

        try:
            # Whether it has expired is a matter of the world's clock.
            claims = jwt.decode(
                token,
                SECRET,
                [ALGORITHM],
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            user, world, expiry = claims[self._words["claim"]], claims.get(WORLD, ""), claims["exp"]
        except (jwt.InvalidTokenError, KeyError) as error:
            raise _refuse("the token is not valid") from error
        typed = isinstance(user, str) and user and isinstance(world, str) and _is_number(expiry)
        if not typed or (world and not WORLD_NAME.fullmatch(world)):
            raise _refuse("the token is not valid")
        if self._clocks.of(world).time() >= expiry:
            raise _refuse("the token has expired")
        return Caller(
            self._personas.get(user) or replace(self._plan, name=user, user=user, account=None), world
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refuse(message: str) -> Problem:
    return Problem(
        "invalid_token",
        message,
        headers={"WWW-Authenticate": 'Bearer realm="sandbox", error="invalid_token"'},
    )
