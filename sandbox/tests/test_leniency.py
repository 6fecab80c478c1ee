"""`--validation warn`: what is served although it is invalid, and what is not."""

import random
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from sandbox.documents import find_documents
from sandbox.pages import Window
from sandbox.sites import Site
from sandbox.tests.client import DEMO, Client
from sandbox.tests.shop import LAMP, NEW_ITEM
from sandbox.tests.strange import make_request

Json = dict[str, Any]

ITEMS = "/shop/v1/items"


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(validation="warn")
    yield made
    made.site.close()


def warn(client: Client, method: str, path: str, **request: Any) -> httpx.Response:
    """The response, which must be a success with a warning in header and log."""
    response = client.ask(method, path, **request)
    assert response.status_code < 300, response.text
    assert response.headers["Sandbox-Violations"][0].isdigit()
    (entry,) = client.site.traffic.find({}, 1)
    assert entry.verdict == "warned"
    assert entry.problems != b"[]"
    return response


def test_invalid_filter_is_ignored_and_the_list_is_served(client: Client) -> None:
    everything = client.ask("GET", ITEMS).json()
    response = warn(client, "GET", f"{ITEMS}?size=many")
    assert response.json()["data"] == everything["data"]
    assert response.headers["Sandbox-Violations"] == '1: query size: must be an integer, got "many"'


def test_field_is_stored_as_given(client: Client) -> None:
    made = warn(client, "POST", ITEMS, json={**NEW_ITEM, "price": -5, "colour": "red", "sku": 7}).json()[
        "data"
    ]
    shown = client.ask("GET", f"{ITEMS}/{made['id']}").json()["data"]
    assert (shown["price"], shown["sku"]) == (-5, 7)


def test_missing_field_is_absent(client: Client) -> None:
    given = {name: value for name, value in NEW_ITEM.items() if name != "name"}
    assert "name" not in warn(client, "POST", ITEMS, json=given).json()["data"]


@pytest.mark.parametrize(
    ("method", "path", "request_", "status"),
    [
        ("POST", ITEMS, {"content": b"{", "headers": {**DEMO, "Content-Type": "application/json"}}, 400),
        ("POST", ITEMS, {"json": [1]}, 422),
        ("POST", ITEMS, {"headers": {**DEMO, "Content-Type": "application/json"}}, 422),
        ("POST", ITEMS, {"json": {**NEW_ITEM, "shelf_id": "nope", "price": -1}}, 422),
        ("POST", ITEMS, {"json": {**NEW_ITEM, "sku": "lamp-1", "price": -1}}, 409),
        ("GET", f"{ITEMS}/nope?size=x", {}, 404),
        ("GET", f"{ITEMS}?size=x", {"headers": {}}, 401),
    ],
)
def test_what_cannot_be_served_is_refused_as_ever(
    client: Client, method: str, path: str, request_: Json, status: int
) -> None:
    assert client.ask(method, path, **request_).status_code == status
    assert client.site.traffic.find({}, 1)[0].verdict == "refused"


def test_valid_request_is_served_without_a_warning(client: Client) -> None:
    response = client.ask("GET", f"{ITEMS}/{LAMP}")
    assert "Sandbox-Violations" not in response.headers
    assert client.site.traffic.find({}, 1)[0].verdict == "served"


def list_keys(site: Site, api: str) -> list[str]:
    service = site.services[api]
    keys = ["x"]
    for resource in service.api.resources.values():
        service.worlds.enter("")

        found = service.store.page(resource, "", (), [], (), Window(0, 5))
        keys += [str(make_key(document, resource.key)) for document in found]
    return keys


def make_key(document: bytes, field: str) -> Any:

    return orjson.loads(document)[field]


@pytest.mark.parametrize("api", [path.stem for path in find_documents([])])
def test_no_invalid_request_ends_in_a_fault_of_the_sandbox(api: str) -> None:
    """Three rounds over all operations; what one stored, the next ones meet."""
    client = Client(*find_documents([api]), fixtures=None, validation="warn")
    draw = random.Random(1)
    (declared,) = client.site.apis
    verdicts: dict[str, int] = {}
    for _ in range(3):
        keys = list_keys(client.site, api)
        for operation in declared.operations:
            path, request = make_request(draw, operation, keys)
            response = client.ask(operation.method.upper(), declared.prefix + path, **request)
            assert response.status_code < 500, f"{operation.id} {path} {request}: {response.text}"
            (entry,) = client.site.traffic.find({}, 1)
            verdicts[entry.verdict] = verdicts.get(entry.verdict, 0) + 1
    assert verdicts.get("warned", 0) > len(declared.operations) / 4
    client.site.close()
