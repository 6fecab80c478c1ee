"""JSON pointers in which '*' stands for every item: where a fault takes hold."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

MISSING: Any = object()


def find_places(document: Any, pointer: str) -> Iterator[tuple[Any, Any]]:
    """The container and key of every place that a pointer names and that exists."""
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for container in _walk(document, way):
        for key in _keys(container, last):
            yield container, key


def _walk(node: Any, way: list[str]) -> Iterator[Any]:
    if not way:
        yield node
        return
    for key in _keys(node, way[0]):
        yield from _walk(node[key], way[1:])


def _keys(node: Any, name: str) -> list[Any]:
    if isinstance(node, list):
        if name == "*":
            return list(range(len(node)))
        index = int(name) if name.lstrip("-").isdigit() else len(node)
        return [index] if -len(node) <= index < len(node) else []
    if isinstance(node, dict):
        return list(node) if name == "*" else [name] if name in node else []
    return []


def edit(document: Any, pointer: str, change: Callable[[Any], Any]) -> Any:
    """A copy with `change` of the value at every place; MISSING takes the value out. '' is the whole."""
    result = copy.deepcopy(document)
    if not pointer:
        return change(result)
    for container, key in reversed(list(find_places(result, pointer))):
        value = change(container[key])
        if value is MISSING:
            del container[key]
        else:
            container[key] = value
    return result


def read(document: Any, pointer: str) -> Any:
    """The value at a pointer; MISSING when there is none."""
    if not pointer:
        return document
    return next((container[key] for container, key in find_places(document, pointer)), MISSING)


def put(document: Any, pointer: str, value: Any) -> Any:
    """A copy with a value at a pointer whose container exists; '*' on the way means every item."""
    result = copy.deepcopy(document)
    way, _, last = pointer.rpartition("/")
    containers = [result] if not way else [box[key] for box, key in find_places(result, way)]
    for container in containers:
        if isinstance(container, dict):
            container[last] = copy.deepcopy(value)
    return result


def edit_leaves(node: Any, change: Callable[[Any], Any]) -> Any:
    """A copy with `change` of every value that is no object or array; MISSING takes it out of its object."""
    if isinstance(node, dict):
        changed = {key: edit_leaves(part, change) for key, part in node.items()}
        return {key: part for key, part in changed.items() if part is not MISSING}
    if isinstance(node, list):
        return [part for part in (edit_leaves(part, change) for part in node) if part is not MISSING]
    return change(node)
