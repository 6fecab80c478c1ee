"""Responses: an answer or a problem rendered in the form that the document declares."""

import http.client
import random
import re
import string
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from .access import Caller
from .calls import Answer
from .chaos import Fate
from .declared import Api, Operation
from .envelopes import (
    compile_headers,
    compile_template,
    find_in_schema,
    find_names,
    render,
    render_headers,
    render_item,
)
from .examples import example_body, example_headers
from .problems import Problem
from .schemas import Json
from .store import Page
from .values import dump, load

NO_CONTENT = int(HTTPStatus.NO_CONTENT)
IDENTIFIERS = string.ascii_lowercase + string.digits
JSON_TYPE = "application/json"
LONGEST_REASON = 300  # characters of a header
UNPRINTABLE = re.compile(r"[^ -~]")


Finding = tuple[str, str, bytes]  # the verdict, where the status does not tell it; why; problems as JSON
NOTHING: Finding = "", "", b"[]"


@dataclass(slots=True)
class Note:
    """What the request log tells beside the bytes of request and response.

    names: of the API, and the operation's id; finding: what was wrong; fate: what chaos rules have in store
    for it.
    """

    names: tuple[str, str] = ("", "")
    caller: Caller | None = None
    finding: Finding = NOTHING
    fate: Fate | None = None


@dataclass(slots=True)
class Response:
    """An HTTP response.

    wait: seconds to hold it back (`Prefer: wait=`); stream: its body piece by piece, without an end;
    broken: `dropped` is not sent at all, `truncated` is sent in half, and then the connection is closed.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    wait: float = 0.0
    note: Note | None = None
    stream: AsyncGenerator[bytes, None] | None = None
    broken: str = ""


class Renderer:
    """Renders the answers of one operation."""

    def __init__(self, api: Api, operation: Operation) -> None:
        self._operation = operation
        self._page_headers = compile_headers(api.dialect.get("page", {}).get("headers", {}))
        templates = dict(api.dialect["envelopes"])
        if operation.body is not None:
            templates["many" if operation.does == "list" else "one"] = operation.body
        self._envelopes = {name: compile_template(template) for name, template in templates.items()}
        own = {"item", "token", "now"} if operation.body is not None else set()
        self._named = set(find_names(operation.body)) - own
        self._cuts = {name: self._find_cut(template) for name, template in templates.items()}
        # The answers that are a stored document as it is.
        shaped = self._named or (operation.of and operation.of.item)
        bare = (name for name, template in templates.items() if template == "$item" and not shaped)
        self._bare = {name for name in bare if self._cuts[name] is None}

    def render(self, answer: Answer) -> Response:
        """The answer in its envelope, with the lowest documented 2xx."""
        status, headers, values = answer.status or self._operation.success, answer.headers, answer.values
        if answer.envelope == "file":
            return Response(status, headers, values["content"])
        if answer.envelope == "many":
            headers |= render_headers(self._page_headers, values)
        if status == NO_CONTENT:
            return Response(status, headers, b"")
        headers["Content-Type"] = JSON_TYPE
        if answer.envelope in self._bare:
            return Response(status, headers, values["item"])
        cut = self._cuts[answer.envelope]
        if self._named and "item" in values:
            record = load(values["item"])
            values = {**{name: record.get(name) for name in self._named}, **values}
        if "item" in values:
            values["item"] = self._embed(values["item"], cut)
        if "items" in values:
            values["items"] = self._embed_all(values["items"], cut)
        return Response(status, headers, dump(self._envelopes[answer.envelope](values)))

    def _embed_all(self, documents: Page | list[bytes], cut: frozenset[str] | None) -> Any:
        if cut is None and not (self._operation.of and self._operation.of.item):
            text = documents.join() if isinstance(documents, Page) else b",".join(documents)
            return orjson.Fragment(b"[%b]" % text)
        return [self._embed(document, cut) for document in documents]

    def _embed(self, document: bytes, cut: frozenset[str] | None) -> Any:
        """A stored document as a part of the body: as it is, in the form of `item`, or cut to some names."""
        resource = self._operation.of
        if resource and resource.item:
            return render_item(resource, load(document))
        if cut is None:
            return orjson.Fragment(document)
        return {name: value for name, value in load(document).items() if name in cut}

    def _find_cut(self, template: Any) -> frozenset[str] | None:
        """The names that the response schema has, where the resource has more."""
        operation = self._operation
        response = operation.responses.get(str(operation.success), {})
        schema = response.get("content", {}).get(JSON_TYPE, {}).get("schema", {})
        if not operation.of or operation.of.item:
            return None
        item = find_in_schema(template, "item", schema)
        items = find_in_schema(template, "items", schema) or {}
        known = operation.of.properties.keys()
        names = (items.get("items", {}) if item is None else item).get("properties") or known
        shown = frozenset(names) - operation.of.hidden
        return shown if not shown >= known else None


def answer_example(operation: Operation, status: int, name: str | None = None) -> Response:
    """The documented response of a status, from its example, else its schema. name: which example."""
    response = operation.response(status) or {}
    media, body = example_body(response, name)
    headers = example_headers(response)
    if media is None:
        return Response(status, headers, b"")
    content = body.encode() if isinstance(body, str) and not media.endswith("json") else dump(body)
    return Response(status, headers | {"Content-Type": media}, content)


def answer_problem(api: Api, problem: Problem, operation: Operation | None = None) -> Response:
    """A problem in the API's own error body: of the dialect, else the documented example, else RFC 9457.

    The header Sandbox-Reason says why in every form.
    """
    errors: Json = api.dialect["errors"]
    status, code = errors["kinds"][problem.kind]
    code = operation.words.get("codes", {}).get(problem.kind, code) if operation else code
    reason = {"Sandbox-Reason": UNPRINTABLE.sub("?", problem.message)[:LONGEST_REASON]}
    plain = "errors" not in api.document.get("x-sandbox", {})
    if operation and plain and "content" in operation.responses.get(str(status), {}):
        response = answer_example(operation, status)
        response.headers |= {**problem.headers, **reason}
        return response
    details = [{"location": f.location, "field": f.field, "message": f.message} for f in problem.faults]
    names = {
        "status": status,
        "reason": http.client.responses.get(status, "Error"),
        "code": code,
        "message": problem.message,
        "field": next((fault.field for fault in problem.faults if fault.field), None),
        "details": details or None,
        "fields": {fault.field: fault.message for fault in problem.faults if fault.field},
        "request_id": "req_" + "".join(random.choices(IDENTIFIERS, k=12)),
    }
    headers = {
        **render_headers(compile_headers(errors.get("headers", {})), names),
        **problem.headers,
        **reason,
    }
    headers["Content-Type"] = errors.get("media_type", JSON_TYPE)
    return Response(status, headers, dump(render(errors["body"], names)))
