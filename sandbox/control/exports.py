"""Snapshots as documents: what a file holds that another sandbox reads."""

import base64
import binascii
from collections.abc import Iterable

import orjson

from ..calls import Service
from ..clock import write_time
from ..problems import Fault, Problem, refuse
from ..resources import Resource
from ..schemas import Json
from ..store import Duplicate, File, Row, Snapshot, describe_shape
from ..values import dump
from .clocks import read_time
from .desk import Desk, Question
from .snapshots import describe_snapshot, find_resources, find_snapshot

FORMAT = "openapi-sandbox snapshot 1"


def export_snapshot(desk: Desk, question: Question) -> Json:
    """A snapshot with all that it holds. Raises Problem missing."""
    snapshot = find_snapshot(desk, question)
    now = write_time(snapshot.now, "microseconds")
    services = (desk.services[api] for api in snapshot.apis if api in desk.services)
    shown = describe_snapshot(snapshot)
    return {
        "format": FORMAT,
        **{name: shown[name] for name in ("name", "world", "made")},
        "clock": {"now": now, "frozen": snapshot.frozen},
        "apis": {service.api.name: _write_api(desk, service, snapshot.name) for service in services},
    }


def _write_api(desk: Desk, service: Service, name: str) -> Json:
    kept = desk.store.snapshots
    return {
        "shape": describe_shape(service.api),
        "records": {
            each.name: [_write_row(row) for row in kept.rows(name, each)] for each in service.resources
        },
        "files": [
            {
                "resource": each.name,
                "key": key,
                "field": file.field,
                "name": file.name,
                "media_type": file.media_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for each in service.resources
            for key, file in kept.files(name, each)
        ],
    }


def _write_row(row: Row) -> Json:
    return {"key": row.key, "owner": row.owner, "due": row.due, "document": orjson.Fragment(row.document)}


def import_snapshot(desk: Desk, question: Question) -> Json:
    """Take in an exported snapshot. Raises Problem: invalid for one that is not of these documents or is
    broken, conflict for one that holds a record twice.
    """
    body, name = question.body, question.parameters["name"]
    try:
        with desk.change():
            desk.store.snapshots.remove(name, find_resources(desk))
            records = sum(_read_api(desk, name, api, part) for api, part in body["apis"].items())
            snapshot = Snapshot(
                name=name,
                world=body["world"],
                apis=tuple(body["apis"]),
                made=read_time(body["made"], "/made"),
                now=read_time(body["clock"]["now"], "/clock/now"),
                frozen=body["clock"]["frozen"],
                records=records,
            )
            desk.store.snapshots.add(snapshot)
    except Duplicate as error:
        raise Problem("conflict", f"the snapshot holds a record twice: {error}") from error
    return describe_snapshot(snapshot)


def _read_api(desk: Desk, name: str, api: str, part: Json) -> int:
    """Keep what a document has of an API. Returns how many records."""
    service = desk.find_service(api, "body", f"/apis/{api}")
    if part["shape"] != describe_shape(service.api):
        raise refuse([Fault("body", f"/apis/{api}", f"is of another version of the document of {api}")])
    for resource, rows in part["records"].items():
        known = _find_resource(service, resource, f"/apis/{api}/records/{resource}")
        desk.store.snapshots.insert(name, known, _read_rows(known, rows, f"/apis/{api}/records/{resource}"))
    for index, file in enumerate(part["files"]):
        where = f"/apis/{api}/files/{index}"
        known = _find_resource(service, file["resource"], where)
        desk.store.snapshots.insert_files(name, known, [_read_file(file, where)])
    return sum(len(rows) for rows in part["records"].values())


def _find_resource(service: Service, name: str, pointer: str) -> Resource:
    if name not in service.api.resources:
        raise refuse([Fault("body", pointer, f"{service.api.name} has no resource {name!r}")])
    return service.api.resources[name]


def _read_rows(resource: Resource, rows: Iterable[Json], pointer: str) -> Iterable[Row]:
    for index, row in enumerate(rows):
        document = row["document"]
        if str(document.get(resource.key)) != row["key"]:
            message = f"must have the key {row['key']!r} in its field {resource.key}"
            raise refuse([Fault("body", f"{pointer}/{index}/document", message)])
        yield Row(row["key"], row["owner"], dump(document), row["due"], document)


def _read_file(file: Json, pointer: str) -> tuple[str, File]:
    try:
        content = base64.b64decode(file["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise refuse([Fault("body", f"{pointer}/content", f"is no base64: {error}")]) from error
    return file["key"], File(file["field"], file["name"], file["media_type"], content)
