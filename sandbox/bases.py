"""The base paths under which APIs answer."""

import re
from typing import Any

from .declared import Api

ANY = "{}"  # what a parameter of a path stands for
END = "/"  # no segment; below it are the names of those whose path ends there

Tree = dict[str, Any]


def find_bases(apis: list[Api]) -> dict[str, list[Api]]:
    """Base paths and the APIs that answer there: prefixes, and documented paths that collide with nothing."""
    bases: dict[str, list[Api]] = {api.prefix: [api] for api in apis}
    prefixes = {tuple(api.prefix.split("/")) for api in apis}
    lengths = {len(prefix) for prefix in prefixes}
    shapes = {api.name: _find_shapes(api) for api in apis}
    tree: Tree = {}
    for name, own in shapes.items():
        for shape in own:
            _plant(tree, shape, name)
    for api in apis:
        own = shapes[api.name]
        hidden = any(shape[:length] in prefixes for shape in own for length in lengths)
        if not hidden and all(_meet(tree, shape) == {api.name} for shape in own):
            bases.setdefault(api.path, []).append(api)
    return bases


def _find_shapes(api: Api) -> set[tuple[str, ...]]:
    """The segments of the documented paths, whatever their parameters are called."""
    paths = (re.sub(r"\{[^}]*\}", ANY, api.path + operation.path) for operation in api.operations)
    return {tuple(path.split("/")) for path in paths}


def _plant(tree: Tree, shape: tuple[str, ...], name: str) -> None:
    for segment in shape:
        tree = tree.setdefault(segment, {})
    tree.setdefault(END, {})[name] = {}


def _meet(tree: Tree, shape: tuple[str, ...]) -> set[str]:
    """The names of the APIs where a path can have this shape too."""
    nodes = [tree]
    for segment in shape:
        if segment == ANY:
            nodes = [below for node in nodes for name, below in node.items() if name != END]
        else:
            nodes = [node[name] for node in nodes for name in (segment, ANY) if name in node]
    return {name for node in nodes for name in node.get(END, ())}
