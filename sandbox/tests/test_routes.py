"""Routes: which endpoint a path leads to, with which parameters; asked once, then remembered."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox import routes
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


def find(known: Routes, method: str, path: str) -> routes.Route | None:
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return asyncio.run(known.find(scope))


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
        assert find(known, method, base + path) == (expected, parameters, base)


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
    assert find(known, method, path) is None


def test_apis_that_share_a_base_are_both_found(site: Site, known: Routes) -> None:
    for path, api in (("/v1/visits", "clinic"), ("/v1/items", "shop"), ("/clinic/v1/visits", "clinic")):
        found = find(known, "GET", path)
        assert found
        operations = site.services[api].api.operations
        assert found[0] in [site.endpoint(site.services[api].api, operation) for operation in operations]


def test_remembered_routes_are_not_kept_without_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_ROUTES", 3)
    own = Routes(site)
    for number in range(10):
        found = find(own, "GET", f"/v1/items/{number}")
        assert found
        assert found[1] == {"id": str(number)}
        assert len(own._routes) <= 3


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
