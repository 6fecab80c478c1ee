"""A sandbox for tests: in a thread of this process, or in a process of its own."""

import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Self, Unpack

from .options import Options, find_control_token, write_options
from .processes import spawn
from .remote import Remote
from .views import World

Ready = AbstractContextManager[dict[str, Any]]


class Sandbox(World):
    """A sandbox of some documents, all shipped ones for none, that answers while the context lasts.

    As a World it is the one of tokens without a suffix; `world(name)` gives others. personas: the tokens of
    each API. Parameters: documents, files or names of shipped APIs; process, True for a process of its own;
    options, those of `sandbox serve`. Entering raises Unusable for what cannot be served.
    """

    def __init__(self, *documents: Path | str, process: bool = False, **options: Unpack[Options]) -> None:
        super().__init__(Remote(""), {})
        self.personas: dict[str, list[str]] = {}
        self._start = spawn if process else _embed
        self._arguments = [*write_options(options), *map(str, documents)]
        self._token = find_control_token(options.get("control_token"))
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        ready = self._stack.enter_context(self._start(self._arguments))
        super().__init__(Remote(ready["url"], self._token), ready["apis"])
        self.personas = ready["tokens"]
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _embed(arguments: Sequence[str]) -> Ready:
    """What the ready line of `sandbox serve ARGUMENTS` would say of a sandbox in a thread of this process."""
    with warnings.catch_warnings():  # those of our libraries are no matter of whoever tests strictly
        warnings.simplefilter("ignore")
        from .threads import embed_options

    return embed_options(arguments)
