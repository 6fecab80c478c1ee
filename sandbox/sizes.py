"""What a request body holds that is too large, too small or of another kind: values and files."""

from collections.abc import Iterator, Mapping
from typing import Any

from .problems import Fault
from .schemas import Json
from .store import File
from .values import dump


def find_oversized(schema: Json, value: Any, pointer: str, steps: tuple[str | int, ...] = ()) -> list[Fault]:
    """Values over their `max_bytes` as compact UTF-8 JSON. steps: from the whole schema to this one."""
    if not isinstance(value, dict):
        return []
    found = []
    for name, part in schema.get("properties", {}).items():
        limit = part.get("x-sandbox", {}).get("max_bytes")
        size = len(dump(value[name])) if limit and name in value else 0
        if limit and size > limit:
            message = f"must have at most {limit} bytes as compact UTF-8 JSON, got {size}"
            rule = ("properties", name, "x-sandbox", "max_bytes")
            found.append(Fault("body", f"{pointer}/{name}", message, (*steps, *rule), f"{size} bytes"))
        elif name in value:
            found += find_oversized(part, value[name], f"{pointer}/{name}", (*steps, "properties", name))
    return found


def _file_words(schema: Json) -> Iterator[tuple[str, Json]]:
    for name, part in schema.get("properties", {}).items():
        if "file" in part.get("x-sandbox", {}):
            yield name, part["x-sandbox"]["file"]


def file_limits(schemas: Mapping[str, Json]) -> list[int]:
    """How many bytes the files of some request bodies may have."""
    return [words["max_bytes"] for schema in schemas.values() for _, words in _file_words(schema)]


def find_file_faults(schema: Json, files: Mapping[str, File]) -> Iterator[Fault]:
    """Files under their `min_bytes`, over their `max_bytes`, or none of their `types`."""
    for name, words in _file_words(schema):
        file = files.get(name)
        if file is None:
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
