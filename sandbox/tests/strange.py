"""Strange requests: those of a document, with something in them that it does not allow."""

import random
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.declared import Operation
from sandbox.examples import make_example
from sandbox.tests.client import DEMO

Json = dict[str, Any]

STRANGE: list[Any] = [None, True, -1, 0, 10**30, 1.5, "", "x", "x" * 3000, "\0", "2026-02-30", "1e400"]
STRANGE += [[], [[]], [None], {}, {"a": {"b": []}}, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]


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


def make_request(
    draw: random.Random, operation: Operation, keys: list[str], *, strange: bool = True
) -> tuple[str, Json]:
    """Path and the rest of a request. strange: most of it is invalid, else as in the document's examples."""
    path, query, headers = operation.path, {}, dict(DEMO)
    for parameter in operation.parameters:
        value = make_example(parameter.schema)
        value = draw.choice(STRANGE) if strange and draw.random() < 0.5 else value
        text = value if isinstance(value, str) else str(value)
        if parameter.location == "path":
            text = draw.choice(keys) if strange and draw.random() < 0.8 else text
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe="") or "x")
        elif parameter.location == "query" and draw.random() < 0.7:
            query[parameter.name] = text
    request: Json = {"headers": headers}
    if operation.requests and draw.random() < 0.95:
        media, schema = draw.choice(list(operation.requests.items()))
        body = spoil(draw, make_example(schema)) if strange else make_example(schema)
        if media == "application/json":
            request["json"] = body
        elif isinstance(body, dict):
            texts = {name: value if isinstance(value, str) else str(value) for name, value in body.items()}
            upload = {"file": ("a.csv", b"a,b\n1,2\n")} if draw.random() < 0.7 else {}
            request |= {"data": texts, "files": upload or None}
    return f"{path}?{urlencode(query)}", request
