"""Documents as files: found by name, read, refused with file and place, written without our words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.documents import find_documents, find_words, read_document, read_yaml, without_words
from sandbox.problems import Unusable
from sandbox.tests.shop import DOCUMENT, load_document

Json = dict[str, Any]
Write = Callable[[str, Any], Path]

ITEM = "/components/schemas/Item"
TINY: Json = {"openapi": "3.0.3", "info": {"title": "Tiny", "version": "1"}, "paths": {}}


def refusal(act: Callable[[], Any]) -> str:
    with pytest.raises(Unusable) as caught:
        act()
    return str(caught.value)


def refuse_document(write: Write, content: Any) -> str:
    """Why a document is refused: one line that starts with its file."""
    path = write("bad.yaml", content)
    message = refusal(lambda: read_document(path))
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def change(pointer: str, value: Any) -> Json:
    """The shop's document with another value at a place."""
    document = load_document()
    node: Any = document
    *parts, last = [part.replace("~1", "/") for part in pointer.split("/")[1:]]
    for part in parts:
        node = node[int(part) if isinstance(node, list) else part]
    node[last] = value
    return document


def test_no_name_means_every_shipped_document() -> None:
    paths = find_documents([])
    assert "devsync" in [path.stem for path in paths]
    assert all(path.is_file() for path in paths)


def test_document_is_found_by_shipped_name_or_path(write: Write) -> None:
    own = write("own.yaml", TINY)
    assert [path.name for path in find_documents(["devsync", str(own)])] == ["devsync.yaml", "own.yaml"]


@pytest.mark.parametrize("name", ["nope", "nope/devsync.yaml", "."])
def test_name_of_nothing_is_refused_and_the_shipped_ones_are_told(name: str) -> None:
    message = refusal(lambda: find_documents([name]))
    assert message.startswith(f"{name}: ")
    assert "devsync" in message


def test_two_documents_of_one_name_are_refused(write: Write, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    paths = [write("own.yaml", TINY), write("other/own.yaml", TINY)]
    assert "named own" in refusal(lambda: find_documents([str(path) for path in paths]))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\nb: [1\nc: 2\n", ":3:2: "),
        ("a: b: c\n", ":1:5: "),
        ("a: 1\n\tb: 2\n", ":2:1: "),
        ("a: *nope\n", ":1:4: "),
        ('{"a": 1,,}', ":1:9: "),
    ],
)
def test_bad_yaml_is_refused_with_file_line_and_column(write: Write, text: str, place: str) -> None:
    path = write("bad.yaml", text)
    message = refusal(lambda: read_yaml(path))
    assert message.startswith(f"{path}{place}")
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"\xff\xfea", b"a: \x00", b"[" * 3000])
def test_bytes_that_are_no_text_or_too_deep_are_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    message = refusal(lambda: read_yaml(path))
    assert message.startswith(f"{path}")
    assert "\n" not in message


def test_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(lambda: read_yaml(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({**TINY, "openapi": "3.1.0"}, "'3.1.0'"),
        ({**TINY, "openapi": 3.0}, "3.0"),
        ({"swagger": "2.0", "paths": {}}, "'2.0'"),
        ({"paths": {}}, "None"),
        ("just a text", "None"),
        ("", "None"),
        ([1, 2], "None"),
    ],
)
def test_document_of_another_version_is_refused(write: Write, content: Any, found: str) -> None:
    assert f"openapi is {found}" in refuse_document(write, content)


@pytest.mark.parametrize(
    ("pointer", "value", "place"),
    [
        ("/info", {"title": "x"}, "/info/version"),
        ("/paths/~1items/get/responses", 5, "/paths/~1items/get/responses"),
        ("/paths/~1items/get/parameters", [{"in": "query"}], "/paths/~1items/get/parameters/0"),
        (f"{ITEM}/type", "strin", ITEM),
        (f"{ITEM}/properties/sku/pattern", "[", ITEM),
        ("/paths/~1items/get/operationId", "showItem", "/paths/~1items~1{id}/get/operationId"),
        ("/paths/~1items~1{id}/parameters/0/name", "key", "/paths/~1items~1{id}/get/parameters"),
        ("/paths/~1items~1{id}/parameters", [], "/paths/~1items~1{id}/get/parameters"),
    ],
)  # fmt: skip
def test_document_that_is_no_openapi_is_refused_with_file_and_pointer(
    write: Write, pointer: str, value: Any, place: str
) -> None:
    assert refuse_document(write, change(pointer, value)).startswith(place)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("#/components/schemas/Nope", "there is no"),
        ("#/components/schemas/Item/properties/sku/type/x", "there is no"),
        ("#/components/schemas/Loop", "there is no"),
        ("other.yaml#/Item", "leaves the file"),
        ("https://example.com/item.json", "leaves the file"),
    ],
)
def test_dangling_reference_is_refused_with_its_pointer(write: Write, target: str, why: str) -> None:
    place = "/paths/~1items~1{id}/patch/requestBody/content/application~1json/schema"
    document = change(place, {"$ref": target})
    document["components"]["schemas"]["Loop"] = {"$ref": "#/components/schemas/Loop"}
    message = refuse_document(write, document)
    assert message.startswith(f"{place}/$ref: ")
    assert why in message


