"""MediSync: accounts, patients, appointments, limits and errors, sentence by sentence, in literals."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from .conftest import Personas

Json = dict[str, Any]
Types = tuple[type, ...]

MINE = "/appointments/get/apt_abc123"
TEXT, NULLABLE = (str,), (str, type(None))
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + bytes(20)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PROFILE = ["createdAt", "ehr_system_name", "ehr_system_type", "email", "firstName", "isVerified", "lastName"]
PROFILE += ["name", "specialty", "subscriptionActive", "subscriptionExpiry", "title", "updatedAt"]
TIMES: dict[str, Types] = {"createdAt": TEXT, "updatedAt": TEXT}
APPOINTMENT = TIMES | dict.fromkeys(["_id", "doctor_id", "patient_id", "appointment_date", "status"], TEXT)
APPOINTMENT |= dict.fromkeys(
    ["type", "reason", "recording_id", "transcription_id", "notes_id", "document_id"], NULLABLE
)
APPOINTMENT["duration"] = (int,)
PATIENT = TIMES | dict.fromkeys(["_id", "firstName", "lastName", "dateOfBirth"], TEXT)
LISTS = ["/appointments/doctors", "/recordings", "/notes", "/patients", "/patients/search?query=a"]
DOCTOR: Json = {
    "title": "Dr.",
    "firstName": "Robin",
    "lastName": "Ellery",
    "email": "robin.ellery@example.com",
    "password": "Ab3-long-enough",
    "specialty": "Family Medicine",
    "ehr_system_type": "cloud",
    "ehr_system_name": "OpenEMR",
}
AVERY: Json = {
    "firstName": "Jordan",
    "lastName": "Ellis",
    "dateOfBirth": "1984-03-12",
    "address": {"street": "12 Mill Lane", "city": "Springfield", "zipCode": "01103", "country": "USA"},
    "insurance": {"provider": "Harbor Mutual Health", "policyNumber": "HM-2047713"},
    "contact": {"phone": "+1-413-555-0134", "email": "jordan.ellis@example.com"},
}
DEMO = {"email": "alex.morgan@example.com", "password": "Sandbox-2026"}


def read(response: httpx.Response, status: int = 200) -> Json:
    assert response.status_code == status, response.text
    body: Json = response.json()
    return body


def read_data(response: httpx.Response, status: int = 200) -> Any:
    body = read(response, status)
    assert body["success"] is True
    return body["data"]


def check_error(response: httpx.Response, status: int, code: str, field: str | None = None) -> None:
    body = read(response, status)
    assert (body["success"], body["code"]) == (False, code)
    assert body["error"]
    assert field is None or field in {each["field"].split(".")[0] for each in body["details"]}


def check_invalid(response: httpx.Response, field: str | None = None) -> None:
    check_error(response, 400, "VALIDATION_ERROR", field)


def check_types(record: Json, types: dict[str, Types]) -> None:
    for name, kinds in types.items():
        assert type(record[name]) in kinds, f"{name}: {record[name]!r}"


def check_instants(*texts: str) -> None:
    for text in texts:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
        assert text[-5] == "."


def get_all(client: httpx.Client, path: str, limit: int = 100) -> list[Json]:
    """All items of a list, page by page."""
    page = read(client.get(path, params={"limit": limit}))
    items: list[Json] = page["data"]
    for number in range(2, page["pagination"]["pages"] + 1):
        items += read_data(client.get(path, params={"limit": limit, "page": number}))
    assert len({item["_id"] for item in items}) == len(items) == page["pagination"]["total"]
    return items


def read_claims(token: str) -> tuple[Json, Json]:
    """Header and payload of a JWT."""
    header, payload = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in token.split(".")[:2]
    )
    return header, payload


def login(client: httpx.Client, **given: Any) -> Json:
    return read(client.post("/login", json=DEMO | given))


def schedule(client: httpx.Client, **given: Any) -> Json:
    """A new appointment of a new patient."""
    birth = f"19{len(get_all(client, '/patients')) % 90 + 10}-01-31"
    patient = read_data(client.post("/patients/add", json=AVERY | {"dateOfBirth": birth}), 201)
    body = {"patient_id": patient["_id"], "appointment_date": "2026-07-01T09:00:00Z"} | given
    data: Json = read_data(client.post("/appointments/add", json=body), 201)
    return data


def upload(client: httpx.Client, appointment: str, content: bytes = WAV) -> httpx.Response:
    return client.post(f"/recordings/add/{appointment}", files={"audio": ("talk.wav", content, "audio/wav")})


def test_health_check_needs_no_token(personas: Personas) -> None:
    health = read_data(personas(None, api="medisync").get("/health"))
    assert health["status"] == "ok"
    check_instants(health["timestamp"])


def test_login_gives_a_jwt_of_the_user_for_a_day(personas: Personas) -> None:
    body = login(personas(None, api="medisync"))
    assert body.keys() == {"success", "token", "uid", "userTitle", "firstName", "lastName"}
    assert (body["uid"], body["userTitle"], body["firstName"]) == ("user_123456", "Dr.", "Alex")
    header, payload = read_claims(body["token"])
    assert (header["alg"], payload["userId"]) == ("HS256", "user_123456")
    assert payload["exp"] - payload["iat"] == 86_400
    client = personas(body["token"], api="medisync")
    assert read_data(client.get("/user/profile"))["email"] == "alex.morgan@example.com"
    assert read_data(client.get(MINE))["_id"] == "apt_abc123"


def test_remembered_token_lasts_30_days(personas: Personas) -> None:
    payload = read_claims(login(personas(None, api="medisync"), remember=True)["token"])[1]
    assert payload["exp"] - payload["iat"] == 30 * 86_400


@pytest.mark.parametrize(
    "given",
    [{"password": "wrong"}, {"email": "nobody@example.com"}, {"password": "sandbox-2026"}],
)
def test_failed_login_says_invalid_credentials(personas: Personas, given: Json) -> None:
    response = personas(None, api="medisync").post("/login", json=DEMO | given)
    check_error(response, 401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize("name", ["email", "password"])
def test_login_needs_both_fields(personas: Personas, name: str) -> None:
    body = {key: value for key, value in DEMO.items() if key != name}
    check_invalid(personas(None, api="medisync").post("/login", json=body), name)


def test_registered_doctor_logs_in_and_has_nothing_yet(personas: Personas) -> None:
    anonymous = personas(None, api="medisync")
    body = read(anonymous.post("/register", json=DOCTOR), 201)
    user = body["user"]
    assert body["success"] is True
    assert body["message"]
    assert user == {"id": user["id"], "email": "robin.ellery@example.com", "isVerified": False}
    given = login(anonymous, email=DOCTOR["email"], password=DOCTOR["password"])
    assert given["uid"] == user["id"]
    mine = personas(given["token"], api="medisync")
    profile = read_data(mine.get("/user/profile"))
    assert sorted(profile) == PROFILE
    assert {name: profile[name] for name in DOCTOR if name != "password"} == {
        name: value for name, value in DOCTOR.items() if name != "password"
    }
    assert [get_all(mine, path) for path in ("/appointments/doctors", "/patients", "/notes")] == [[], [], []]
    check_error(mine.get(MINE), 403, "FORBIDDEN")


def test_email_is_registered_once(personas: Personas) -> None:
    anonymous = personas(None, api="medisync")
    read(anonymous.post("/register", json=DOCTOR), 201)
    for email in (DOCTOR["email"], DEMO["email"]):
        check_error(anonymous.post("/register", json=DOCTOR | {"email": email}), 409, "EMAIL_EXISTS")


@pytest.mark.parametrize("name", list(DOCTOR))
def test_every_field_of_a_registration_is_required(personas: Personas, name: str) -> None:
    body = {key: value for key, value in DOCTOR.items() if key != name}
    check_invalid(personas(None, api="medisync").post("/register", json=body), name)


@pytest.mark.parametrize("password", ["Short1", "nocapital1", "NOSMALL11", "NoDigitAtAll", ""])
def test_weak_password_is_refused(personas: Personas, password: str) -> None:
    response = personas(None, api="medisync").post("/register", json=DOCTOR | {"password": password})
    check_invalid(response, "password")


@pytest.mark.parametrize("password", ["aaaaaA1b", "1Aaaaaaa", "A1a-----", "a1A     "])
def test_password_needs_a_small_and_a_capital_letter_and_a_digit(personas: Personas, password: str) -> None:
    response = personas(None, api="medisync").post("/register", json=DOCTOR | {"password": password})
    assert response.status_code == 201, response.text


def test_refreshed_token_is_valid(personas: Personas) -> None:
    token = login(personas(None, api="medisync"))["token"]
    body = read(personas(token, api="medisync").post("/refresh"))
    assert body == {"success": True, "token": body["token"]}
    assert read_claims(body["token"])[1]["userId"] == "user_123456"
    assert read_data(personas(body["token"], api="medisync").get("/user/profile"))["name"] == "Alex Morgan"


@pytest.mark.parametrize("token", [None, "nobody", "expired"])
def test_refresh_without_a_valid_token_says_invalid_token(personas: Personas, token: str | None) -> None:
    check_error(personas(token, api="medisync").post("/refresh"), 401, "INVALID_TOKEN")


def test_profile_has_thirteen_fields_and_no_password(medisync: httpx.Client) -> None:
    profile = read_data(medisync.get("/user/profile"))
    assert sorted(profile) == PROFILE
    check_instants(profile["createdAt"], profile["updatedAt"], profile["subscriptionExpiry"])
    assert (profile["isVerified"], profile["subscriptionActive"]) == (True, True)


@pytest.mark.parametrize(
    ("token", "code"), [(None, "AUTH_REQUIRED"), ("nobody", "INVALID_TOKEN"), ("expired", "INVALID_TOKEN")]
)
@pytest.mark.parametrize("path", ["/user/profile", *LISTS, MINE, "/appointments/get/x", "/notes?page=0"])
def test_every_request_needs_a_valid_token(
    personas: Personas, path: str, token: str | None, code: str
) -> None:
    response = personas(token, api="medisync").get(path)
    check_error(response, 401, code)
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("change", [lambda text: text[:-2], lambda text: "x" + text])
def test_changed_token_is_refused(personas: Personas, change: Callable[[str], str]) -> None:
    token = change(login(personas(None, api="medisync"))["token"])
    check_error(personas(token, api="medisync").get("/user/profile"), 401, "INVALID_TOKEN")


def test_no_uid_is_needed_and_one_is_ignored(medisync: httpx.Client) -> None:
    plain = read(medisync.get("/appointments/doctors"))
    assert read(medisync.get("/appointments/doctors?uid=user_654321")) == plain
