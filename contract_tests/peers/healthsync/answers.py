"""The bodies that the document describes: one resource, a list, an error, nothing."""

import json
import uuid
from typing import Any

from flask import Response, request

from contract_tests.peers.healthsync.context import Refusal, peer

Json = dict[str, Any]


def answer(body: Json, status: int = 200) -> Response:
    """A JSON answer (HS-05).

    Args:
        body: what to send.
        status: the HTTP status.
    """
    choices = peer().choices
    text = json.dumps(body, sort_keys=choices.unusual)
    return Response(text, status, content_type=choices.content_type)


def resource(row_id: str, kind: str, attributes: Json, **related: str | list[str] | None) -> Json:
    """One resource object (HS-22, HS-23, HS-24).

    Args:
        row_id: the value of `id`.
        kind: the value of `type`.
        attributes: its own fields.
        related: ids of related resources by relationship; None is left out.
    """
    if peer().choices.unusual:
        attributes = {name: value for name, value in attributes.items() if value is not None} | {
            "revision": 1
        }
    links = {name: {"data": _linkage(name, ids)} for name, ids in related.items() if ids is not None}
    return {"id": row_id, "type": kind, "attributes": attributes, "relationships": links}


def single(data: Json, status: int = 200) -> Response:
    """The envelope of one resource (HS-22).

    Args:
        data: the resource object.
        status: 200 or 201.
    """
    return answer({"data": data, "meta": extra()}, status)


def extra() -> Json:
    """Undocumented members of `meta`, which the document leaves open."""
    return {"request_id": str(uuid.uuid4())} if peer().choices.unusual else {}


def nothing() -> Response:
    """The answer to a successful delete (HS-29)."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def refused(refusal: Refusal) -> Response:
    """The error envelope (HS-25, HS-26).

    Args:
        refusal: the reason.
    """
    here = peer()
    code = here.choices.codes.get(refusal.status, "error")
    error: Json = {"code": code, "message": refusal.message, "details": refusal.details}
    if here.choices.unusual:
        error |= {"message": f"Sorry: {refusal.message}.", "request_id": str(uuid.uuid4())}
    if here.bug == "family_error_shape" and (request.endpoint, request.method) == ("family_members", "POST"):
        return answer({"error": refusal.message}, refusal.status)
    return answer({"error": error}, refusal.status)


def _linkage(name: str, ids: str | list[str]) -> Json | list[Json]:
    kind = {"records": "document", "record": "document"}.get(name, name)
    if isinstance(ids, str):
        return {"id": ids, "type": kind}
    return [{"id": each, "type": kind} for each in ids]
