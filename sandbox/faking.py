"""The check of `fake` at the start: a name that nothing makes must not wait for the first request."""

import difflib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from .fakes import OURS
from .problems import Unusable
from .schemas import Json


def check_fakes(schema: Json, pointer: str) -> None:
    """Raise Unusable, with a pointer, for a `fake` that neither Faker nor we can make."""
    known = _list_fakes()
    for at, words in _find_fakes(schema, pointer):
        template = isinstance(words, str) and "{{" in words
        whole = [words] if isinstance(words, str) else list(words)
        for name in re.findall(r"{{\s*(\w+)", str(words)) if template else whole:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise Unusable(f"{at}/x-sandbox/fake: there is no {name!r}{hint}")


@cache
def _list_fakes() -> set[str]:
    """Every name that `fake` may have."""
    from faker import Faker

    return {*dir(Faker("en_US")), *OURS, "after"}


def _find_fakes(schema: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(schema, dict):
        return
    if "fake" in schema.get("x-sandbox", {}):
        yield pointer, schema["x-sandbox"]["fake"]
    for name, part in schema.get("properties", {}).items():
        yield from _find_fakes(part, f"{pointer}/properties/{name}")
    yield from _find_fakes(schema.get("items"), f"{pointer}/items")
