"""JSON templates with `$names`, rendered: the bodies and headers of a dialect."""

from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from .resources import OWNER, Resource

Rendered = Callable[[Mapping[str, Any]], Any]


def compile_template(template: Any) -> Rendered:
    """A function that renders the template: each string `$name` is replaced by values[name], of any type.

    A key that ends in `?` is left out when the value of a `$name` below it is missing.
    """
    match template:
        case dict():
            return _compile_object(template)
        case list():
            parts = [compile_template(part) for part in template]
            return lambda values: [part(values) for part in parts]
        case str() if template.startswith("$"):
            return itemgetter(template[1:])
        case _:
            return lambda _: template


def _compile_object(template: Mapping[str, Any]) -> Rendered:
    parts = [(key, compile_template(part)) for key, part in template.items()]
    optional = {key: tuple(find_names(part)) for key, part in template.items() if key.endswith("?")}
    if not optional:
        return lambda values: {key: part(values) for key, part in parts}
    known = [(key.removesuffix("?"), part, optional.get(key, ())) for key, part in parts]
    return lambda values: {
        key: part(values)
        for key, part, names in known
        if not names or all(values.get(name) is not None for name in names)
    }


def render(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with its `$names` replaced; one that is rendered often is better compiled."""
    return compile_template(template)(values)


def find_names(template: Any) -> Iterator[str]:
    """The `$names` of a template, without the sign."""
    match template:
        case dict():
            for part in template.values():
                yield from find_names(part)
        case list():
            for part in template:
                yield from find_names(part)
        case str() if template.startswith("$"):
            yield template[1:]


Headers = tuple[tuple[str, Rendered], ...]


def compile_headers(templates: Mapping[str, str]) -> Headers:
    """Headers from templates, to be rendered."""
    return tuple((name, compile_template(template)) for name, template in templates.items())


def render_headers(headers: Headers, values: Mapping[str, Any]) -> dict[str, str]:
    """Headers from templates; one without a value is left out."""
    rendered = [(name, part(values)) for name, part in headers]
    return {name: str(value) for name, value in rendered if value is not None}


def render_item(resource: Resource, record: Mapping[str, Any]) -> Any:
    """A record in the form that its resource declares."""
    attributes = {
        name: record[name]
        for name in resource.properties
        if name in record and name not in (resource.key, *resource.hidden)
    }
    absent = dict.fromkeys(find_names(resource.item))
    return render(resource.item, {**absent, **record, "attributes": attributes, "owner": record.get(OWNER)})


def find_in_schema(template: Any, name: str, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The part of a body's schema that stands where `$name` stands in the template, if any."""
    if template == f"${name}":
        return schema
    if isinstance(template, dict):
        for key, part in template.items():
            below = schema.get("properties", {}).get(key.removesuffix("?"), {})
            found = find_in_schema(part, name, below)
            if found is not None:
                return found
    return None
