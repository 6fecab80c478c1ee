"""Answers on demand: every documented status of every operation of the shipped APIs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import orjson
import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource

from sandbox.declared import Api, Operation
from sandbox.documents import find_documents
from sandbox.examples import make_example
from sandbox.pages import UNPAGED, Window
from sandbox.schemas import follow
from sandbox.tests.client import DEMO, Client
from sandbox.tests.shop import LAMP, load_document

Json = dict[str, Any]

REQUIRED = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After", "503": "Retry-After"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client(*find_documents([]), fixtures=None)
    yield made
    made.site.close()


def read_state(client: Client) -> list[Any]:
    """Everything that is kept: all records and all webhook deliveries."""
    kept: list[Any] = []
    for service in client.site.services.values():
        service.worlds.enter("")
        for resource in service.api.resources.values():
            kept.append(service.store.page(resource, "", (), [], (resource.key,), Window(0, UNPAGED)))
        kept.append(len(service.store.deliveries(api=service.api.name)))
    return kept


def fill_path(operation: Operation) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(str(make_example(parameter.schema))))
    return path


def find_faults(api: Api, operation: Operation, status: str, response: httpx.Response) -> Iterator[str]:
    """What of a response is not as documented."""
    place = f"{operation.id} {status}"
    node = api.document["paths"][operation.path][operation.method]["responses"][status]
    documented = follow(api.document, node)
    content, media = documented.get("content", {}), response.headers.get("Content-Type", "")
    if content and media not in content:
        yield f"{place}: Content-Type {media}"
    elif content and media.endswith("json"):
        yield from find_violations(api, content[media].get("schema", {}), response.json(), place)
    elif not content and response.content:
        yield f"{place}: a body"
    for name, header in documented.get("headers", {}).items():
        schema = follow(api.document, header).get("schema", {})
        if name not in response.headers:
            yield f"{place}: no {name}"
        elif schema.get("type") in ("integer", "number"):
            yield from find_violations(api, schema, orjson.loads(response.headers[name]), f"{place} {name}")
    if status in REQUIRED and REQUIRED[status] not in response.headers:
        yield f"{place}: no {REQUIRED[status]}"
    if status == "429" and response.headers.get("X-RateLimit-Remaining", "0") != "0":
        yield f"{place}: there is something left of the quota"


def find_violations(api: Api, schema: Json, value: Any, place: str) -> Iterator[str]:
    registry: Registry[Any] = Registry().with_resource("urn:document", Resource.opaque(api.document))
    within = lead_out(schema)
    validator = OAS30Validator(within, registry=registry, format_checker=oas30_format_checker)
    yield from (f"{place}: {error.message}" for error in validator.iter_errors(value))


def lead_out(node: Any) -> Any:
    """A part of a document whose references lead into that document."""
    if isinstance(node, list):
        return [lead_out(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {
        key: part.replace("#/", "urn:document#/", 1) if key == "$ref" else lead_out(part)
        for key, part in node.items()
    }


def test_every_documented_status_is_answered_on_demand_and_nothing_is_executed(client: Client) -> None:
    """Bodies and headers are as documented, the state stays as it is, credentials are checked first."""
    before = read_state(client)
    forced, faults = 0, []
    for api in client.site.apis:
        for operation in api.operations:
            url, method = api.prefix + fill_path(operation), operation.method.upper()
            for status in operation.responses:
                prefer = f"code={status}"
                response = client.ask(method, url, {**DEMO, "Prefer": prefer})
                if response.headers.get("Preference-Applied") != prefer:
                    faults.append(f"{operation.id} {status}: {response.status_code} {response.text[:200]}")
                faults += find_faults(api, operation, status, response)
                assert str(response.status_code) == status
                forced += 1
            prefer = f"code={operation.success}"
            if operation.security and client.ask(method, url, {"Prefer": prefer}).status_code != 401:
                faults.append(f"{operation.id}: no credential was asked for")
            if read_state(client) != before:
                faults.append(f"{operation.id}: was executed")
                before = read_state(client)
    assert faults == []
    assert forced > 400
    limited = client.ask("GET", "/healthsync/v1/user", {**DEMO, "Prefer": "code=429"}).headers
    assert (limited["X-RateLimit-Remaining"], int(limited["X-RateLimit-Limit"]) > 0) == ("0", True)
    entries = client.site.traffic.find({"persona": "demo"}, 10_000)
    assert {entry.verdict for entry in entries} == {"forced"}


ITEMS = "/shop/v1/items"


def test_query_stands_in_for_the_header_and_nothing_else_sees_it() -> None:
    shop = Client()
    assert shop.ask("GET", f"{ITEMS}?__code=500").status_code == 500
    assert shop.ask("GET", f"{ITEMS}?__code=500", {**DEMO, "Prefer": "code=429"}).status_code == 429
    body = shop.ask("GET", f"{ITEMS}?size=5&__wait=0.01&__unknown=1").json()
    assert "__wait" not in body["links"]["next"]
    assert "__unknown" in body["links"]["next"]
    assert shop.ask("GET", f"{ITEMS}?__code=nonsense").status_code == 200
    shop.site.close()


def test_preferences_of_several_lines_all_count() -> None:
    shop = Client()
    lines: Any = [("Authorization", "Bearer demo"), ("Prefer", "wait=0.01"), ("Prefer", "code=500")]
    assert shop.ask("GET", ITEMS, lines).status_code == 500
    (entry,) = shop.site.traffic.find({}, 1)
    assert entry.ms >= 10
    shop.site.close()


@pytest.fixture
def tea(write: Any) -> Iterator[Client]:
    document = load_document()
    examples = {"green": {"value": {"tea": "green"}}, "black": {"value": {"tea": "black"}}}
    content = {"application/json": {"schema": {"type": "object"}, "examples": examples}}
    responses = document["paths"]["/items"]["get"]["responses"]
    responses["418"] = {"description": "Tea.", "content": content}
    made = Client(write("shop.yaml", document))
    yield made
    made.site.close()


@pytest.mark.parametrize("prefer", ["example=black", "code=418, example=black", 'example="black"'])
def test_named_example_is_answered(tea: Client, prefer: str) -> None:
    response = tea.ask("GET", ITEMS, {**DEMO, "Prefer": prefer})
    assert (response.status_code, response.json()) == (418, {"tea": "black"})
    assert tea.ask("GET", f"{ITEMS}?__example=green").json() == {"tea": "green"}
    assert tea.ask("GET", f"{ITEMS}?__example=green", {}).status_code == 401


@pytest.mark.parametrize("prefer", ["example=white", "code=200, example=black", "code=700"])
def test_example_or_status_that_is_not_documented_is_refused_with_the_nearest(
    tea: Client, prefer: str
) -> None:
    response = tea.ask("GET", ITEMS, {**DEMO, "Prefer": prefer})
    assert response.status_code == 422
    assert response.headers["Sandbox-Reason"].startswith("Prefer: ")
    (problem,) = tea.ask("GET", response.headers["Sandbox-Log"], {}).json()["problems"]
    assert problem["received"] == prefer
    assert problem["nearest"]
    assert problem["rule"] == "/paths/~1items/get/responses"


def test_example_of_an_operation_that_has_none_is_refused(tea: Client) -> None:
    response = tea.ask("GET", f"{ITEMS}/{LAMP}", {**DEMO, "Prefer": "example=white"})
    reason = "Prefer: this operation has no example 'white', nor any other"
    assert (response.status_code, response.headers["Sandbox-Reason"]) == (422, reason)
