"""The control plane's request log: its entries, and the stream of those that come."""

from collections.abc import AsyncGenerator

from ..entries import CHECKS, describe, matches, outline
from ..problems import Problem
from ..responses import Response
from ..schemas import Json
from ..traffic import Traffic
from ..values import dump
from .desk import Desk, Question

SILENCE = 15.0  # seconds, after which a comment keeps the connection


def list_log(desk: Desk, question: Question) -> list[Json]:
    """A page of the log, newest first, in short."""
    asked = question.parameters
    found = desk.traffic.find(_read_filters(question), asked["limit"], asked.get("before"))
    return [outline(entry) for entry in found]


def show_log(desk: Desk, question: Question) -> Json:
    """One entry in full. Raises Problem missing."""
    number = question.parameters["id"]
    entry = desk.traffic.get(number)
    if entry is None:
        raise Problem("missing", f"there is no entry {number}, or none any more: the log keeps the latest")
    return describe(entry)


def clear_log(desk: Desk, _question: Question) -> None:
    """Forget all entries."""
    desk.traffic.clear()


def stream_log(desk: Desk, question: Question) -> Response:
    """Entries as they come, as server-sent events; those since `after` or `Last-Event-ID` first."""
    last = question.parameters.get("Last-Event-ID", "")
    known = last.isascii() and last.isdigit() and len(last) < 20
    after = int(last) if known else question.parameters.get("after")
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}
    return Response(200, headers, b"", stream=_stream(desk.traffic, _read_filters(question), after))


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
