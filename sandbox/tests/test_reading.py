"""From a document to its declarations: aliases, columns, parameters, and words that contradict each other."""

from typing import Any

import pytest

from sandbox.problems import Unusable
from sandbox.reading import read_api
from sandbox.tests.shop import load_document, make_api, read_shop

Json = dict[str, Any]

OPERATIONS = {operation.id: operation for operation in read_shop().operations}
PARAMETERS = {parameter.name: parameter for parameter in OPERATIONS["listItems"].parameters}


def test_component_schemas_with_a_key_are_resources() -> None:
    assert set(read_shop().resources) == {"Shelf", "Item", "Review", "Photo", "Member"}


def test_order_goes_by_the_field_behind_an_alias() -> None:
    assert read_shop().resources["Item"].order == ("-made_at",)


@pytest.mark.parametrize(
    ("parameter", "filters", "by"),
    [
        ("state", ("state",), "eq"),
        ("min_price", ("price",), "gte"),
        ("made_since", ("made_at",), "gte"),
        ("made_on", ("made_at",), "day"),
        ("place", ("shelf_id", "origin.town"), "eq"),
        ("size", (), "eq"),
    ],
)
def test_parameter_filters_by_the_fields_behind_its_words(
    parameter: str, filters: tuple[str, ...], by: str
) -> None:
    assert PARAMETERS[parameter].filters == filters
    assert PARAMETERS[parameter].by == by


def test_parameter_knows_its_companions() -> None:
    assert PARAMETERS["made_since"].until == "made_until"
    assert PARAMETERS["made_until"].together == "made_since"


@pytest.mark.parametrize("field", ["state", "price", "made_at", "shelf_id", "origin.town", "sku", "name"])
def test_field_that_is_filtered_sorted_unique_or_a_reference_gets_a_column(field: str) -> None:
    assert field in read_shop().resources["Item"].columns


@pytest.mark.parametrize("field", ["id", "notes", "made", "stock", "-made_at"])
def test_any_other_field_and_the_key_gets_no_column(field: str) -> None:
    assert field not in read_shop().resources["Item"].columns


def test_references_have_their_rules_or_the_defaults() -> None:
    [item] = read_shop().resources["Item"].references
    [review] = read_shop().resources["Review"].references
    assert (item.field, item.resource, item.absent, item.removal) == (
        "shelf_id",
        "Shelf",
        "invalid",
        "cascade",
    )
    assert (review.absent, review.removal) == ("missing", "conflict")


def test_schemas_of_resources_have_their_references_followed() -> None:
    origin = read_shop().resources["Item"].properties["origin"]
    assert set(origin["properties"]) == {"town", "day"}


@pytest.mark.parametrize(
    ("operation", "key"),
    [("showItem", "id"), ("showShelf", "shelf_id"), ("listShelfItems", None), ("showMe", None)],
)
def test_key_of_an_operation_is_its_path_parameter_that_does_not_filter(
    operation: str, key: str | None
) -> None:
    assert OPERATIONS[operation].key == key


@pytest.mark.parametrize(
    ("operation", "status"), [("listItems", 200), ("createItem", 201), ("removeItem", 204)]
)
def test_success_is_the_lowest_documented_2xx(operation: str, status: int) -> None:
    assert OPERATIONS[operation].success == status


@pytest.mark.parametrize("codes", [{}, {"default": {}}, {"2XX": {}}, {"404": {}}])
def test_success_is_200_where_no_2xx_is_documented(codes: Json) -> None:
    assert make_api({"responses": codes}).operations[0].success == 200


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ({"url": "/v1"}, "/v1"),
        ({"url": "/v1/"}, "/v1"),
        ({"url": "/"}, ""),
        ({"url": "https://api.example.com/v2/api"}, "/v2/api"),
        ({"url": "https://api.example.com"}, ""),
        ({"url": "https://{zone}.example.com/{v}", "variables": {"v": {"default": "v3"}}}, "/v3"),
        ({"url": "v1"}, "/v1"),
    ],
)  # fmt: skip
def test_path_is_that_of_the_first_server(server: Json, path: str) -> None:
    api = make_api(servers=[server, {"url": "/other"}])
    assert api.path == path
    assert api.prefix == f"/tiny{path}"


