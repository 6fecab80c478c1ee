"""The shipped documents: valid, honest in their examples, complete in their requirements."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openapi_spec_validator
import pytest
import referencing
import yaml
from jsonschema_rs import Draft202012Validator
from openapi_schema_validator import OAS30Validator, oas30_format_checker

Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
VOCABULARY: Json = json.loads((ROOT / "specs/x-sandbox.schema.json").read_text())
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Where x-sandbox may stand: pattern of the pointer, place of the vocabulary.
PLACES = [
    (r"", "document"),
    (rf"/paths/[^/]+/({'|'.join(METHODS)})", "operation"),
    (r"(/paths/[^/]+(/[^/]+)?|/components)/parameters/[^/]+", "parameter"),
    (r"/components/securitySchemes/[^/]+", "security"),
    (r"/components/schemas/[^/]+", "resource"),
    (r"/.+/(properties/[^/]+|items)", "property"),
]
DATA = ("example", "examples", "default", "enum", "x-sandbox")
SERIES = {"": None, "F": "found elsewhere", "I": "inferred", "C": "contradiction"}

each_api = pytest.mark.parametrize("api", APIS)


@cache
def read(path: str) -> Json:
    content: Json = yaml.safe_load((ROOT / path).read_text())
    return content


def read_document(api: str) -> Json:
    return read(f"specs/{api}.yaml")


def follow(document: Json, node: Json) -> Json:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def walk(node: Any, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every object of a document that has keywords, with its pointer."""
    if isinstance(node, list):
        for index, part in enumerate(node):
            yield from walk(part, f"{pointer}/{index}")
    elif isinstance(node, dict):
        names = pointer.endswith("/properties")
        if not names:
            yield pointer, node
        for key, part in node.items():
            if names or key not in DATA:
                yield from walk(part, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def walk_operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        yield from ((f"{method} {path}", item[method]) for method in METHODS if method in item)


def walk_examples(document: Json) -> Iterator[tuple[str, str, Any]]:
    """Pointer, pointer of the schema, and value of every example and default."""
    for pointer, node in walk(document):
        schema = f"{pointer}/schema" if "schema" in node else pointer
        for word in ("example", "default"):
            if word in node:
                yield f"{pointer}/{word}", schema, node[word]
        for name, example in node.get("examples", {}).items():
            yield f"{pointer}/examples/{name}", schema, follow(document, example)["value"]


def find_place(pointer: str, words: Json) -> str | None:
    place = next((place for pattern, place in PLACES if re.fullmatch(pattern, pointer)), None)
    return "property" if place == "resource" and "key" not in words else place


def find_faults(place: str | None, words: Json) -> list[str]:
    if place is None:
        return ["x-sandbox has no meaning here"]
    schema = {"$ref": f"#/$defs/{place}", "$defs": VOCABULARY["$defs"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(words)]


def split_id(identifier: str) -> tuple[str, str, int]:
    """HS-I09 is ("HS", "I", 9)."""
    match = re.fullmatch(r"([A-Z]{2})-([FIC]?)(\d\d+)", identifier)
    assert match, f"{identifier} is no requirement id"
    return match[1], match[2], int(match[3])


@each_api
def test_document_is_valid_openapi(api: str) -> None:
    openapi_spec_validator.validate(read_document(api))


@each_api
def test_words_stand_in_their_places_and_are_valid(api: str) -> None:
    blocks = [
        (pointer, node["x-sandbox"]) for pointer, node in walk(read_document(api)) if "x-sandbox" in node
    ]
    faults = {pointer: find_faults(find_place(pointer, words), words) for pointer, words in blocks}
    assert {pointer: found for pointer, found in faults.items() if found} == {}


@pytest.mark.parametrize("place", VOCABULARY["$defs"])
def test_every_word_has_a_description(place: str) -> None:
    definitions = VOCABULARY["$defs"]
    words = {place: definitions[place], **definitions[place].get("properties", {})}
    described = {
        name: word | definitions.get(word.get("$ref", "").rpartition("/")[2], {})
        for name, word in words.items()
    }
    assert [name for name, word in described.items() if not word.get("description")] == []


@each_api
def test_examples_and_defaults_are_valid(api: str) -> None:
    document = read_document(api)
    registry: referencing.Registry[Any] = referencing.Registry()
    registry = registry.with_resource("urn:document", referencing.Resource.opaque(document))
    faults = []
    for pointer, schema, value in walk_examples(document):
        reference = {"$ref": f"urn:document#{quote(schema)}"}
        validator = OAS30Validator(reference, registry=registry, format_checker=oas30_format_checker)
        faults += [f"{pointer}: {error.message}" for error in validator.iter_errors(value)]
    assert faults == []


@each_api
def test_operation_ids_are_unique(api: str) -> None:
    ids = [operation["operationId"] for _, operation in walk_operations(read_document(api))]
    assert sorted(ids) == sorted(set(ids))


@each_api
def test_every_error_has_the_schema_error(api: str) -> None:
    document = read_document(api)
    media_type = document["x-sandbox"]["errors"].get("media_type", "application/json")
    expected = {media_type: {"$ref": "#/components/schemas/Error"}}
    faults = []
    for name, operation in walk_operations(document):
        for status, node in operation["responses"].items():
            content = follow(document, node).get("content", {})
            schemas = {media: part.get("schema") for media, part in content.items()}
            if not status.startswith(("1", "2", "3")) and schemas != expected:
                faults.append(f"{name} {status}: {schemas}")
    assert faults == []


@each_api
def test_register_numbers_the_statements_without_gaps_and_the_rest_in_order(api: str) -> None:
    register = read(f"contract_tests/requirements/{api}.yaml")
    ids = [split_id(row["id"]) for row in register["requirements"]]
    series = [(letter, [number for _, each, number in ids if each == letter]) for letter in SERIES]
    assert register["api"] == api
    assert len({prefix for prefix, _, _ in ids}) == 1
    assert {letter: numbers for letter, numbers in series if numbers != sorted(set(numbers))} == {}
    # Facts found elsewhere (F) are numbered in groups of ten by some sources.
    stated = [(letter, numbers) for letter, numbers in series if letter != "F"]
    assert [letter for letter, numbers in stated if numbers != [*range(1, len(numbers) + 1)]] == []


@each_api
def test_register_rows_are_complete_and_levels_legal(api: str) -> None:
    for row in read(f"contract_tests/requirements/{api}.yaml")["requirements"]:
        section = SERIES[split_id(row["id"])[1]]
        assert list(row)[:4] == ["id", "level", "section", "text"], row["id"]
        assert set(row) - {"id", "level", "section", "text"} <= {"laws", "why"}, row["id"]
        assert row["level"] in ("MUST", "SHOULD", "INFO"), row["id"]
        assert row["text"].endswith((".", "?")), row["id"]
        assert "\n" not in row["text"], row["id"]
        assert section in (None, row["section"]), row["id"]
        assert section is None or row["level"] != "MUST", row["id"]


@each_api
def test_every_requirement_is_in_the_document_or_left_out_for_a_reason(api: str) -> None:
    register = read(f"contract_tests/requirements/{api}.yaml")
    ids = [row["id"] for row in register["requirements"]]
    left_out = [row["id"] for row in register["left_out"]]
    rows = [node.get("x-requirements", []) for _, node in walk(read_document(api))]
    used = {identifier for row in rows for identifier in row}
    assert [row for row in rows if len(row) != len(set(row))] == [], "named twice in one place"
    assert used - set(ids) == set(), "in the document but not in the register"
    assert sorted(left_out) == sorted(set(left_out) & set(ids)), "left out twice or not in the register"
    assert used & set(left_out) == set(), "in the document and left out"
    assert set(ids) - used - set(left_out) == set(), "neither in the document nor left out"
    assert all(row["why"] for row in register["left_out"])
