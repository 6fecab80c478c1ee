"""Paths over HTTP: which is whose, and what a key in a path may be."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import routes
from sandbox.tests.client import Client
from sandbox.tests.shop import LAMP, load_document

Json = dict[str, Any]
Write = Callable[[str, Any], Path]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.site.close()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nope",
        "/shop/v1/nope",
        "/v1/items/",
        "/v1//items",
        f"/v1/items/{LAMP}/",
        "/v1/items/a%2Fb",
        "/v1/items/..%2fx",
        "/v1/ITEMS",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_path_that_is_not_offered_is_missing_in_the_form_of_the_api(
    client: Client, method: str, path: str
) -> None:
    response = client.ask(method, path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "MISSING"
    assert "openapi.json" in response.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/", "/nope", "/shop", "/v2/items"])
def test_path_of_no_api_is_missing_in_the_plain_form(client: Client, path: str) -> None:
    response = client.ask("GET", path)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert "/shop/v1" in response.json()["detail"]


@pytest.mark.parametrize("key", ["%00", "a%0Ab", "%C3%BC", "%FF%FE", "%25", "..", "'", "a+b", "x" * 3000])
def test_any_key_in_the_path_is_only_a_key(client: Client, key: str) -> None:
    response = client.ask("GET", f"/v1/items/{key}x")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "MISSING")


def test_key_in_the_path_is_decoded_once(client: Client) -> None:
    assert client.ask("GET", f"/v1/items/{LAMP.replace('-', '%2D')}").status_code == 200
    assert client.ask("GET", f"/v1/items/{LAMP.replace('-', '%252D')}").status_code == 404


def test_concrete_path_goes_before_a_template(write: Write) -> None:
    """OpenAPI 3.0.3 §4.7.8.1."""
    document = load_document()
    document["paths"]["/items/{id}"]["get"]["x-sandbox"]["body"] = {"one": "$item"}
    document["paths"]["/items/best"] = {
        "get": {
            "responses": {"200": {"description": "", "content": {"application/json": {"example": "best"}}}}
        }
    }
    own = Client(write("shop.yaml", document))
    assert own.ask("GET", "/v1/items/best").json() == "best"
    assert own.ask("DELETE", "/v1/items/best").status_code == 405
    assert own.ask("GET", f"/v1/items/{LAMP}").json()["one"]["name"] == "Lamp"
    own.site.close()


def test_routes_are_remembered_up_to_a_limit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_ROUTES", 3)
    for number in range(10):
        assert client.ask("GET", f"/v1/items/none{number}").status_code == 404
        assert client.ask("GET", f"/v1/items/{LAMP}").status_code == 200
