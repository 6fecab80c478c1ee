"""MediSync: the document of an appointment, in literals."""

import httpx
import pytest

from .test_medisync import (
    MINE,
    PDF,
    TEXT,
    TIMES,
    check_error,
    check_invalid,
    check_types,
    read,
    read_data,
    schedule,
)

DOCUMENT = TIMES | dict.fromkeys(["_id", "appointment_id", "document_url", "document_key", "doctor_id"], TEXT)
OTHER = PDF + b"% another one\n"


def send(
    client: httpx.Client, path: str, method: str = "POST", name: str = "referral.pdf", content: bytes = PDF
) -> httpx.Response:
    return client.request(method, path, files={"document": (name, content, "application/pdf")})


def test_document_is_uploaded_once(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    assert read_data(medisync.get(f"/documents/{appointment}")) == []
    document = read_data(send(medisync, f"/documents/add/{appointment}"), 201)
    check_types(document, DOCUMENT)
    assert (document["appointment_id"], document["doctor_id"]) == (appointment, "user_123456")
    assert document["document_key"] == f"{appointment}_referral.pdf"
    assert read_data(medisync.get(f"/documents/{appointment}")) == [document]
    assert read_data(medisync.get(f"/appointments/get/{appointment}"))["document_id"] == document["_id"]
    check_error(send(medisync, f"/documents/add/{appointment}"), 409, "CONFLICT")


def test_uploaded_document_is_sent_back_with_its_name(medisync: httpx.Client) -> None:
    appointment = schedule(medisync)["_id"]
    send(medisync, f"/documents/add/{appointment}", name="../letter.pdf")
    file = medisync.get(f"/documents/get/{appointment}")
    assert (file.status_code, file.content, file.headers["Content-Type"]) == (200, PDF, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment; filename")
    assert "letter.pdf" in file.headers["Content-Disposition"]
    assert ".." not in file.headers["Content-Disposition"]


def test_demo_document_can_be_read(medisync: httpx.Client) -> None:
    [document] = read_data(medisync.get("/documents/apt_abc123"))
    check_types(document, DOCUMENT)
    assert document["document_key"] == "apt_abc123_referral.pdf"
    file = medisync.get("/documents/get/apt_abc123")
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/pdf")
    assert file.content.startswith(b"%PDF-")
    assert "referral.pdf" in file.headers["Content-Disposition"]


def test_put_creates_a_document_or_replaces_it(medisync: httpx.Client) -> None:
    path = f"/documents/{schedule(medisync)['_id']}"
    made = read_data(send(medisync, path, "PUT"), 201)
    replaced = read_data(send(medisync, path, "PUT", "letter.pdf", OTHER))
    check_types(replaced, DOCUMENT)
    assert replaced["_id"] == made["_id"]
    assert replaced["document_key"] == f"{made['appointment_id']}_letter.pdf"
    assert read_data(medisync.get(path)) == [replaced]
    assert medisync.get(f"/documents/get/{made['appointment_id']}").content == OTHER


def test_deleted_document_is_gone(medisync: httpx.Client) -> None:
    assert read(medisync.delete("/documents/apt_abc123")) == {"success": True, "data": {}}
    assert read_data(medisync.get("/documents/apt_abc123")) == []
    assert read_data(medisync.get(MINE))["document_id"] is None
    check_error(medisync.delete("/documents/apt_abc123"), 404, "NOT_FOUND")
    check_error(medisync.get("/documents/get/apt_abc123"), 404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), [("POST", "/documents/add/{}"), ("PUT", "/documents/{}")])
def test_only_a_pdf_file_is_a_document(medisync: httpx.Client, method: str, path: str) -> None:
    path = path.format(schedule(medisync)["_id"])
    check_invalid(send(medisync, path, method, content=b"\x89PNG\r\n\x1a\n"))
    check_invalid(send(medisync, path, method, content=b""))
    check_invalid(medisync.request(method, path, files={"other": ("a.pdf", PDF)}), "document")
    check_invalid(medisync.request(method, path, json={"document": "x"}))
    check_error(send(medisync, path.rpartition("/")[0] + "/nowhere", method), 404, "NOT_FOUND")
