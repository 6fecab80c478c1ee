"""MediSync: whose data it is, what a token may do, and how often, in literals."""

import httpx
import pytest

from .conftest import Personas
from .test_medisync import (
    AVERY,
    LISTS,
    MINE,
    PDF,
    WAV,
    Json,
    check_error,
    get_all,
    read_data,
    schedule,
    upload,
)
from .test_medisync_resources import NOWHERE, PATIENT_ID, WISHED

WRITES: list[tuple[str, str, Json]] = [
    ("POST", "/patients/add", {"json": AVERY}),
    ("PUT", f"/patients/{PATIENT_ID}", {"json": {"firstName": "X"}}),
    ("POST", "/appointments/add", {"json": WISHED}),
    ("POST", "/recordings/add/apt_abc123", {"files": {"audio": ("a.wav", WAV)}}),
    ("DELETE", "/recordings/apt_abc123", {}),
    ("POST", "/transcriptions/add/apt_abc123", {"json": {"transcription": "x"}}),
    ("PUT", "/transcriptions/update/apt_abc123", {"json": {"transcription": "x"}}),
    ("DELETE", "/transcriptions/apt_abc123", {}),
    ("POST", "/notes/add/apt_abc123", {"json": {"notes": "x"}}),
    ("POST", "/notes/diagnosis/apt_abc123", {}),
    ("PUT", "/notes/diagnosis/apt_abc123", {"json": {"reason": "x"}}),
    ("PUT", "/notes/feedback/apt_abc123", {"json": {"feedback_score": 1}}),
    ("POST", "/documents/add/apt_abc123", {"files": {"document": ("a.pdf", PDF)}}),
    ("PUT", "/documents/apt_abc123", {"files": {"document": ("a.pdf", PDF)}}),
    ("DELETE", "/documents/apt_abc123", {}),
]  # fmt: skip
BELOW = ["/recordings/{}", "/recordings/get/{}", "/transcriptions/{}", "/notes/{}", "/notes/diagnosis/{}"]
BELOW += ["/documents/{}", "/documents/get/{}", "/appointments/get/{}"]


@pytest.mark.parametrize("path", BELOW)
def test_unknown_appointment_is_not_found_and_a_foreign_one_forbidden(
    personas: Personas, medisync: httpx.Client, path: str
) -> None:
    check_error(medisync.get(path.format("nowhere")), 404, "NOT_FOUND")
    check_error(personas("peer", api="medisync").get(path.format("apt_abc123")), 403, "FORBIDDEN")


@pytest.mark.parametrize(("method", "path", "given"), WRITES)
@pytest.mark.parametrize("token", ["readonly", "peer"])
def test_others_change_nothing(personas: Personas, token: str, method: str, path: str, given: Json) -> None:
    if token == "peer" and path == "/patients/add":
        return
    response = personas(token, api="medisync").request(method, path, **given)
    status = 404 if token == "peer" and path == "/appointments/add" else 403
    check_error(response, status, "NOT_FOUND" if status == 404 else "FORBIDDEN")


def test_readonly_token_reads(personas: Personas) -> None:
    readonly = personas("readonly", api="medisync")
    for path in ["/user/profile", *LISTS, *(each.format("apt_abc123") for each in BELOW)]:
        assert readonly.get(path).status_code == 200, path


def test_peer_sees_only_its_own(personas: Personas, medisync: httpx.Client) -> None:
    peer = personas("peer", api="medisync")
    for path in ("/appointments/doctors", "/patients", "/recordings", "/notes"):
        theirs = {each["_id"] for each in get_all(peer, path)}
        assert theirs
        assert theirs.isdisjoint(each["_id"] for each in get_all(medisync, path))
    check_error(peer.get(f"/patients/{PATIENT_ID}"), 403, "FORBIDDEN")


@pytest.mark.parametrize(("method", "path", "given"), [WRITES[2], WRITES[8], WRITES[9]])
def test_subscription_is_required(personas: Personas, method: str, path: str, given: Json) -> None:
    client = personas("unsubscribed", api="medisync")
    assert read_data(client.get("/user/profile"))["subscriptionActive"] is False
    check_error(client.request(method, path, **given), 403, "SUBSCRIPTION_REQUIRED")
    assert client.get(MINE).status_code == 200


@pytest.mark.parametrize(("token", "limit", "uploads"), [("standard", 1000, 50), ("premium", 5000, 200)])
def test_plan_has_its_requests_and_uploads_per_hour(
    personas: Personas, medisync: httpx.Client, token: str, limit: int, uploads: int
) -> None:
    client, appointment = personas(token, api="medisync"), schedule(medisync)["_id"]
    responses = [client.get("/user/profile"), client.get(NOWHERE)]
    assert [int(each.headers["X-RateLimit-Remaining"]) for each in responses] == [limit - 1, limit - 2]
    assert {each.headers["X-RateLimit-Limit"] for each in responses} == {str(limit)}
    assert int(responses[0].headers["X-RateLimit-Reset"]) > 0
    statuses = [upload(client, appointment).status_code for _ in range(uploads)]
    assert statuses == [201] + [409] * (uploads - 1)
    stopped = upload(client, appointment)
    check_error(stopped, 429, "RATE_LIMIT_EXCEEDED")
    assert int(stopped.headers["Retry-After"]) >= 1
    assert client.get("/user/profile").status_code == 200


def test_limited_token_is_stopped_after_three_requests(personas: Personas, medisync: httpx.Client) -> None:
    limited = personas("limited", api="medisync")
    left = [limited.get("/user/profile").headers["X-RateLimit-Remaining"] for _ in range(3)]
    response = limited.get("/user/profile")
    check_error(response, 429, "RATE_LIMIT_EXCEEDED")
    assert left == ["2", "1", "0"]
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert medisync.get("/user/profile").status_code == 200
