"""Faults of access: who the server takes the caller for."""

import base64
import json
import re
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .pointers import edit, put, read
from .values import make_change

JWT_PARTS = 3


def read_token(request: Request) -> tuple[str, str]:
    """The token of the Authorization header without its world, of a JWT its user; the world that it names."""
    text = (request.header("authorization") or "").split(" ")[-1]
    if text.count(".") == JWT_PARTS - 1:
        try:
            claims = _read_claims(text.split(".")[1])
        except ValueError:
            return text, ""
        return str(claims.get("userId", text)), str(claims.get("world", ""))
    token, _, world = text.partition(".")
    return token, world


def _read_claims(payload: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def _replace(request: Request, token: str, world: str) -> Request:
    return request.with_header("authorization", f"Bearer {token}.{world}" if world else f"Bearer {token}")


async def use_token(
    request: Request, serve: Serve, _memory: Memory, *, to: str, of: list[str] | None = None
) -> Response:
    """Callers with one of some tokens (none named: with any token) are taken for another persona."""
    token, world = read_token(request)
    if not token or (of is not None and token not in of):
        return await serve(request)
    return await serve(_replace(request, to, world))


async def admit_missing(request: Request, serve: Serve, _memory: Memory, *, to: str = "demo") -> Response:
    """Callers without a credential are let in."""
    return await serve(request if request.header("authorization") else _replace(request, to, ""))


async def admit_refused(
    request: Request, serve: Serve, _memory: Memory, *, to: str = "demo", status: int = 401
) -> Response:
    """Callers whose credential is refused are let in; those without one are not."""
    response = await serve(request)
    token, world = read_token(request)
    if response.status != status or not token:
        return response
    return await serve(_replace(request, to, world if re.fullmatch(r"[\w-]{1,64}", world) else ""))


async def admit_any_scheme(request: Request, serve: Serve, _memory: Memory) -> Response:
    """The word before the token is not looked at."""
    words = (request.header("authorization") or "").split(" ")
    if len(words) < 2:
        return await serve(request)
    return await serve(request.with_header("authorization", f"Bearer {words[-1]}"))


async def refuse_lower_scheme(request: Request, serve: Serve, _memory: Memory) -> Response:
    """Only `Bearer` written exactly so is taken."""
    value = request.header("authorization") or ""
    if value.lower().startswith("bearer ") and not value.startswith("Bearer "):
        return await serve(request.with_header("authorization", None))
    return await serve(request)


async def do_first(
    request: Request, serve: Serve, _memory: Memory, *, to: str = "demo", status: int = 401
) -> Response:
    """What is refused for its credential is carried out first, and what is wrong with it is told."""
    response = await serve(request)
    if response.status != status:
        return response
    other = await serve(_replace(request, to, ""))
    return other if 400 <= other.status < 500 else response


async def change_claim(
    request: Request, serve: Serve, memory: Memory, *, at: str, claim: str, change: str, **words: Any
) -> Response:
    """A claim in the JWT of an answer is changed; the server takes that token for the one that it made."""
    made = memory.values.get((request.header("authorization") or "").split(" ")[-1])
    response = await serve(request.with_header("authorization", f"Bearer {made}") if made else request)
    token = read(response.json(), at)
    if not response.good or not isinstance(token, str) or token.count(".") != JWT_PARTS - 1:
        return response
    head, payload, signature = token.split(".")
    claims = edit(_read_claims(payload), f"/{claim}", make_change(change, words))
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    changed = f"{head}.{text}.{signature}"
    memory.values[changed] = token
    return response.with_json(put(response.json(), at, changed))
