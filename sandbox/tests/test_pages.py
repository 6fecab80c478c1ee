"""Paging: from parameters to a window of records, and back to links."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.pages import UNPAGED, Window, describe_page, open_window
from sandbox.problems import Problem

Json = dict[str, Any]

PAGE = {"style": "page", "start": "page", "size": "size"}
OFFSET = {"style": "offset", "start": "offset", "size": "limit"}
NO_LINKS = dict.fromkeys(("first", "prev", "next", "last"))


def describe(
    style: Json | None, window: Window, total: int, query: list[tuple[str, str]] | None = None
) -> Json:
    return describe_page(style, window, total, "/v1/items", query or [])


def starts(page: Json, parameter: str) -> Json:
    """Where each link of a page starts."""
    links = {name: page[name] for name in NO_LINKS}
    return {
        name: link and int(dict(parse_qsl(urlsplit(link).query))[parameter]) for name, link in links.items()
    }


@pytest.mark.parametrize(
    ("style", "parameters", "window"),
    [
        (PAGE, {"page": 1, "size": 20}, Window(0, 20)),
        (PAGE, {"page": 3, "size": 20}, Window(40, 20)),
        (PAGE, {"size": 20}, Window(0, 20)),
        (OFFSET, {"offset": 0, "limit": 50}, Window(0, 50)),
        (OFFSET, {"offset": 7, "limit": 50}, Window(7, 50)),
        (OFFSET, {"limit": 50}, Window(0, 50)),
        (PAGE, {"page": 2}, Window(0, UNPAGED)),
        (None, {"page": 2, "size": 20}, Window(0, UNPAGED)),
    ],
)
def test_window_is_what_the_parameters_ask_for(style: Json | None, parameters: Json, window: Window) -> None:
    assert open_window(style, parameters) == window


@pytest.mark.parametrize(
    ("style", "parameters", "at_fault"),
    [
        (PAGE, {"page": 1, "size": 0}, "size"),
        (PAGE, {"page": 0, "size": 5}, "page"),
        (PAGE, {"page": -1, "size": 5}, "page"),
        (OFFSET, {"offset": -1, "limit": 5}, "offset"),
        (OFFSET, {"offset": 0, "limit": -5}, "limit"),
    ],
)
def test_window_that_cannot_be_is_refused_also_where_the_document_has_no_minimum(
    style: Json, parameters: Json, at_fault: str
) -> None:
    with pytest.raises(Problem) as caught:
        open_window(style, parameters)
    assert caught.value.kind == "invalid"
    assert [(fault.location, fault.pointer) for fault in caught.value.faults] == [("query", at_fault)]


@pytest.mark.parametrize(
    ("page", "total", "expected"),
    [
        (1, 45, {"first": 1, "prev": None, "next": 2, "last": 3}),
        (2, 45, {"first": 1, "prev": 1, "next": 3, "last": 3}),
        (3, 45, {"first": 1, "prev": 2, "next": None, "last": 3}),
        (2, 40, {"first": 1, "prev": 1, "next": None, "last": 2}),
        (1, 20, {"first": 1, "prev": None, "next": None, "last": 1}),
        (1, 21, {"first": 1, "prev": None, "next": 2, "last": 2}),
        (1, 0, {"first": 1, "prev": None, "next": None, "last": 1}),
    ],
)
def test_links_of_numbered_pages_lead_to_pages_that_have_records(
    page: int, total: int, expected: Json
) -> None:
    assert starts(describe(PAGE, Window((page - 1) * 20, 20), total), "page") == expected


@pytest.mark.parametrize(
    ("offset", "total", "expected"),
    [
        (0, 100, {"first": 0, "prev": None, "next": 50, "last": 50}),
        (50, 100, {"first": 0, "prev": 0, "next": None, "last": 50}),
        (50, 101, {"first": 0, "prev": 0, "next": 100, "last": 100}),
        (1, 120, {"first": 0, "prev": 0, "next": 51, "last": 100}),
        (7, 120, {"first": 0, "prev": 0, "next": 57, "last": 100}),
        (60, 120, {"first": 0, "prev": 10, "next": 110, "last": 100}),
        (0, 0, {"first": 0, "prev": None, "next": None, "last": 0}),
        (0, 1, {"first": 0, "prev": None, "next": None, "last": 0}),
    ],
)
def test_links_of_offsets_never_start_before_the_first_record(
    offset: int, total: int, expected: Json
) -> None:
    assert starts(describe(OFFSET, Window(offset, 50), total), "offset") == expected


@pytest.mark.parametrize(("style", "name"), [(PAGE, "page"), (OFFSET, "offset")])
def test_page_past_the_end_has_no_next(style: Json, name: str) -> None:
    links = starts(describe(style, Window(1000, 10), 25), name)
    assert links["next"] is None
    assert links["prev"] is not None


@pytest.mark.parametrize(("total", "pages"), [(0, 0), (1, 1), (20, 1), (21, 2), (45, 3), (150, 8)])
def test_number_of_pages_is_rounded_up(total: int, pages: int) -> None:
    page = describe(PAGE, Window(0, 20), total)
    assert (page["total"], page["size"], page["pages"]) == (total, 20, pages)


@pytest.mark.parametrize(
    ("style", "window", "page", "offset"),
    [(PAGE, Window(40, 20), 3, 40), (PAGE, Window(0, 20), 1, 0), (OFFSET, Window(100, 50), 3, 100)],
)
def test_page_tells_where_it_stands(style: Json, window: Window, page: int, offset: int) -> None:
    described = describe(style, window, 1000)
    assert (described["page"], described["offset"]) == (page, offset)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ([], [("page", "3")]),
        ([("page", "2")], [("page", "3")]),
        ([("size", "20"), ("page", "2"), ("q", "a")], [("size", "20"), ("page", "3"), ("q", "a")]),
        ([("tag", "a"), ("tag", "b")], [("tag", "a"), ("tag", "b"), ("page", "3")]),
        ([("q", "a b&c=d/ü+%"), ("empty", "")], [("q", "a b&c=d/ü+%"), ("empty", ""), ("page", "3")]),
        ([("page", "2"), ("page", "2")], [("page", "3")]),
    ],
)  # fmt: skip
def test_links_keep_the_query_and_change_only_the_start(
    query: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    link = urlsplit(describe(PAGE, Window(20, 20), 100, query)["next"])
    assert link.path == "/v1/items"
    assert parse_qsl(link.query, keep_blank_values=True, strict_parsing=True) == expected
    assert link.query.isascii()
    assert " " not in link.query


def test_link_header_has_every_link_that_is_there() -> None:
    page = describe(OFFSET, Window(50, 50), 200)
    assert page["link"] == ", ".join(
        f'<{page[rel]}>; rel="{rel}"' for rel in ("first", "prev", "next", "last")
    )
    assert 'rel="prev"' not in describe(OFFSET, Window(0, 50), 200)["link"]


@pytest.mark.parametrize("style", [None, PAGE, OFFSET])
@pytest.mark.parametrize("total", [0, 7])
def test_list_that_is_not_paged_is_one_page_without_links(style: Json | None, total: int) -> None:
    page = describe(style, Window(0, UNPAGED), total)
    assert {name: page[name] for name in NO_LINKS} == NO_LINKS
    assert page["link"] is None
    assert (page["total"], page["size"], page["page"], page["pages"]) == (total, total, 1, 1)
