"""Records that a path selects: made or amended at one place, set and filled, and their files."""

import re
from typing import Any

import orjson
import pytest

from sandbox.problems import Problem
from sandbox.store import File
from sandbox.tests.clinic import SOUND, VISIT, Clinic

Json = dict[str, Any]


@pytest.fixture
def clinic() -> Any:
    made = Clinic()
    yield made
    made.store.close()


def put(clinic: Clinic, body: Json, **options: Any) -> tuple[int | None, Json]:
    answer = clinic.act("upsertNote", body, **{"visit": VISIT, **options})
    return answer.status, orjson.loads(answer.values["item"])


def test_first_write_makes_the_record_and_the_next_ones_amend_it(clinic: Clinic) -> None:
    status, made = put(clinic, {"text": "Rest"})
    assert (status, made) == (201, {"id": made["id"], "visit_id": VISIT, "text": "Rest", "score": 3})
    status, changed = put(clinic, {"score": 5})
    assert (status, changed) == (200, {**made, "score": 5})
    status, changed = put(clinic, {"text": "Tea"})
    assert (status, changed) == (200, {**made, "score": 5, "text": "Tea"})
    assert clinic.one("showNote", visit=VISIT) == changed


def test_records_of_two_parents_are_two(clinic: Clinic) -> None:
    other = clinic.one("createVisit", {})["id"]
    first, second = put(clinic, {"text": "a"})[1], put(clinic, {"text": "b"}, visit=other)[1]
    assert first["id"] != second["id"]
    assert clinic.one("showNote", visit=VISIT)["text"] == "a"


def test_who_shares_the_owner_amends_the_same_record(clinic: Clinic) -> None:
    made = put(clinic, {"text": "Rest"})[1]
    assert put(clinic, {"text": "Tea"}, persona="idle") == (200, {**made, "text": "Tea"})


def test_record_is_made_anew_after_its_removal(clinic: Clinic) -> None:
    old = put(clinic, {"text": "Rest"})[1]
    clinic.store.delete(clinic.api.resources["Note"], "", old["id"])
    status, new = put(clinic, {"text": "Rest"})
    assert status == 201
    assert new["id"] != old["id"]


def test_missing_record_is_not_amended(clinic: Clinic) -> None:
    with pytest.raises(Problem) as caught:
        clinic.act("planNote", {"dose": 1}, visit=VISIT)
    assert caught.value.kind == "missing"


def test_given_fields_go_into_the_object_beside_what_it_has_and_what_is_set(clinic: Clinic) -> None:
    note = put(clinic, {"text": "Rest"})[1]
    plan = {"dose": 1, "state": "made", "by": {"name": "Hand"}}
    assert clinic.one("planNote", {"dose": 1}, visit=VISIT) == {**note, "score": 5, "plan": plan}
    changed = clinic.one("planNote", {"drug": "Tea"}, visit=VISIT)
    assert changed["plan"] == {**plan, "drug": "Tea"}
    assert clinic.one("showNote", visit=VISIT) == changed


def test_what_is_set_goes_before_what_is_given(clinic: Clinic) -> None:
    put(clinic, {"text": "Rest"})
    clinic.one("planNote", {"dose": 1}, visit=VISIT)
    assert clinic.one("planNote", {"dose": 2, "state": "mine"}, visit=VISIT)["plan"]["state"] == "made"


def test_filled_field_has_a_demo_value_instead_of_the_one_before(clinic: Clinic) -> None:
    note = put(clinic, {"text": "Rest"})[1]
    clinic.one("planNote", {"drug": "Tea"}, visit=VISIT)
    filled = clinic.one("fillNote", visit=VISIT)
    assert filled["plan"]["drug"] == "Honey"
    assert {name: filled[name] for name in ("id", "text")} == {name: note[name] for name in ("id", "text")}
    assert clinic.one("fillNote", visit=VISIT) == filled


def test_new_record_is_set_and_filled_too(clinic: Clinic) -> None:
    made = clinic.one("createNote", {"dose": 4}, visit=VISIT)
    assert made == {
        "id": made["id"],
        "visit_id": VISIT,
        "text": "Cough",
        "score": 9,
        "plan": {"dose": 4, "state": "made"},
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a.wav", "a.wav"),
        ("ein Gespräch.wav", "ein%20Gespr%C3%A4ch.wav"),
        ('a"b;c.wav', "a%22b%3Bc.wav"),
        ("a/b\\c.wav", "a%2Fb%5Cc.wav"),
        ("a\r\nX: y", "a%0D%0AX%3A%20y"),
    ],
)
def test_download_is_the_uploaded_file_under_its_name(clinic: Clinic, name: str, shown: str) -> None:
    visit = clinic.one("createVisit", {})["id"]
    file = File("audio", name, "audio/ogg", b"\0\xffOggS")
    clinic.act("createTalk", files={"audio": file}, visit=visit)
    answer = clinic.act("downloadTalk", visit=visit)
    assert (answer.envelope, answer.values["content"]) == ("file", b"\0\xffOggS")
    # RFC 8187 §3.2.1: everything but attr-char is percent-encoded.
    assert answer.headers["Content-Type"] == "audio/ogg"
    plain, _, extended = answer.headers["Content-Disposition"].partition("; filename*=UTF-8''")
    assert re.fullmatch(r'attachment; filename="[ !#-\[\]-~]+"', plain)
    assert extended in ((shown,) if name != "a.wav" else (shown, ""))


def test_demo_record_has_a_small_file_of_the_documented_type(clinic: Clinic) -> None:
    answer = clinic.act("downloadTalk", visit=VISIT)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Disposition"].rstrip('"').endswith("talk_a.wav")
    assert answer.values["content"].startswith(b"RIFF")


@pytest.mark.parametrize(("persona", "visit"), [("demo", "visit_b"), ("peer", VISIT), ("demo", "nope")])
def test_file_of_nobody_and_of_somebody_else_is_missing(clinic: Clinic, persona: str, visit: str) -> None:
    with pytest.raises(Problem) as caught:
        clinic.act("downloadTalk", visit=visit, persona=persona)
    assert caught.value.kind == "missing"


def test_file_is_gone_with_its_record(clinic: Clinic) -> None:
    visit = clinic.one("createVisit", {})["id"]
    talk = clinic.one("createTalk", files={"audio": SOUND}, visit=visit)["id"]
    clinic.act("removeTalk", visit=visit)
    assert clinic.store.file(clinic.api.resources["Talk"], "", talk, "audio") is None
