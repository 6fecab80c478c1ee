"""The control plane's request log: its entries, and the stream of those that come."""

from collections.abc import AsyncGenerator
from itertools import chain
from operator import itemgetter
from typing import Any

from ..entries import describe, outline
from ..problems import Problem
from ..responses import Response
from ..schemas import Json
from ..selections import CHECKS, matches
from ..siblings import merge
from ..traffic import Traffic
from ..values import dump
from .desk import Desk, Question

SILENCE = 15.0  # seconds, after which a comment keeps the connection


async def list_log(desk: Desk, question: Question) -> list[Json]:
    """A page of the log, newest first, in short; of all workers, if there are several."""
    asked, wanted = question.parameters, _read_filters(question)
    found = desk.traffic.find(wanted, asked["limit"], asked.get("before"))
    entries = [outline(entry) for entry in found]
    if not desk.siblings.sent(question.headers):
        page = {name: asked[name] for name in ("limit", "before") if name in asked}
        others = await desk.siblings.ask_all("GET", "/log", wanted | page)
        entries = sorted(chain(entries, *others), key=itemgetter("id"), reverse=True)
    return entries[: asked["limit"]]


async def show_log(desk: Desk, question: Question) -> Any:
    """One entry in full. Raises Problem missing."""
    number = question.parameters["id"]
    entry = desk.traffic.get(number)
    if entry is not None:
        return describe(entry)
    port = desk.siblings.find_other(number)
    found = None
    if port and not desk.siblings.sent(question.headers):
        found = await desk.siblings.ask(port, "GET", f"/log/{number}", {})
    if found is None:
        raise Problem("missing", f"there is no entry {number}, or none any more: the log keeps the latest")
    return found


async def clear_log(desk: Desk, question: Question) -> None:
    """Forget all entries."""
    desk.traffic.clear()
    if not desk.siblings.sent(question.headers):
        await desk.siblings.ask_all("DELETE", "/log", {})


def stream_log(desk: Desk, question: Question) -> Response:
    """Entries as they come, as server-sent events; those since `after` or `Last-Event-ID` first."""
    last = question.parameters.get("Last-Event-ID", "")
    known = last.isascii() and last.isdigit() and len(last) < 20
    after = int(last) if known else question.parameters.get("after")
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    wanted, siblings = _read_filters(question), desk.siblings
    stream = _stream(desk.traffic, wanted, after)
    if siblings.others and not siblings.sent(question.headers):
        since = siblings.number(0) if after is None else after
        others = [siblings.follow(port, "/log/stream", wanted, since) for port in siblings.others]
        stream = merge([stream, *others])
    return Response(200, headers, b"", stream=stream)


def _read_filters(question: Question) -> dict[str, str]:
    return {name: question.parameters[name] for name in CHECKS if name in question.parameters}


async def _stream(traffic: Traffic, wanted: dict[str, str], after: int | None) -> AsyncGenerator[bytes]:
    yield b": the requests that come\n\n"
    with traffic.listener(after) as listener:
        async for entries, lost in listener.listen(SILENCE):
            if lost:
                yield b'event: lost\ndata: {"lost":%d}\n\n' % lost
            shown = [entry for entry in entries if matches(entry, wanted)]
            for entry in shown:
                yield b"id: %d\ndata: %b\n\n" % (entry.number, dump(outline(entry)))
            if not entries:
                yield b": nothing yet\n\n"
