"""`--validation warn`: what is served although it is invalid, and what is not."""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson
import pytest

from sandbox.declared import Operation
from sandbox.documents import find_documents
from sandbox.examples import make_example
from sandbox.pages import Window
from sandbox.sites import Site
from sandbox.tests.client import DEMO, Client
from sandbox.tests.shop import LAMP, NEW_ITEM

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


STRANGE: list[Any] = [None, True, -1, 0, 10**30, 1.5, "", "x", "x" * 3000, "\0", "2026-02-30", "1e400"]
STRANGE += [[], [[]], [None], {}, {"a": {"b": []}}]


def spoil(draw: random.Random, value: Any) -> Any:
    """A value with something in it replaced, removed or added."""
    if isinstance(value, dict) and value and draw.random() < 0.8:
        spoiled = dict(value)
        for name in draw.sample(sorted(spoiled), draw.randint(1, min(3, len(spoiled)))):
            if draw.random() < 0.2:
                del spoiled[name]
            else:
                spoiled[name] = spoil(draw, spoiled[name])
        return spoiled | ({"un known": draw.choice(STRANGE)} if draw.random() < 0.2 else {})
    if isinstance(value, list) and value and draw.random() < 0.5:
        return [spoil(draw, value[0]), *value[1:]]
    return draw.choice(STRANGE)


def make_request(draw: random.Random, operation: Operation, keys: list[str]) -> tuple[str, Json]:
    """Path and the rest of a request, most of it invalid."""
    path, query, headers = operation.path, {}, dict(DEMO)
    for parameter in operation.parameters:
        value = make_example(parameter.schema)
        value = draw.choice(STRANGE) if draw.random() < 0.5 else value
        text = value if isinstance(value, str) else str(value)
        if parameter.location == "path":
            text = draw.choice(keys) if draw.random() < 0.8 else text
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe="") or "x")
        elif parameter.location == "query" and draw.random() < 0.7:
            query[parameter.name] = text
    request: Json = {"headers": headers}
    if operation.requests and draw.random() < 0.95:
        media, schema = draw.choice(list(operation.requests.items()))
        body = spoil(draw, make_example(schema))
        if media == "application/json":
            request["json"] = body
        elif isinstance(body, dict):
            texts = {name: value if isinstance(value, str) else str(value) for name, value in body.items()}
            upload = {"file": ("a.csv", b"a,b\n1,2\n")} if draw.random() < 0.7 else {}
            request |= {"data": texts, "files": upload or None}
    return f"{path}?{urlencode(query)}", request


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
