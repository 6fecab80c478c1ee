"""OpenAPI documents as files: found, read, checked, and written without our words."""

import difflib
import json
import re
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from .problems import Unusable
from .schemas import Json, Schema, compile_place, follow, point

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PACKAGE = Path(__file__).parent
DATA = ("x-sandbox", "example", "examples", "default")
PARAMETER_PLACES = ("query", "path", "header", "cookie")

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# JSON has no dates: they stay the texts that they are.
RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in known if not tag.endswith(":timestamp")]
    for first, known in PARSER.yaml_implicit_resolvers.items()
}
LOADER = type("Loader", (PARSER,), {"yaml_implicit_resolvers": RESOLVERS})


def find_folder(name: str) -> Path:
    """The folder `specs` or `fixtures`: inside the wheel, or beside the package in a checkout."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


VOCABULARY = find_folder("specs") / "x-sandbox.schema.json"


def find_documents(names: list[str]) -> list[Path]:
    """Paths of documents given as files or as the name of a shipped API; all shipped ones for none."""
    shipped = {path.stem: path for path in sorted(find_folder("specs").glob("*.yaml"))}
    if not names:
        return list(shipped.values())
    paths = [shipped.get(name, Path(name)) for name in names]
    for name, path in zip(names, paths, strict=True):
        if not path.is_file():
            raise Unusable(f"{name}: no such file, and no shipped API (those are {', '.join(shipped)})")
    stems = [path.stem for path in paths]
    for stem in stems:
        if stems.count(stem) > 1:
            raise Unusable(f"two documents are named {stem}: their prefixes would collide; rename one file")
    return paths


def read_yaml(path: Path) -> Any:
    """The content of a YAML or JSON file. Raises Unusable with file, line and column."""
    try:
        return yaml.load(path.read_bytes(), Loader=LOADER)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise Unusable(f"{where}: not YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unusable(f"{path}: not YAML: {error}".splitlines()[0]) from error


def read_document(path: Path) -> Json:
    """A checked OpenAPI 3.0 document as plain JSON values. Raises Unusable with file and pointer."""
    document = read_yaml(path)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.0."):
        found = document.get("openapi", document.get("swagger")) if isinstance(document, dict) else None
        raise Unusable(f"{path}: not an OpenAPI 3.0 document: openapi is {found!r}, expected '3.0.x'")
    document = _to_json(path, document)
    _check_openapi(path, document)
    _check_references(path, document, document, "")
    _check_operations(path, document)
    _check_vocabulary(path, document)
    return document


def _to_json(path: Path, document: Json) -> Json:
    """YAML has sets, bytes and integer keys, JSON has none of them."""
    try:
        text = json.dumps(document, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Unusable(f"{path}: holds something that JSON cannot: {error}") from error
    result: Json = json.loads(text)
    return result


def _check_openapi(path: Path, document: Json) -> None:
    """By the JSON Schema of OpenAPI 3.0 that Connexion ships."""
    spec = find_spec("connexion")
    assert spec is not None
    assert spec.origin is not None
    schema = json.loads((Path(spec.origin).parent / "resources/schemas/v3.0/schema.json").read_text())
    faults = Schema.plain(schema).find_faults(document, "document")
    if faults:
        deepest = max(faults, key=lambda fault: fault.pointer.count("/"))
        raise Unusable(f"{path}: {deepest.pointer or '/'}: not OpenAPI 3.0: {deepest.message}")


def _check_references(path: Path, document: Json, node: Any, pointer: str) -> None:
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str):
            if not target.startswith("#/"):
                raise Unusable(
                    f"{path}: {pointer}/$ref: {target!r} leaves the file; bundle the document first"
                )
            try:
                follow(document, node)
            except KeyError:
                raise Unusable(f"{path}: {pointer}/$ref: there is no {target!r}") from None
        for key, part in node.items():
            _check_references(path, document, part, pointer + point(key))
    elif isinstance(node, list):
        for index, part in enumerate(node):
            _check_references(path, document, part, f"{pointer}/{index}")


def _check_operations(path: Path, document: Json) -> None:
    """OpenAPI 3.0.3: ids are unique (§4.7.10), the parameters in a path are declared (§4.7.8.1)."""
    first: dict[str, str] = {}
    for name, item in document["paths"].items():
        for method in METHODS if name.startswith("/") else ():
            operation, place = item.get(method), f"/paths{point(name)}/{method}"
            if operation is None:
                continue
            identifier = operation.get("operationId", place)
            if first.setdefault(identifier, place) != place:
                raise Unusable(
                    f"{path}: {place}/operationId: {identifier!r} is that of {first[identifier]} too"
                )
            nodes = [
                follow(document, node) for part in (item, operation) for node in part.get("parameters", ())
            ]
            declared = {node["name"] for node in nodes if node["in"] == "path"}
            for parameter in set(re.findall(r"\{([^{}]*)\}", name)) ^ declared:
                raise Unusable(
                    f"{path}: {place}/parameters: {parameter!r} is not both in the path and declared"
                )


def _check_vocabulary(path: Path, document: Json) -> None:
    schema = json.loads(VOCABULARY.read_text())
    compile_once = cache(partial(compile_place, schema))
    for pointer, place, words in find_words(document):
        if place is None:
            raise Unusable(f"{path}: {pointer}/x-sandbox: x-sandbox has no meaning here")
        # A component schema without a key is not known to be a resource: its key may be misspelt.
        places = [place, "resource"] if place == "property" and pointer.count("/") == 3 else [place]
        for below, message, unknown in compile_once(place)(words):
            known = [word for each in places for word in _list_words(schema["$defs"][each])]
            near = [difflib.get_close_matches(word, known, 1) for word in unknown]
            hint = "".join(f"; did you mean {match[0]!r}?" for match in near if match)
            raise Unusable(f"{path}: {pointer}/x-sandbox{below}: {message}{hint}")


def _list_words(schema: Any) -> Iterator[str]:
    """The names of all properties of a schema."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _list_words(part)


def find_words(document: Json) -> Iterator[tuple[str, str | None, Any]]:
    """Every `x-sandbox` of a document: pointer of its node, its place in the vocabulary, its value."""
    yield from _find_words(document, "", [])


def _find_words(node: Any, pointer: str, path: list[str]) -> Iterator[tuple[str, str | None, Any]]:
    if isinstance(node, dict):
        if "x-sandbox" in node:
            yield pointer, _place(node, path), node["x-sandbox"]
        for key, part in node.items():
            if key not in DATA or path[-1:] == ["properties"] != path[-2:-1]:
                yield from _find_words(part, pointer + point(key), [*path, key])
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from _find_words(part, f"{pointer}/{index}", [*path, str(index)])


def _place(node: Json, path: list[str]) -> str | None:
    if not path:
        return "document"
    if path[:2] == ["components", "securitySchemes"]:
        return "security"
    words = node["x-sandbox"] if isinstance(node["x-sandbox"], dict) else {}
    if path[:2] == ["components", "schemas"] and len(path) == 3 and "key" in words:
        return "resource"
    if path[0] == "paths" and len(path) == 3 and path[2] in METHODS:
        return "operation"
    if node.get("in") in PARAMETER_PLACES and "name" in node:
        return "parameter"
    return "property" if {"schemas", "schema", "properties"} & set(path) else None


def without_words(node: Any) -> Any:
    """A copy of the document without `x-sandbox`."""
    if isinstance(node, dict):
        return {key: without_words(part) for key, part in node.items() if key != "x-sandbox"}
    return [without_words(part) for part in node] if isinstance(node, list) else node
