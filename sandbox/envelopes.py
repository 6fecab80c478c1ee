"""JSON templates with `$names`, rendered: the bodies and headers of a dialect."""

from collections.abc import Iterator, Mapping
from typing import Any

from .declared import OWNER, Resource


def render(template: Any, values: Mapping[str, Any]) -> Any:
    """The template with each string `$name` replaced by values[name], keeping its type.

    A key that ends in `?` is left out when the value of a `$name` below it is missing.
    """
    match template:
        case dict():
            return dict(
                _render_item(key, part, values)
                for key, part in template.items()
                if _is_there(key, part, values)
            )
        case list():
            return [render(part, values) for part in template]
        case str() if template.startswith("$"):
            return values[template[1:]]
        case _:
            return template


def _render_item(key: str, part: Any, values: Mapping[str, Any]) -> tuple[str, Any]:
    return key.removesuffix("?"), render(part, values)


def _is_there(key: str, part: Any, values: Mapping[str, Any]) -> bool:
    return not key.endswith("?") or all(values.get(name) is not None for name in find_names(part))


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


def render_headers(templates: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Headers from templates; one without a value is left out."""
    rendered = ((name, render(template, values)) for name, template in templates.items())
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
