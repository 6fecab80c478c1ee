"""The application over HTTP, in process: methods, paths, headers, bodies, several APIs."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from sandbox.documents import find_documents
from sandbox.tests.client import DEMO, Client
from sandbox.tests.shop import LAMP, NEW_ITEM

Json = dict[str, Any]

PAGE = {"Origin": "https://app.example"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.site.close()


def in_world(name: str) -> Json:
    return {**DEMO, "Sandbox-World": name}


@pytest.mark.parametrize("base", ["/shop/v1", "/v1"])
def test_record_lives_from_its_creation_to_its_removal(client: Client, base: str) -> None:
    headers = in_world(base.replace("/", "_"))
    made = client.ask("POST", f"{base}/items", headers, json=NEW_ITEM)
    location = made.headers["Location"]
    assert made.status_code == 201
    assert location == f"{base}/items/{made.json()['data']['id']}"
    assert client.ask("GET", location, headers).json()["data"]["state"] == "sold"
    changed = client.ask("PATCH", location, headers, json={"name": "Stool"})
    assert changed.json()["data"]["name"] == "Stool"
    gone = client.ask("DELETE", location, headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert "Content-Type" not in gone.headers
    assert "Content-Length" not in gone.headers
    assert client.ask("GET", location, headers).status_code == 404


@pytest.mark.parametrize("base", ["/shop/v1", "/v1"])
def test_links_use_the_base_of_the_request_and_lead_on(client: Client, base: str) -> None:
    seen: list[str] = []
    link = f"{base}/items?size=5"
    while link:
        response = client.ask("GET", link)
        assert response.status_code == 200
        assert response.headers["X-Total-Count"] == "24"
        seen += [record["id"] for record in response.json()["data"]]
        link = response.json()["links"]["next"]
        assert link is None or link.startswith(f"{base}/items?size=5&page=")
        assert (f'<{link}>; rel="next"' in response.headers["Link"]) == bool(link)
    assert len(seen) == len(set(seen)) == 24


@pytest.mark.parametrize("shelf", ["a b", "ü€", "x\r\nSet-Cookie: a=b", "a?b#c", "a%b", 'a"><b'])
def test_links_of_a_list_below_any_path_are_urls(client: Client, shelf: str) -> None:
    """RFC 8288 §3: a link target is a URI reference."""
    response = client.ask("GET", f"/v1/shelves/{quote(shelf)}/items")
    assert response.status_code == 200
    link = response.headers["Link"]
    assert link.isascii()
    assert link.isprintable()
    assert unquote(urlsplit(link.partition("<")[2].partition(">")[0]).path) == f"/v1/shelves/{shelf}/items"


@pytest.mark.parametrize(
    "path",
    ["/v1/items", f"/v1/items/{LAMP}", "/v1/items/nope", "/v1/nope", "/v1/openapi.json", "/_sandbox/health"],
)
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    get, head = client.ask("GET", path), client.ask("HEAD", path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Length"] == str(len(get.content))
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/v1/items", "GET, HEAD, OPTIONS, POST"),
        (f"/shop/v1/items/{LAMP}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/v1/reviews", "OPTIONS, POST"),
    ],
)
def test_options_tells_what_the_path_offers_and_needs_no_token(client: Client, path: str, allow: str) -> None:
    response = client.ask("OPTIONS", path, {})
    assert (response.status_code, response.headers["Allow"], response.content) == (204, allow, b"")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "BREW", "get"])
def test_method_that_is_not_offered_is_refused_with_those_that_are(client: Client, method: str) -> None:
    """RFC 9110 §15.5.6; methods are case-sensitive (§9.1)."""
    response = client.ask(method, "/v1/items")
    if method == "get":  # the client's library writes it in capitals
        assert response.status_code == 200
        return
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert response.json()["error"]["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": "\0"}', b"[" * 10_000 + b"]" * 10_000, b"1e999"])
def test_body_that_cannot_be_read_is_a_400(client: Client, body: bytes) -> None:
    headers = {**DEMO, "Content-Type": "application/json"}
    response = client.ask("POST", "/v1/items", headers, content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "UNREADABLE")


def test_body_of_another_type_or_over_the_limit_is_refused(client: Client) -> None:
    text = client.ask("POST", "/v1/items", {**DEMO, "Content-Type": "text/plain"}, content=b"x")
    large = client.ask(
        "POST", "/v1/items", {**DEMO, "Content-Type": "application/json"}, content=b" " * (1 << 21)
    )
    assert (text.status_code, large.status_code) == (415, 413)


def test_upload_is_read(client: Client) -> None:
    response = client.ask(
        "POST",
        "/v1/photos",
        files={"file": ("dir/a.png", b"\x89PNG\r\n\x1a\n")},
        data={"width": "5", "tags": ["a", "b"]},
    )
    assert response.status_code == 201
    photo = response.json()["data"]
    assert (photo["title"], photo["size"], photo["type"], photo["width"]) == ("a.png", 8, "image/png", 5)
    assert photo["tags"] == ["a", "b"]


@pytest.mark.parametrize(
    "path", ["/v1/items", f"/v1/items/{LAMP}", "/v1/items/nope", "/v1/nope", "/v1/openapi.json"]
)
def test_page_of_another_origin_may_read_every_answer_of_an_api(client: Client, path: str) -> None:
    headers = client.ask("GET", path, {**DEMO, **PAGE}).headers
    assert headers["Access-Control-Allow-Origin"] == PAGE["Origin"]
    assert "X-Total-Count" in headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Origin" not in client.ask("GET", path).headers


def test_preflight_needs_no_token(client: Client) -> None:
    asked = {
        **PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    response = client.ask("OPTIONS", "/v1/items", asked)
    assert response.status_code == 204
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization"
    assert response.headers["Access-Control-Allow-Origin"] == PAGE["Origin"]


def test_control_plane_lets_no_page_in(client: Client) -> None:
    response = client.ask("GET", "/_sandbox/health", PAGE)
    assert not [name for name in response.headers if name.lower().startswith("access-control-")]


def test_pages_may_be_kept_out() -> None:
    client = Client(cors=False)
    response = client.ask("GET", "/v1/items", {**DEMO, **PAGE})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
    asked = {**PAGE, "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Methods" not in client.ask("OPTIONS", "/v1/items", asked).headers
    client.site.close()


def test_health_is_told_without_a_token(client: Client) -> None:
    response = client.ask("GET", "/_sandbox/health", {})
    assert (response.status_code, response.json()["status"]) == (200, "ok")


def test_fault_of_the_sandbox_is_a_500_in_the_form_of_the_api(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("sandbox.store.Store.count", fail)
    response = client.ask("GET", "/v1/items")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "FAILED")
    assert "broken on purpose" not in response.text
    assert "broken on purpose" in capsys.readouterr().err


def test_client_may_delay_and_force_an_answer(client: Client) -> None:
    response = client.ask("GET", "/v1/items", {**DEMO, "Prefer": "code=503, wait=0.05"})
    assert response.status_code == 503
    assert response.elapsed.total_seconds() >= 0.05


def test_every_shipped_api_answers_at_both_of_its_places() -> None:
    client = Client(*find_documents([]))
    for api in client.site.apis:
        lists = [
            op for op in api.operations if op.does == "list" and not any(p.required for p in op.parameters)
        ]
        for base in (api.prefix, api.path):
            response = client.ask("GET", base + lists[0].path)
            assert response.status_code == 200, f"{base}{lists[0].path}: {response.text}"
    client.site.close()


def test_lifespan_is_answered_and_closes_the_store() -> None:
    client = Client()
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[Json] = []

    async def receive() -> Json:
        return next(messages)

    async def send(message: Json) -> None:
        sent.append(message)

    asyncio.run(client.app({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
