"""What operations do: `DOES` maps each word of `does` to a function of a call."""

from collections.abc import Callable

from .accounts import login, refresh, register
from .calls import Answer, Call
from .clock import write_instant
from .reads import download, list_, show
from .writes import amend, create, remove, replace, upsert


def answer(call: Call) -> Answer:
    """The body template as it is. `$now` is the minute, so that equal starts answer alike."""
    minute = call.clock.now().replace(second=0, microsecond=0)
    return Answer("one", {"now": write_instant(minute, call.api.style)})


DOES: dict[str, Callable[[Call], Answer]] = {
    "list": list_,
    "show": show,
    "create": create,
    "amend": amend,
    "replace": replace,
    "upsert": upsert,
    "remove": remove,
    "download": download,
    "register": register,
    "login": login,
    "refresh": refresh,
    "answer": answer,
}
