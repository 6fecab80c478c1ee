"""Mutants as rows of YAML: wrong implementations of the declared APIs."""

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonpatch
import yaml

from sandbox.documents import find_folder, read_document

from .routing import Router
from .wires import App, Middleware

FOLDER = Path(__file__).parent / "rows"
APIS = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
# The key `on` is a text, not the boolean that YAML 1.1 makes of it.
LISTS = ("also", "given", "patch", "wire")
RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in known if first not in "oO" or not tag.endswith(":bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
LOADER = type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": RESOLVERS})


class Unfit(Exception):
    """A row whose patch does not fit the document; says which."""


@dataclass(frozen=True)
class Mutant:
    """A wrong implementation.

    bug: as a team would report it; requirement: the statement that it breaks; valid: whether all answers
    are still valid by the document; law: the one that must find it; also: others that must find it alone
    too; token: the credential with which they run, where the bug shows to some users only; given: changes
    that make another API of the document, for client and server alike; patch: changes of
    the document (RFC 6902); wire: faults between client and server.
    """

    api: str
    id: str
    bug: str
    requirement: str
    valid: bool
    origin: str
    law: str = ""
    also: tuple[str, ...] = ()
    token: str = "demo"
    given: tuple[dict[str, Any], ...] = ()
    patch: tuple[dict[str, Any], ...] = ()
    wire: tuple[dict[str, Any], ...] = ()

    @property
    def laws(self) -> tuple[str, ...]:
        """The laws that must find it, each when it runs alone."""
        return (*([self.law] if self.law else ()), *self.also)

    def base(self) -> dict[str, Any]:
        """The declared document, as a right implementation has it."""
        return self._apply(self.given, read_base(self.api)) if self.given else read_base(self.api)

    def document(self, base: dict[str, Any]) -> dict[str, Any]:
        """The document with the patch applied. Raises Unfit when that cannot be."""
        return self._apply(self.patch, base)

    def _apply(self, patch: tuple[dict[str, Any], ...], base: dict[str, Any]) -> dict[str, Any]:
        try:
            patched = jsonpatch.apply_patch(copy.deepcopy(base), list(patch))
        except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
            raise Unfit(f"{self.id}: {error}") from error
        if patch and patched == base:
            raise Unfit(f"{self.id}: the patch changes nothing")
        result: dict[str, Any] = json.loads(json.dumps(patched))
        return result

    def wrap(self, app: App) -> App:
        """The app with the wire faults in front of it, and a memory of its own."""
        return Middleware(app, Router(self.api, self.base()), list(self.wire)) if self.wire else app


@cache
def read_base(api: str) -> dict[str, Any]:
    """The declared document of an API."""
    return read_document(find_folder("specs") / f"{api}.yaml")


def load(api: str) -> list[Mutant]:
    """The mutants of an API, in the order of their file."""
    rows = yaml.load((FOLDER / f"{api}.yaml").read_text(encoding="utf-8"), Loader=LOADER)
    return [Mutant(api=api, **{key: _read_word(key, value) for key, value in row.items()}) for row in rows]


def _read_word(key: str, value: Any) -> Any:
    return tuple(value) if key in LISTS else value
