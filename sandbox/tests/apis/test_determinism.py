"""One seed and one instant give one world, byte for byte; list and detail tell the same."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import yaml

from ..target import NOW, ROOT, start

APIS = [path.stem for path in sorted((ROOT / "specs").glob("*.yaml"))]
STARTS = {"offset": 0, "page": 1}  # paging parameters, and where they start
Bodies = dict[str, bytes]
Crawl = dict[str, Bodies]


def crawl(base: str, api: str, every: int = 1) -> Bodies:
    """The body of every GET of an API: every page of every list, and of its items every so many-th."""
    bodies: Bodies = {}
    document = yaml.safe_load((ROOT / "specs" / f"{api}.yaml").read_text())
    paths = [path for path, item in document["paths"].items() if "get" in item]
    with httpx.Client(base_url=base, headers={"Authorization": "Bearer demo"}) as client:
        for path in (path for path in paths if "{" not in path):
            needed, detailed = find_needed(document, path), find_detail(document, path)
            for index, item in enumerate(walk(client, path, find_paging(document, path), needed, bodies)):
                if detailed and index % every == 0:
                    key = "id" if "id" in item else "_id"
                    detail = fetch(client, f"{path}/{item[key]}", bodies)
                    detail = detail if key in detail else detail["data"]  # in an envelope
                    assert item.items() <= detail.items() or item == detail, f"{path}/{item[key]} disagrees"
        for path in (path for path in paths if "{" in path):
            for name, value in find_examples(document, path):
                fetch(client, path.replace(f"{{{name}}}", str(value)), bodies, status=(200, 404))
    return bodies


def fetch(client: httpx.Client, path: str, bodies: Bodies, *, status: tuple[int, ...] = (200,)) -> Any:
    response = client.get(path)
    assert response.status_code in status, f"{path}: {response.text[:300]}"
    bodies[path] = response.content
    return response.json() if "json" in response.headers["content-type"] else None


def walk(
    client: httpx.Client, path: str, paging: str | None, needed: dict[str, str], bodies: Bodies
) -> Iterator[Any]:
    """Every item of a list, page by page; an answer that is not paged has none. needed: of its query."""
    at = STARTS[paging] if paging else 0
    while True:
        query = urlencode(needed | ({paging: at} if paging else {}))
        body = fetch(client, f"{path}?{query}".removesuffix("?"), bodies)
        items = body if isinstance(body, list) else body.get("data")
        if not paging or not items:
            return
        yield from items
        at += len(items) if paging == "offset" else 1


def read_parameters(document: dict[str, Any], path: str) -> Iterator[dict[str, Any]]:
    item = document["paths"][path]
    for node in [*item.get("parameters", []), *item.get("get", {}).get("parameters", [])]:
        name = node.get("$ref", "").rpartition("/")[2]
        yield document["components"]["parameters"][name] if name else node


def find_paging(document: dict[str, Any], path: str) -> str | None:
    return next((node["name"] for node in read_parameters(document, path) if node["name"] in STARTS), None)


def find_detail(document: dict[str, Any], path: str) -> bool:
    """Whether the items of a list have paths of their own below it, by their key."""
    for below in (
        each
        for each, item in document["paths"].items()
        if "get" in item and re.fullmatch(rf"{path}/{{\w+}}", each)
    ):
        [key] = [node for node in read_parameters(document, below) if node["in"] == "path"]
        return "filters" not in key.get("x-sandbox", {})
    return False


def find_needed(document: dict[str, Any], path: str) -> dict[str, str]:
    needed = (
        node for node in read_parameters(document, path) if node["in"] == "query" and node.get("required")
    )
    return {node["name"]: str(node["example"]) for node in needed}


def find_examples(document: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for node in read_parameters(document, path):
        if node["in"] == "path" and "example" in node:
            yield node["name"], node["example"]


def crawl_all(every: int = 1) -> Crawl:
    with start("--now", NOW) as ready:
        return {api: crawl(ready["apis"][api], api, every) for api in APIS}


@pytest.fixture(scope="module")
def first() -> Crawl:
    return crawl_all()


@pytest.fixture(scope="module")
def second() -> Crawl:
    return crawl_all(every=7)


@pytest.mark.parametrize("api", APIS)
def test_list_and_detail_agree_for_every_item(first: Crawl, api: str) -> None:
    assert len(first[api]) > 130


@pytest.mark.parametrize("api", APIS)
def test_two_starts_give_the_same_bytes(first: Crawl, second: Crawl, api: str) -> None:
    assert len(second[api]) > 30
    assert not [path for path, body in second[api].items() if body != first[api][path]]


@pytest.mark.parametrize("api", APIS)
def test_another_seed_gives_other_data(first: Crawl, api: str) -> None:
    with start("--now", NOW, "--seed", "2", api) as ready:
        other = crawl(ready["apis"][api], api, every=50)
    different = [path for path, body in other.items() if body != first[api].get(path)]
    assert len(different) > len(other) / 4
