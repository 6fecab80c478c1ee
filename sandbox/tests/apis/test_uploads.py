"""Uploads that no careful client sends, to every API that takes files: refused, and nothing is kept."""

from typing import Any

import httpx
import pytest

from .conftest import Personas

PDF = b"%PDF-1.4 a page"
WAV = b"RIFF....WAVEfmt "
# API, path of the upload, its file part, a file that is taken, the other fields, path of what is there after.
UPLOADS: list[tuple[str, str, str, tuple[str, bytes], dict[str, str], str]] = [
    ("healthsync", "/records", "file", ("a.pdf", PDF), {"category": "lab_results"}, "/records?per_page=1"),
    ("medisync", "/recordings/add/{visit}", "audio", ("a.wav", WAV), {}, "/recordings/{visit}"),
    ("medisync", "/documents/add/{visit}", "document", ("a.pdf", PDF), {}, "/documents/{visit}"),
    (
        "yourcompany",
        "/data/upload",
        "file",
        ("a.csv", b"a\n1\n"),
        {"project_id": "proj_abc123"},
        "/data/data_def456",
    ),
]
NAMES = [f"{api}{path}" for api, path, *_ in UPLOADS]


class Target:
    """An upload of an API in a fresh world."""

    def __init__(self, client: httpx.Client, row: Any) -> None:
        self.client = client
        self.api, path, self.part, self.file, self.fields, seen = row
        visit = self.make_visit() if "{visit}" in path else ""
        self.path, self.seen = path.replace("{visit}", visit), seen.replace("{visit}", visit)

    def make_visit(self) -> str:
        patient = self.client.get("/patients").json()["data"][0]["_id"]
        body = {"patient_id": patient, "appointment_date": "2026-07-01T09:00:00Z"}
        visit: str = self.client.post("/appointments/add", json=body).json()["data"]["_id"]
        return visit

    def send(self, files: Any, **options: Any) -> httpx.Response:
        return self.client.post(self.path, files=files, data=options.pop("data", self.fields), **options)

    def look(self) -> Any:
        return self.client.get(self.seen).json()


@pytest.fixture(params=UPLOADS, ids=NAMES)
def target(request: pytest.FixtureRequest, personas: Personas) -> Target:
    return Target(personas("demo", request.param[0]), request.param)


def test_good_upload_is_created(target: Target) -> None:
    assert target.send({target.part: target.file}).status_code == 201


def check_refused(target: Target, response: httpx.Response, before: Any) -> None:
    assert response.status_code in (400, 413, 415, 422), response.text
    assert "error" in response.json()
    assert target.look() == before


def test_two_files_for_one_are_refused(target: Target) -> None:
    before = target.look()
    check_refused(target, target.send([(target.part, target.file), (target.part, target.file)]), before)


def test_missing_file_is_refused(target: Target) -> None:
    before = target.look()
    check_refused(target, target.send({"other": ("a.txt", b"x")}), before)
    check_refused(target, target.client.post(target.path, data={"x": "y"}), before)


def test_text_in_place_of_the_file_is_refused(target: Target) -> None:
    before = target.look()
    check_refused(target, target.send({target.part: (None, "text")}), before)


@pytest.mark.parametrize("boundary", ["other", "", "a" * 300])
def test_wrong_boundary_is_refused(target: Target, boundary: str) -> None:
    before = target.look()
    good = target.client.build_request(
        "POST", target.path, files={target.part: target.file}, data=target.fields
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    check_refused(target, target.client.post(target.path, content=good.read(), headers=headers), before)


def test_json_in_place_of_the_form_is_refused(target: Target) -> None:
    before = target.look()
    check_refused(target, target.client.post(target.path, json=target.fields), before)


def test_path_in_the_file_name_is_dropped(target: Target) -> None:
    response = target.send({target.part: ("../../etc/" + target.file[0], target.file[1])})
    assert response.status_code == 201
    assert "etc" not in response.text
    assert ".." not in response.text


def test_empty_file_is_refused_where_the_kind_of_file_is_known(target: Target) -> None:
    before = target.look()
    response = target.send({target.part: (target.file[0], b"")})
    if target.api == "yourcompany":  # a CSV file without rows is one
        assert (response.status_code, response.json()["size"], response.json()["rows"]) == (201, 0, 0)
    else:
        check_refused(target, response, before)


def test_file_of_another_kind_is_refused_where_the_kinds_are_listed(target: Target) -> None:
    before = target.look()
    response = target.send({target.part: (target.file[0], b"no such kind", "application/pdf")})
    if target.part == "audio" or target.api == "yourcompany":  # any format is taken
        assert response.status_code == 201
    else:
        check_refused(target, response, before)
