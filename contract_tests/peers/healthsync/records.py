"""Documents: list, get, upload, update, delete (HS-08 .. HS-12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Response
from werkzeug.datastructures import FileStorage

from contract_tests.peers.healthsync.answers import Json, nothing, resource, single
from contract_tests.peers.healthsync.checks import Check, day, filled, one_of, optional, text
from contract_tests.peers.healthsync.context import Refusal, caller, find, peer
from contract_tests.peers.healthsync.paging import listed
from contract_tests.peers.healthsync.reading import changes, checked, form
from contract_tests.peers.healthsync.rows import FamilyMember, Record
from contract_tests.peers.healthsync.search import matching
from contract_tests.peers.healthsync.seed import CATEGORIES


def index() -> Response:
    """GET /records (HS-08)."""
    rows = [record for record in peer().store.of(Record, caller()) if not record.deleted]
    found = matching(rows)
    return listed(found, _in_list, len(rows) if peer().bug == "total_ignores_filter" else None)


def show(record_id: str) -> Response:
    """GET /records/{id} (HS-09).

    Args:
        record_id: the document's id.
    """
    record = find(Record, record_id, "Document", foreign=peer().bug == "foreign_record_readable")
    if record.deleted and peer().bug != "deleted_still_gettable":
        raise Refusal(404, "Document not found")
    return single(as_resource(record))


def upload() -> Response:
    """POST /records (HS-10, HS-28, HS-50)."""
    values, file = form()
    # A part without a file name is a text field to every reader of forms, also when it is called file.
    values.pop("file", None)
    sent = values if file is None else values | {"file": file}
    checks = _checks() | {"file": lambda given: given, "family_member_id": _own_family_member}
    fields = checked(sent, checks, peer().choices.upload_required)
    record = _keep(fields.pop("file"), fields)
    return single(as_resource(record), 200 if peer().bug == "upload_answers_200" else 201)


def update(record_id: str) -> Response:
    """PATCH /records/{id} (HS-11).

    Args:
        record_id: the document's id.
    """
    record, bug = _living(record_id), peer().bug
    fields = changes(_checks())
    if bug == "list_stale_after_patch":
        peer().store.listed_as.setdefault(record.id, as_resource(record))
    if bug == "empty_text_lost_on_patch":
        fields = {name: value for name, value in fields.items() if value}
    if bug == "patch_reapplies_defaults" and fields:
        fields = {"title": None, "notes": None, "date": datetime.now(UTC).date()} | fields
    if fields:
        record.updated_at = datetime.now(UTC)
        if bug == "patch_moves_created_at":
            record.created_at = record.updated_at
    for name, value in fields.items():
        setattr(record, name, value)
    return single(as_resource(record))


def remove(record_id: str) -> Response:
    """DELETE /records/{id} (HS-12, HS-29).

    Args:
        record_id: the document's id.
    """
    try:
        record = _living(record_id, again=peer().choices.unusual)
    except Refusal:
        if peer().bug == "delete_unknown_succeeds":
            return nothing()
        raise
    record.deleted = True
    if peer().bug == "delete_by_filename":
        for other in peer().store.of(Record, caller()):
            other.deleted = other.deleted or other.filename == record.filename
    return nothing()


def as_resource(record: Record) -> Json:
    """The resource object of a document (HS-23).

    Args:
        record: the document.
    """
    choices = peer().choices
    names = (
        ("file_name", "size_bytes", "mime_type")
        if choices.unusual
        else ("filename", "file_size", "content_type")
    )
    age = datetime.now(UTC) - record.created_at
    attributes = dict(zip(names, (record.filename, record.file_size, record.content_type), strict=True)) | {
        "category": record.category,
        "date": record.date.isoformat(),
        "title": record.title,
        "notes": record.notes,
        "status": "processed" if age >= timedelta(seconds=choices.seconds_to_finish) else "processing",
        "created_at": choices.moment(record.created_at),
        "updated_at": choices.moment(record.updated_at),
    }
    user = peer().store.user_id(record.owner)
    return resource(record.id, "document", attributes, user=user, family_member=record.family_member_id)


def _in_list(record: Record) -> Json:
    return peer().store.listed_as.get(record.id) or as_resource(record)


def _living(record_id: str, again: bool = False) -> Record:
    record = find(Record, record_id, "Document")
    if record.deleted and not again:
        raise Refusal(404, "Document not found")
    return record


def _checks() -> dict[str, Check]:
    category = filled if peer().choices.unusual else one_of(*CATEGORIES)
    return {"category": category, "date": day, "title": optional(text), "notes": optional(text)}


def _own_family_member(value: Any) -> str:
    member = peer().store.find(FamilyMember, text(value))
    if member is None or member.owner != caller():
        raise ValueError("there is no such family member")
    return member.id


def _keep(file: FileStorage, fields: dict[str, Any]) -> Record:
    now = datetime.now(UTC)
    if peer().bug == "upload_forgets_date":
        fields.pop("date", None)
    about = {
        "filename": file.filename,
        "content_type": file.mimetype or "application/octet-stream",
        "file_size": len(file.read()),
    }
    defaults = {"category": "other", "date": now.date()}
    return peer().store.add(Record, caller(), now, updated_at=now, **(defaults | about | fields))
