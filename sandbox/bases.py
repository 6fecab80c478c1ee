"""The base paths under which APIs answer."""

import re

from .declared import Api


def find_bases(apis: list[Api]) -> dict[str, list[Api]]:
    """Base paths and the APIs that answer there: prefixes, and documented paths that collide with nothing."""
    bases: dict[str, list[Api]] = {api.prefix: [api] for api in apis}
    prefixes = [tuple(api.prefix.split("/")) for api in apis]
    for api in apis:
        shapes = _find_shapes(api)
        others = set().union(*(_find_shapes(other) for other in apis if other is not api))
        hidden = any(shape[: len(prefix)] == prefix for shape in shapes for prefix in prefixes)
        if not hidden and not any(_meet(shape, other) for shape in shapes for other in others):
            bases.setdefault(api.path, []).append(api)
    return bases


def _find_shapes(api: Api) -> set[tuple[str, ...]]:
    """The segments of the documented paths, whatever their parameters are called."""
    paths = (re.sub(r"\{[^}]*\}", "{}", api.path + operation.path) for operation in api.operations)
    return {tuple(path.split("/")) for path in paths}


def _meet(shape: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a path can have both shapes."""
    if shape == other or len(shape) != len(other):
        return shape == other
    return all(a == b or "{}" in (a, b) for a, b in zip(shape, other, strict=True))