@pytest.mark.parametrize(
    ("place", "word", "hint"),
    [
        ("/x-sandbox", "timestamp", "timestamps"),
        ("/x-sandbox/page", "sizes", "size"),
        (f"{ITEM}/x-sandbox", "imutable", "immutable"),
        (f"{ITEM}/x-sandbox/states", "move", "moves"),
        (f"{ITEM}/properties/name/x-sandbox", "fakes", "fake"),
        ("/paths/~1items/get/x-sandbox", "do", "does"),
        ("/paths/~1items/get/x-sandbox", "need", "needs"),
        ("/paths/~1items/get/parameters/3/x-sandbox", "filter", "filters"),
        ("/components/securitySchemes/key/x-sandbox", "prefix", "prefixes"),
    ],
)
def test_unknown_word_is_refused_with_the_nearest_word(
    write: Write, place: str, word: str, hint: str
) -> None:
    message = refuse_document(write, change(f"{place}/{word}", 1))
    assert message.startswith(f"{place}: ")
    assert message.endswith(f"did you mean {hint!r}?")


def test_resource_whose_key_is_misspelt_gets_the_nearest_word(write: Write) -> None:
    document = change(f"{ITEM}/x-sandbox", {"kee": {"field": "id", "form": "uuid"}})
    assert refuse_document(write, document).endswith("did you mean 'key'?")


@pytest.mark.parametrize("word", ["item", "typ", "strng", "zzz"])
def test_only_words_are_offered_for_an_unknown_word(write: Write, word: str) -> None:
    assert "did you mean" not in refuse_document(write, change(f"{ITEM}/x-sandbox/{word}", 1))


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/x-sandbox/timestamps", "hours"),
        ("/x-sandbox", None),
        ("/x-sandbox", "seconds"),
        ("/x-sandbox/errors/kinds/missing", [200, "OK"]),
        (f"{ITEM}/x-sandbox/key", {"field": "id", "form": "serial"}),
        (f"{ITEM}/x-sandbox", None),
        (f"{ITEM}/x-sandbox", 5),
        (f"{ITEM}/properties/name/x-sandbox", {}),
        ("/paths/~1items/get/x-sandbox", {"does": "dance"}),
    ],
)
def test_value_that_a_word_cannot_have_is_refused_with_its_pointer(
    write: Write, pointer: str, value: Any
) -> None:
    place = pointer.partition("/x-sandbox")[0]
    assert refuse_document(write, change(pointer, value)).startswith(f"{place}/x-sandbox")


@pytest.mark.parametrize("place", ["/info", "/paths/~1items", "/paths/~1items/post/requestBody"])
def test_words_in_a_wrong_place_are_refused(write: Write, place: str) -> None:
    message = refuse_document(write, change(f"{place}/x-sandbox", {"does": "list"}))
    assert message == f"{place}/x-sandbox: x-sandbox has no meaning here"


def test_words_in_examples_are_data(write: Write) -> None:
    path = write("own.yaml", change(f"{ITEM}/example", {"x-sandbox": {"nope": 1}}))
    assert read_document(path)["components"]["schemas"]["Item"]["example"] == {"x-sandbox": {"nope": 1}}


def test_words_of_a_property_named_like_a_keyword_are_read(write: Write) -> None:
    words = {"type": "string", "x-sandbox": {"fak": "word"}}
    message = refuse_document(write, change(f"{ITEM}/properties/default", words))
    assert message.startswith(f"{ITEM}/properties/default/x-sandbox: ")


def test_dates_and_numbers_of_yaml_become_json(write: Write) -> None:
    text = """{openapi: 3.0.3, info: {title: x, version: '1'}, paths: {/a: {get: {responses:
        {200: {description: x, content: {a/b: {example: {day: 2026-01-31}}}}}}}}}"""
    read = read_document(write("own.yaml", text))["paths"]["/a"]["get"]["responses"]
    assert read["200"]["content"]["a/b"]["example"] == {"day": "2026-01-31"}


@pytest.mark.parametrize("value", ["!!set {a}", "!!binary aGk=", "&a [*a]", ".nan"])
def test_yaml_that_json_cannot_hold_is_refused(write: Write, value: str) -> None:
    text = f"openapi: 3.0.3\ninfo: {{title: x, version: '1'}}\npaths: {{}}\nx-a: {value}\n"
    assert "JSON" in refuse_document(write, text) or "YAML" in refuse_document(write, text)


def test_every_place_of_words_is_found_with_its_kind() -> None:
    places = {pointer: place for pointer, place, _ in find_words(read_document(DOCUMENT))}
    assert places[""] == "document"
    assert places[ITEM] == "resource"
    assert places[f"{ITEM}/properties/name"] == "property"
    assert places["/components/securitySchemes/key"] == "security"
    assert places["/paths/~1items/get"] == "operation"
    assert places["/paths/~1items/get/parameters/3"] == "parameter"
    assert None not in places.values()


def test_document_without_our_words_keeps_everything_else() -> None:
    node = {"x-sandbox": 1, "a": [{"x-sandbox": {}, "x-requirements": ["A-01"]}, 2], "b": {"c": None}}
    assert without_words(node) == {"a": [{"x-requirements": ["A-01"]}, 2], "b": {"c": None}}
    assert "x-sandbox" in node
