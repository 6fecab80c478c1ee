"""Templates with $names."""

from typing import Any

import pytest

from sandbox.envelopes import compile_headers, find_in_schema, render, render_headers

VALUES: dict[str, Any] = {
    "item": {"a": [1, None]},
    "total": 0,
    "no": False,
    "nothing": None,
    "text": "",
    "list": [],
}


@pytest.mark.parametrize("name", VALUES)
def test_value_keeps_its_type(name: str) -> None:
    assert render(f"${name}", VALUES) is VALUES[name]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({"data": "$item", "meta": {"total": "$total"}}, {"data": {"a": [1, None]}, "meta": {"total": 0}}),
        (["$total", "text", 5, None, True], [0, "text", 5, None, True]),
        ({"success": True, "page": 1.5}, {"success": True, "page": 1.5}),
        ({"price": "5 $"}, {"price": "5 $"}),
        ({"next": "$nothing"}, {"next": None}),
        ({}, {}),
    ],
)  # fmt: skip
def test_template_is_rendered_and_the_rest_of_it_kept(template: Any, expected: Any) -> None:
    assert render(template, VALUES) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({"a?": "$nothing", "b": 1}, {"b": 1}),
        ({"a?": "$unknown"}, {}),
        ({"a?": "$total", "b?": "$no", "c?": "$text", "d?": "$list"}, {"a": 0, "b": False, "c": "", "d": []}),
        ({"a": {"b?": "$nothing"}}, {"a": {}}),
        ({"a?": {"b": "$nothing"}}, {}),
        ({"a?": {"b": "$total"}}, {"a": {"b": 0}}),
        ({"a?": [{"b": "$unknown"}]}, {}),
        ({"a?": "fixed"}, {"a": "fixed"}),
    ],
)
def test_optional_key_is_left_out_only_when_its_value_is_absent(template: Any, expected: Any) -> None:
    assert render(template, VALUES) == expected


def test_template_itself_is_not_changed() -> None:
    template = {"a?": {"b": "$total"}, "c": ["$no"]}
    render(template, VALUES)
    assert template == {"a?": {"b": "$total"}, "c": ["$no"]}


def test_headers_are_texts_and_one_without_value_is_left_out() -> None:
    templates = {"X-Total": "$total", "Link": "$nothing", "X-Fixed": "yes"}
    assert render_headers(compile_headers(templates), VALUES) == {"X-Total": "0", "X-Fixed": "yes"}


SCHEMA: dict[str, Any] = {
    "properties": {"data": {"type": "array"}, "meta": {"properties": {"total": {"type": "integer"}}}}
}


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("$items", "items", SCHEMA),
        ({"data": "$items"}, "items", {"type": "array"}),
        ({"meta?": {"total?": "$total"}}, "total", {"type": "integer"}),
        ({"other": "$items"}, "items", {}),
        ({"data": "$items"}, "item", None),
        (5, "item", None),
    ],
)
def test_schema_of_a_name_is_found_where_the_template_has_it(template: Any, name: str, expected: Any) -> None:
    assert find_in_schema(template, name, SCHEMA) == expected
