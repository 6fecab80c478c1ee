"""Routes: which endpoint a path leads to, with which parameters; asked once, then remembered."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import routes
from sandbox.cache import Cache
from sandbox.clock import Clock
from sandbox.reading import read_api
from sandbox.routes import Routes, make_skeleton
from sandbox.sites import Settings, Site
from sandbox.tests.clinic import DOCUMENT as CLINIC
from sandbox.tests.clinic import read_clinic
from sandbox.tests.shop import DOCUMENT, FIXTURES, START

Json = dict[str, Any]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site([DOCUMENT, CLINIC], Settings(fixtures=FIXTURES), Clock(START))
    yield made
    made.close()


@pytest.fixture(scope="module")
def known(site: Site) -> Routes:
    return Routes(site)


@pytest.mark.parametrize("base", ["/shop/v1", "/v1"])
@pytest.mark.parametrize(
    ("method", "path", "operation", "parameters"),
    [
        ("GET", "/items", "listItems", {}),
        ("POST", "/items", "createItem", {}),
        ("GET", "/items/x", "showItem", {"id": "x"}),
        ("DELETE", "/items/x", "removeItem", {"id": "x"}),
        ("GET", "/shelves/a b", "showShelf", {"shelf_id": "a b"}),
        ("GET", "/shelves/é%", "showShelf", {"shelf_id": "é%"}),
        ("GET", "/shelves/a\nb", "showShelf", {"shelf_id": "a\nb"}),
        ("GET", "/shelves/a\n", "showShelf", {"shelf_id": "a\n"}),
        ("GET", "/shelves/{id}", "showShelf", {"shelf_id": "{id}"}),
        ("GET", "/shelves/s/items", "listShelfItems", {"shelf": "s"}),
    ],
)
def test_path_leads_to_the_endpoint_of_its_operation(
    site: Site, known: Routes, base: str, method: str, path: str, operation: str, parameters: Json
) -> None:
    shop = site.apis[0]
    expected = site.endpoint(shop, next(each for each in shop.operations if each.id == operation))
    for _ in range(2):
        assert known.find(method, base + path) == (expected, parameters, base)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nope"),
        ("GET", "/v1/items/"),
        ("GET", "/v1/items/x/y"),
        ("GET", "/v1/items/\n/y"),
        ("GET", "/items"),
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/shop/v2/items"),
        ("PUT", "/v1/items"),
        ("HEAD", "/v1/reviews"),
        ("BREW", "/v1/items"),
    ],
)
def test_other_path_or_method_leads_nowhere(known: Routes, method: str, path: str) -> None:
    assert known.find(method, path) is None


@pytest.mark.parametrize("base", ["/shop/v1", "/v1"])
@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/items", ["GET", "HEAD", "OPTIONS", "POST"]),
        ("/items/x", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]),
        ("/items/a\nb", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"]),
        ("/reviews", ["OPTIONS", "POST"]),
        ("/items/", []),
        ("/items/x/y", []),
        ("/nope", []),
        ("", []),
    ],
)
def test_methods_of_a_path_are_known(known: Routes, base: str, path: str, methods: list[str]) -> None:
    assert known.allowed(base + path) == methods


def make_own(tmp_path: Path, paths: Json) -> Site:
    document = {"openapi": "3.0.3", "info": {"title": "O", "version": "1"}, "paths": paths}
    (tmp_path / "own.yaml").write_text(json.dumps(document))
    return Site([tmp_path / "own.yaml"], Settings(), Clock(START))


def declare(*names: str) -> list[Json]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def test_concrete_path_goes_before_a_template(tmp_path: Path) -> None:
    answer = {"responses": {"200": {"description": ""}}}
    own = make_own(
        tmp_path,
        {
            "/x/{id}": {"parameters": declare("id"), "get": answer, "delete": answer},
            "/x/mine": {"put": answer},
        },
    )
    found = Routes(own)
    assert found.allowed("/x/mine") == ["OPTIONS", "PUT"]
    assert found.allowed("/x/other") == ["DELETE", "GET", "HEAD", "OPTIONS"]
    assert found.find("GET", "/x/mine") is None
    own.close()


def test_parameters_may_be_declared_in_another_order_than_the_path_has_them(tmp_path: Path) -> None:
    answer = {"responses": {"200": {"description": ""}}}
    own = make_own(tmp_path, {"/{a}/and/{b}": {"parameters": declare("b", "a"), "get": answer}})
    found = Routes(own).find("GET", "/1/and/2")
    assert found
    assert found[1] == {"a": "1", "b": "2"}
    own.close()


def test_routes_from_the_cache_are_those_that_connexion_compiles(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "cache", Cache(tmp_path))
    first = Routes(site)
    monkeypatch.setattr("sandbox.paths.compile_paths", None)
    for path in ("/v1/items", "/v1/items/x", "/clinic/v1/visits/x/talk"):
        assert first.find("GET", path)
        assert Routes(site).find("GET", path) == first.find("GET", path)
        assert Routes(site).allowed(path) == first.allowed(path)


def test_apis_that_share_a_base_are_both_found(site: Site, known: Routes) -> None:
    for path, api in (("/v1/visits", "clinic"), ("/v1/items", "shop"), ("/clinic/v1/visits", "clinic")):
        found = known.find("GET", path)
        assert found
        operations = site.services[api].api.operations
        assert found[0] in [site.endpoint(site.services[api].api, operation) for operation in operations]


def test_remembered_routes_are_not_kept_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_ROUTES", 3)
    own = Routes(site)
    for number in range(10):
        found = own.find("GET", f"/v1/items/{number}")
        assert found
        assert found[1] == {"id": str(number)}
        assert len(own._routes) <= 3


def test_route_of_a_long_path_is_found_and_not_remembered(site: Site) -> None:
    own = Routes(site)
    found = own.find("GET", f"/v1/items/{'x' * 1000}")
    assert found
    assert found[1] == {"id": "x" * 1000}
    assert own._routes == {}


def test_skeleton_has_every_operation_and_nothing_else_of_the_documents() -> None:
    skeleton = make_skeleton([read_clinic()])
    item = skeleton["paths"]["/visits/{p0}"]
    assert item["get"]["operationId"] == "clinic.showVisit"
    assert [parameter["name"] for parameter in item["get"]["parameters"]] == ["p0"]
    number = sum(len(operations) for operations in skeleton["paths"].values())
    assert number == len(read_clinic().operations)
    assert "components" not in skeleton


def test_paths_of_two_documents_that_name_parameters_otherwise_are_one() -> None:
    def make(name: str, method: str, parameter: str) -> Any:
        parameters = [{"name": parameter, "in": "path", "required": True}]
        path = f"/x/{{{parameter}}}"
        return read_api(name, {"paths": {path: {method: {"parameters": parameters, "responses": {}}}}})

    paths = make_skeleton([make("a", "get", "id"), make("b", "put", "key")])["paths"]
    assert paths.keys() == {"/x/{p0}"}
    assert paths["/x/{p0}"].keys() == {"get", "put"}
