"""Faults of answers: a value, a status or a body that is not what the server means."""

import copy
import re
from dataclasses import replace
from typing import Any

from .exchanges import Memory, Request, Response, Serve
from .pointers import MISSING, edit, edit_leaves, find_places, put
from .values import make_change


async def change_answer(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    at: str,
    change: str,
    leaves: bool = False,
    **words: Any,
) -> Response:
    """A value of successful answers is changed; leaves: all texts and numbers below it."""
    response = await serve(request)
    body = response.json()
    if not response.good or body is None:
        return response
    one = make_change(change, words)
    return response.with_json(edit(body, at, (lambda part: edit_leaves(part, one)) if leaves else one))


async def add_answer(request: Request, serve: Serve, _memory: Memory, *, at: str, value: Any) -> Response:
    """Successful answers have a value more, or another one."""
    response = await serve(request)
    body = response.json()
    return response if not response.good or body is None else response.with_json(put(body, at, value))


async def copy_answer(request: Request, serve: Serve, _memory: Memory, *, at: str, source: str) -> Response:
    """A field of successful answers has the value of a sibling."""
    response = await serve(request)
    body = copy.deepcopy(response.json())
    if not response.good or body is None:
        return response
    for container, key in find_places(body, at):
        container[key] = container.get(source, container[key])
    return response.with_json(body)


async def rename_answer(request: Request, serve: Serve, _memory: Memory, *, at: str, to: str) -> Response:
    """A field of successful answers has another name."""
    response = await serve(request)
    body = copy.deepcopy(response.json())
    if not response.good or body is None:
        return response
    for container, key in list(find_places(body, at)):
        container[to] = container.pop(key)
    return response.with_json(body)


async def keep_sent(
    request: Request, serve: Serve, _memory: Memory, *, at: str = "", key: str = "id"
) -> Response:
    """Of the record in the answer only its id and the fields that the client sent are told."""
    response, sent = await serve(request), request.json()
    if not response.good or not isinstance(sent, dict):
        return response
    wanted = {key, *sent}

    def change(record: Any) -> Any:
        return {name: value for name, value in record.items() if name in wanted}

    return response.with_json(edit(response.json(), at, change))


async def echo_answer(request: Request, serve: Serve, _memory: Memory, *, at: str, field: str) -> Response:
    """A value of successful answers is the one that the client sent, whatever was stored."""
    response = await serve(request)
    body, sent = response.json(), request.json()
    if not response.good or body is None or not isinstance(sent, dict) or field not in sent:
        return response
    return response.with_json(put(body, at, sent[field]))


async def set_status(
    request: Request, serve: Serve, _memory: Memory, *, of: int, to: int, empty: bool = False
) -> Response:
    """One status instead of another; empty: without its body."""
    response = await serve(request)
    if response.status != of:
        return response
    changed = replace(response, status=to, body=b"" if empty else response.body)
    return changed.with_header("Content-Type", None) if empty else changed


async def answer(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    status: int,
    body: Any = None,
    instead_of: list[int] | None = None,
    media: str = "application/json",
) -> Response:
    """Always the same body (a text as it is), or only instead of answers with some statuses."""
    if instead_of is not None:
        response = await serve(request)
        if response.status not in instead_of:
            return response
    else:
        response = Response(status, [], b"")
    if body is None:
        return replace(response, status=status, body=b"").with_header("Content-Type", None)
    if isinstance(body, str):
        return replace(response, status=status, body=body.encode()).with_header("Content-Type", media)
    return replace(response, status=status).with_json(body).with_header("Content-Type", media)


async def crash_on(
    request: Request, serve: Serve, _memory: Memory, *, pattern: str, status: int, body: Any
) -> Response:
    """Requests with some text in their query or body make the server fail."""
    text = request.body.decode("utf-8", "replace") + " ".join(value for _, value in request.query)
    if re.search(pattern, text):
        return Response(status, [], b"").with_json(body)
    return await serve(request)


async def change_error(
    request: Request,
    serve: Serve,
    _memory: Memory,
    *,
    statuses: list[int],
    at: str,
    change: str,
    **words: Any,
) -> Response:
    """A value of error answers with some statuses is changed."""
    response = await serve(request)
    body = response.json()
    if response.status not in statuses or body is None:
        return response
    changed = edit(body, at, make_change(change, words))
    return response.with_json({} if changed is MISSING else changed)


async def ask_instead(request: Request, serve: Serve, _memory: Memory, *, path: str) -> Response:
    """The answer of another path below the base."""
    return await serve(replace(request, path=request.base + path.format_map(request.parameters)))


async def cut_file(request: Request, serve: Serve, _memory: Memory, *, fewer: int) -> Response:
    """The last bytes of a file are missing."""
    response = await serve(request)
    return replace(response, body=response.body[:-fewer]) if response.good else response
