"""What a request body holds that is too large, too small or of another kind: values and files."""

from collections.abc import Iterator, Mapping
from typing import Any

from .problems import Fault
from .schemas import Json
from .store import File
from .values import dump

Limits = dict[str, Any]  # by property: its `max_bytes` or None, and the limits below it


def find_limits(schema: Json, known: dict[int, Limits] | None = None) -> Limits:
    """The limits of a schema, and of nothing that has none. known: those of parts that are shared."""
    known = {} if known is None else known
    if id(schema) not in known:
        known[id(schema)] = {}
        limits = {
            name: (part.get("x-sandbox", {}).get("max_bytes"), find_limits(part, known))
            for name, part in schema.get("properties", {}).items()
        }
        known[id(schema)] |= {name: limit for name, limit in limits.items() if any(limit)}
    return known[id(schema)]


def find_oversized(limits: Limits, value: Any, *path: str) -> list[Fault]:
    """Values over their `max_bytes` as compact UTF-8 JSON. path: the names that lead to the value."""
    found: list[Fault] = []
    if not isinstance(value, dict):
        return found
    for name, (limit, below) in limits.items():
        size = len(dump(value[name])) if limit and name in value else 0
        if limit and size > limit:
            message = f"must have at most {limit} bytes as compact UTF-8 JSON, got {size}"
            steps = [step for part in (*path, name) for step in ("properties", part)]
            rule = (*steps, "x-sandbox", "max_bytes")
            found.append(Fault("body", "/".join(["", *path, name]), message, rule, f"{size} bytes"))
        elif name in value:
            found += find_oversized(below, value[name], *path, name)
    return found


def find_file_words(schema: Json) -> Json:
    """What a request body says of its files, by the name of their part."""
    words = {name: part.get("x-sandbox", {}) for name, part in schema.get("properties", {}).items()}
    return {name: each["file"] for name, each in words.items() if "file" in each}


def find_file_faults(wanted: Json, files: Mapping[str, File]) -> Iterator[Fault]:
    """Files under their `min_bytes`, over their `max_bytes`, or none of their `types`. wanted: by part."""
    for name, file in files.items():
        words = wanted.get(name)
        if words is None:
            continue
        size, limit, types = len(file.content), words["max_bytes"], words.get("types")
        rule, told = ("properties", name, "x-sandbox", "file"), f"{size} bytes"
        if size < words.get("min_bytes", 0):
            message = f"must have at least {words['min_bytes']} bytes, got {size}"
            yield Fault("body", f"/{name}", message, (*rule, "min_bytes"), told)
            continue
        if size > limit:
            message = f"must have at most {limit} bytes, got {size}"
            yield Fault("body", f"/{name}", message, (*rule, "max_bytes"), told)
        elif types and file.media_type not in types:
            got = file.media_type if size else "an empty file"
            message = f"must be {' or '.join(types)} by its content, got {got}"
            yield Fault("body", f"/{name}", message, (*rule, "types"), got)
