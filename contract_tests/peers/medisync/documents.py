"""PDF documents, one for each appointment (MS-13, MS-19)."""

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_options_header

from contract_tests.peers.medisync.access import spend_upload
from contract_tests.peers.medisync.answers import invalid, removed, show, success
from contract_tests.peers.medisync.checks import uploaded
from contract_tests.peers.medisync.ownership import appointment_of, free_place, single
from contract_tests.peers.medisync.peer import caller, peer
from contract_tests.peers.medisync.world import Row, touch

routes = Blueprint("documents", __name__)


def show_document(row: Row) -> Row:
    """A document with the address of its PDF (MS-F63)."""
    path = f"/api/documents/get/{row['appointment_id']}"
    return show(row, document_url=request.host_url[:-1] + path if peer().choices.absolute_links else path)


def new_document(doctor_id: str, appointment_id: str, name: str) -> Row:
    """The members of a new document (MS-F63)."""
    return {
        "appointment_id": appointment_id,
        "document_url": "",
        "document_key": f"{appointment_id}_{name}",
        "doctor_id": doctor_id,
    }


@routes.get("/documents/<appointment_id>")
def of_appointment(appointment_id: str) -> Response:
    """List the documents of an appointment: none or one (MS-F61)."""
    appointment_of(appointment_id)
    return success([show_document(row) for row in peer().world.of_appointment("documents", appointment_id)])


@routes.get("/documents/get/<appointment_id>")
def pdf(appointment_id: str) -> Response:
    """The PDF itself, under its own name (MS-F61)."""
    row = single("documents", appointment_of(appointment_id))
    content, media_type, name = peer().world.files[row["_id"]]
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def _attachment(name: str) -> str:
    if name.isascii() and name.isprintable():
        return dump_options_header("attachment", {"filename": name.replace('"', "")})
    return dump_options_header("attachment", {"filename": "document.pdf", "filename*": name})


@routes.post("/documents/add/<appointment_id>")
def add(appointment_id: str) -> Response:
    """Store the document of an appointment (MS-13, MS-29, MS-F60)."""
    spend_upload()
    appointment = appointment_of(appointment_id)
    file = _pdf_file()
    free_place("documents", appointment)
    return success(show_document(_store(appointment, file)), 201)


@routes.put("/documents/<appointment_id>")
def replace(appointment_id: str) -> Response:
    """Replace the document of an appointment, or make it (MS-22, MS-F62)."""
    spend_upload()
    appointment = appointment_of(appointment_id)
    file = _pdf_file()
    present = peer().world.of_appointment("documents", appointment_id)
    if not present:
        return success(show_document(_store(appointment, file)))
    row = present[0]
    row["document_key"] = f"{appointment_id}_{file.filename}"
    peer().world.files[row["_id"]] = (file.read(), "application/pdf", str(file.filename))
    touch(row)
    return success(show_document(row))


@routes.delete("/documents/<appointment_id>")
def remove(appointment_id: str) -> Response:
    """Remove the document of an appointment (MS-F62)."""
    appointment = appointment_of(appointment_id)
    row = single("documents", appointment)
    del peer().world["documents"][row["_id"]]
    appointment["document_id"] = None
    touch(appointment)
    return removed({})


def _pdf_file() -> FileStorage:
    file = uploaded("document")
    if file.mimetype != "application/pdf" and not (file.filename or "").lower().endswith(".pdf"):
        raise invalid("document", "must be a PDF: only PDF files are allowed")
    return file


def _store(appointment: Row, file: FileStorage) -> Row:
    name = str(file.filename)
    row = peer().world.add("documents", new_document(caller().user_id, appointment["_id"], name))
    peer().world.files[row["_id"]] = (file.read(), "application/pdf", name)
    appointment["document_id"] = row["_id"]
    touch(appointment)
    return row
