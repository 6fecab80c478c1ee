"""Words that name something in vain are refused at start, with a pointer."""

from copy import deepcopy
from typing import Any

import pytest

from sandbox.documents import read_document
from sandbox.naming import check_operation, check_resource
from sandbox.problems import Unusable
from sandbox.reading import read_api
from sandbox.tests.clinic import DOCUMENT as CLINIC
from sandbox.tests.shop import DOCUMENT

Json = dict[str, Any]

WORDS: Json = {
    "key": {"field": "id", "form": "uuid"},
    "owner": "who",
    "unique": [["a", "b.c"]],
    "references": {"other_id": {"resource": "Other"}, "b.many": {"resource": "Other"}},
    "immutable": ["a"],
    "stamps": {"made": "create", "seen": ["a"]},
    "alias": {"start": "made"},
    "order": ["-start", "a"],
    "states": {
        "field": "state",
        "first": "x",
        "moves": [
            {"from": "x", "to": "y", "at": "made", "stamps": ["seen"], "fills": ["a"], "creates": "Other"}
        ],
    },
    "effects": {"create": [{"of": "Other", "by": "other_id", "set": {"x": 1}}]},
}
NAMES = ("id", "who", "a", "b", "other_id", "made", "seen", "state")


def check(properties: Json | None = None, **words: Any) -> None:
    known: Json = {name: {} for name in NAMES} | (properties or {})
    check_resource("Thing", {"properties": known, "x-sandbox": {**WORDS, **words}}, {"Thing", "Other"})


def test_words_that_name_what_is_there_are_accepted() -> None:
    check(
        {
            "a": {"x-sandbox": {"refers": "Other"}},
            "b": {"properties": {"c": {"x-sandbox": {"first_of": "Thing"}}}},
        }
    )


@pytest.mark.parametrize("document", [DOCUMENT, CLINIC])
def test_documents_of_the_tests_are_accepted(document: Any) -> None:
    assert read_api("own", read_document(document)).resources


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"key": {"field": "nope", "form": "uuid"}}, "key"),
        ({"owner": "nope"}, "owner"),
        ({"unique": [["a"], ["nope"]]}, "unique"),
        ({"references": {"nope": {"resource": "Other"}}}, "references"),
        ({"references": {"a": {"resource": "Nope"}}}, "references"),
        ({"immutable": ["nope"]}, "immutable"),
        ({"stamps": {"nope": "create"}}, "stamps"),
        ({"stamps": {"a": ["nope"]}}, "stamps"),
        ({"alias": {"x": "nope"}, "order": ["a"]}, "alias"),
        ({"order": ["-nope"]}, "order"),
        ({"states": {"field": "nope", "first": "x"}}, "states/field"),
        ({"states": {"field": "a", "first": "x", "moves": [{"stamps": ["nope"]}]}}, "states/moves"),
        ({"states": {"field": "a", "first": "x", "moves": [{"fills": ["nope"]}]}}, "states/moves"),
        ({"states": {"field": "a", "first": "x", "moves": [{"creates": "Nope"}]}}, "states/moves"),
        ({"effects": {"remove": [{"of": "Nope"}]}}, "effects"),
    ],
)
def test_field_or_resource_that_is_not_there_is_refused(words: Json, pointer: str) -> None:
    with pytest.raises(Unusable, match=f"^/components/schemas/Thing/x-sandbox/{pointer}: .*'[Nn]ope'"):
        check(**words)


@pytest.mark.parametrize("word", ["refers", "first_of"])
@pytest.mark.parametrize(
    ("nest", "pointer"),
    [
        (lambda part: part, "/properties/a"),
        (lambda part: {"properties": {"c": part}}, "/properties/a/properties/c"),
        (lambda part: {"items": {"properties": {"c": part}}}, "/properties/a/items/properties/c"),
    ],
)
def test_property_that_takes_from_no_resource_is_refused(word: str, nest: Any, pointer: str) -> None:
    with pytest.raises(Unusable, match=f"^/components/schemas/Thing{pointer}/x-sandbox/{word}: "):
        check({"a": nest({"x-sandbox": {word: "Nope"}})})


def test_key_of_a_record_with_a_form_of_its_own_need_not_be_a_property() -> None:
    words = {"key": {"field": "outside", "form": "uuid"}}
    check(**words, item={"id": "$outside"})
    with pytest.raises(Unusable):
        check(**words)


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"filters": "nope"}, "filters"),
        ({"filters": ["a", "nope.a"]}, "filters"),
        ({"together": "nope"}, "together"),
        ({"until": "nope"}, "until"),
        ({"names": "Nope"}, "names"),
    ],
)
def test_parameter_that_names_nothing_is_refused(words: Json, pointer: str) -> None:
    node = {"x-sandbox": {"of": "Thing"}}
    parameters: list[Json] = [{"name": "p", "x-sandbox": words}, {"name": "q"}]
    with pytest.raises(Unusable, match=f"^/x/parameters/p/x-sandbox/{pointer}: "):
        check_operation("/x", node, parameters, {"a"}, {"Thing"})


@pytest.mark.parametrize(
    "words",
    [{"filters": "a"}, {"filters": ["a", "a.b"]}, {"together": "q"}, {"until": "q"}, {"names": "Thing"}, {}],
)
def test_parameter_that_names_what_is_there_is_accepted(words: Json) -> None:
    node = {"x-sandbox": {"of": "Thing"}}
    check_operation("/x", node, [{"name": "p", "x-sandbox": words}, {"name": "q"}], {"a"}, {"Thing"})


def test_document_is_checked_as_it_is_read() -> None:
    document = deepcopy(read_document(CLINIC))
    document["components"]["schemas"]["Visit"]["x-sandbox"]["order"] = ["nope"]
    with pytest.raises(Unusable, match=r"Visit/x-sandbox/order: 'nope'"):
        read_api("clinic", document)