def test_document_without_servers_answers_at_its_prefix_and_the_root() -> None:
    assert (make_api().path, make_api().prefix) == ("", "/tiny")


def test_security_of_an_operation_goes_before_that_of_the_document() -> None:
    api = make_api({}, {"security": []}, {"security": [{"b": []}]}, security=[{"a": []}])
    assert [operation.security for operation in api.operations] == [({"a": []},), (), ({"b": []},)]


def test_scopes_that_openapi_names_are_needed_too() -> None:
    api = make_api({"security": [{"oauth": ["read", "write"]}]}, {"security": [{"oauth": ["read"]}, {}]})
    assert [operation.needs for operation in api.operations] == [{"read", "write"}, set()]


def test_parameter_of_an_operation_replaces_that_of_its_path() -> None:
    node = {"name": "id", "in": "path", "required": True}
    paths = {
        "/{id}": {
            "parameters": [{**node, "schema": {"type": "string"}}],
            "get": {"parameters": [{**node, "schema": {"type": "integer"}}]},
        }
    }
    [operation] = read_api("tiny", {"paths": paths}).operations
    assert [parameter.schema for parameter in operation.parameters] == [{"type": "integer"}]


def test_operation_without_an_id_is_named_by_method_and_path() -> None:
    assert make_api({}).operations[0].id == "get /0"


def test_extensions_beside_the_paths_are_no_operations() -> None:
    assert read_api("tiny", {"paths": {"x-note": "get it", "x-get": {"get": {}}}}).operations == ()


ITEM = ("components", "schemas", "Item", "x-sandbox")
LAST_ITEM = ("components", "schemas", "Member", "properties", "last_item", "x-sandbox")
LIST = ("paths", "/items", "get", "x-sandbox")


@pytest.mark.parametrize(
    ("place", "word", "value", "named"),
    [
        (ITEM, "key", {"field": "nope", "form": "uuid"}, "nope"),
        (ITEM, "immutable", ["nope"], "nope"),
        (ITEM, "stamps", {"nope": "create"}, "nope"),
        (ITEM, "stamps", {"priced_at": ["nope"]}, "nope"),
        (ITEM, "unique", [["sku", "nope"]], "nope"),
        (ITEM, "order", ["-nope"], "nope"),
        (ITEM, "owner", "nope", "nope"),
        (ITEM, "alias", {"made": "nope"}, "nope"),
        (ITEM, "references", {"nope": {"resource": "Shelf"}}, "nope"),
        (ITEM, "references", {"shelf_id": {"resource": "Nope"}}, "Nope"),
        (ITEM, "states", {"field": "nope", "first": "draft"}, "nope"),
        (LIST, "of", "Nope", "Nope"),
        (("paths", "/items", "get", "parameters", 3, "x-sandbox"), "filters", "nope", "nope"),
        (("paths", "/items", "get", "parameters", 5, "x-sandbox"), "together", "nope", "nope"),
        (("paths", "/items", "get", "parameters", 5, "x-sandbox"), "until", "nope", "nope"),
        (LAST_ITEM, "first_of", "Nope", "Nope"),
    ],
)  # fmt: skip
def test_word_that_names_what_is_not_there_is_refused_with_its_pointer(
    place: tuple[Any, ...], word: str, value: Any, named: str
) -> None:
    document: Any = load_document()
    node = document
    for part in place:
        node = node[part]
    node[word] = value
    with pytest.raises(Unusable, match=f"^/{place[0]}/.*{named}"):
        read_api("shop", document)


def test_operation_that_needs_a_resource_is_refused_without() -> None:
    document = load_document()
    del document["paths"]["/items"]["get"]["x-sandbox"]["of"]
    with pytest.raises(Unusable, match=r"^/paths/~1items/get/x-sandbox: does: list needs 'of'"):
        read_api("shop", document)
