"""Several APIs in one sandbox: where they answer, what they say of themselves, where they collide."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox.bases import find_bases
from sandbox.calls import Subscription
from sandbox.clock import Clock
from sandbox.declared import Api
from sandbox.documents import find_documents
from sandbox.problems import Problem, Unusable
from sandbox.reading import read_api
from sandbox.sites import Settings, Site
from sandbox.tests.shop import DOCUMENT, FIXTURES, START, load_document

Json = dict[str, Any]
Write = Callable[[str, Any], Path]


def make(name: str, place: str) -> Api:
    """An API that answers at one place: the path of its server, a space, the path of its operation."""
    base, path = place.split(" ")
    servers = [{"url": base}] if base else []
    names = [{"name": name, "in": "path"} for name in re.findall(r"{(\w+)}", path)]
    return read_api(name, {"servers": servers, "paths": {path: {"get": {"parameters": names}}}})


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["/v1 /x"], {"/v1": "a"}),
        ([" /x"], {"": "a"}),
        (["/v1 /x", "/v1 /y"], {"/v1": "ab"}),
        (["/v1 /x", "/v2 /x"], {"/v1": "a", "/v2": "b"}),
        (["/v1 /x/{id}", "/v1 /x"], {"/v1": "ab"}),
        (["/v1 /x/{id}", "/v1 /y/{id}"], {"/v1": "ab"}),
        (["/v1 /x", "/v1 /x"], {}),
        (["/v1 /x", " /v1/x"], {}),
        (["/v1 /x/{id}", "/v1 /x/{key}"], {}),
        (["/v1 /x/{id}", "/v1 /x/mine"], {}),
        (["/v1 /{id}", " /v1/x"], {}),
        (["/v1 /x", "/a/v1 /y"], {"/v1": "a"}),
        (["/v1 /x", "/v1 /x", "/v1 /y"], {"/v1": "c"}),
    ],
)
def test_api_answers_at_its_prefix_and_where_nothing_collides_at_its_documented_path(
    places: list[str], expected: dict[str, str]
) -> None:
    apis = [make(name, place) for name, place in zip("abc", places, strict=False)]
    bases = {base: "".join(api.name for api in known) for base, known in find_bases(apis).items()}
    assert bases == {api.prefix: api.name for api in apis} | expected


def test_shipped_apis_do_not_overlap() -> None:
    site = Site(find_documents([]), Settings(), Clock(START))
    for api in site.apis:
        assert api in site.bases[api.path], api.name
    site.close()


def make_site(*documents: Path) -> Site:
    return Site(documents or (DOCUMENT,), Settings(fixtures=FIXTURES), Clock(START))


@pytest.fixture(scope="module")
def site() -> Any:
    made = make_site()
    yield made
    made.close()


@pytest.mark.parametrize("base", ["/shop/v1", "/v1"])
def test_document_is_found_at_each_base_with_that_base_as_its_server(site: Site, base: str) -> None:
    page = site.page(f"{base}/openapi.json", {"host": "localhost:8080"})
    assert page
    document = orjson.loads(page.body)
    assert page.headers["Content-Type"] == "application/json"
    assert document["servers"] == [{"url": f"http://localhost:8080{base}"}]
    assert "x-sandbox" not in page.body.decode()
    assert document["paths"].keys() == load_document()["paths"].keys()
    assert document["info"] == load_document()["info"]


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/nope/openapi.json", "/v1/openapi.yaml", "/v1", "/v1/items/openapi.json", ""]
)
def test_other_paths_have_no_page(site: Site, path: str) -> None:
    assert site.page(path, {}) is None


def test_base_of_two_apis_has_no_document_of_its_own(write: Write) -> None:
    paths = {"/other": {"get": {"responses": {"200": {"description": ""}}}}}
    other = write(
        "other.yaml",
        {
            "openapi": "3.0.3",
            "info": {"title": "O", "version": "1"},
            "servers": [{"url": "/v1"}],
            "paths": paths,
        },
    )
    site = make_site(DOCUMENT, other)
    assert site.page("/v1/openapi.json", {}) is None
    assert site.page("/other/v1/openapi.json", {}) is not None
    site.close()


@pytest.mark.parametrize(
    ("path", "status", "own"),
    [
        ("/shop/v1/nope", 404, True),
        ("/v1/items/", 404, True),
        ("/v1/nope", 404, True),
        ("/shop/v1", 404, True),
        ("/nope", 404, False),
        ("/", 404, False),
    ],
)
def test_problem_has_the_form_of_the_api_that_the_path_belongs_to(
    site: Site, path: str, status: int, own: bool
) -> None:
    response = site.answer(path, Problem("missing", "no"))
    assert response.status == status
    assert (b'"MISSING"' in response.body) == own
    assert (response.headers["Content-Type"] == "application/json") == own


@pytest.mark.parametrize(("path", "hint"), [("/v1/nope", "/shop/v1/openapi.json"), ("/nope", "/shop/v1")])
def test_hint_says_where_to_look_instead(site: Site, path: str, hint: str) -> None:
    assert hint in site.hint(path)


def test_two_apis_are_served_apart(write: Write) -> None:
    document = load_document()
    del document["components"]["schemas"]["Shelf"]["properties"]["colour"]
    site = make_site(DOCUMENT, write("other.yaml", document))
    assert set(site.bases) == {"/shop/v1", "/other/v1"}
    shop, other = site.apis
    assert site.endpoint(shop, shop.operations[0]) is site.endpoint(shop, shop.operations[0])
    assert site.endpoint(shop, shop.operations[0]) is not site.endpoint(other, other.operations[0])
    assert site.personas(shop)[:2] == ["demo", "ann"]
    assert "peer" not in site.personas(other)
    site.close()


@pytest.mark.parametrize(("api", "count"), [(None, 1), ("shop", 1), ("other", 0)])
def test_subscription_is_of_one_api_or_of_all(api: str | None, count: int) -> None:
    settings = Settings(fixtures=FIXTURES, webhooks=((api, Subscription("http://localhost", "s")),))
    site = Site([DOCUMENT], settings, Clock(START))
    assert len(site.services["shop"].subscriptions) == count
    site.close()


def test_document_whose_words_contradict_each_other_is_refused_with_its_file(write: Write) -> None:
    document = load_document()
    document["paths"]["/items"]["get"]["x-sandbox"]["of"] = "Nope"
    path = write("shop.yaml", document)
    with pytest.raises(Unusable, match=f"^{path}: /paths/~1items/get/x-sandbox: "):
        make_site(path)


def test_quirk_of_no_function_is_refused(write: Write) -> None:
    document = load_document()
    document["paths"]["/status"]["get"]["x-sandbox"]["does"] = "quirk"
    path = write("shop.yaml", document)
    with pytest.raises(Unusable, match=f"^{path}: .*getStatus"):
        make_site(path)


def test_path_that_is_most_like_a_wrong_one_is_suggested_first(site: Site) -> None:
    assert site.suggest("/shop/v1/itens")[0] == "/shop/v1/items"
    assert len(site.suggest("/nowhere/at/all")) == 3
