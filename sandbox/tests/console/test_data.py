"""The data browser: records are found, changed, added and removed, and are never markup."""

import json

from sandbox.tests.console.conftest import Visit
from sandbox.tests.console.test_traffic import SCRIPT

NOTE = {"developerId": "d-1", "resourceType": "NOTE", "resourceKey": "k", "data": {"on": True}}


def read_area(visit: Visit) -> str:
    """What the editor holds, as soon as it holds a record."""
    area = visit.browser.one("#document")
    return visit.browser.wait(lambda: area.get_attribute("value"), "a record in the editor")


def test_record_is_found_by_its_key_and_changed(visit: Visit) -> None:
    made = visit.ask("POST", "devsync", "/records", json=NOTE).json()
    browser = visit.open("data/devsync/Record")
    browser.fill("#find [name=key]", made["id"])
    browser.press("Open")
    record = json.loads(read_area(visit))
    assert record["developerId"] == "d-1"
    browser.fill("#document", json.dumps(record | {"data": {"on": "changed"}}))
    browser.press("Save")
    browser.told("Saved")
    assert visit.ask("GET", "devsync", f"/records/{made['id']}").json()["data"] == {"on": "changed"}


def test_record_against_its_schema_is_not_saved(visit: Visit) -> None:
    made = visit.ask("POST", "devsync", "/records", json=NOTE).json()
    browser = visit.open("data/devsync/Record/record", key=made["id"])
    record = json.loads(read_area(visit))
    browser.fill("#document", json.dumps(record | {"developerId": 7}))
    browser.press("Save")
    browser.see("developerId", "#faults")
    browser.fill("#document", "{ no JSON")
    browser.press("Save")
    browser.see("that is not JSON", "#faults")
    assert visit.ask("GET", "devsync", f"/records/{made['id']}").json()["developerId"] == "d-1"


def test_record_is_added(visit: Visit) -> None:
    before = visit.ask("GET", "devsync", "/records").json()["total"]
    browser = visit.open("data/devsync/Record")
    browser.press("Add a record")
    draft = json.loads(read_area(visit))
    browser.fill("#document", json.dumps(draft | {"resourceKey": "by-hand"}))
    browser.press("Add")
    browser.see("of 2", "#range")
    assert visit.ask("GET", "devsync", "/records").json()["total"] == before + 1


def test_record_is_deleted_after_a_question(visit: Visit) -> None:
    made = visit.ask("POST", "devsync", "/records", json=NOTE).json()
    browser = visit.open("data/devsync/Record/record", key=made["id"])
    read_area(visit)
    browser.press("Delete")
    browser.press("Cancel")
    assert visit.ask("GET", "devsync", f"/records/{made['id']}").status_code == 200
    browser.press("Delete")
    browser.confirm()
    browser.see("of 2", "#range")
    assert visit.ask("GET", "devsync", f"/records/{made['id']}").status_code == 404


def test_records_are_paged(visit: Visit) -> None:
    browser = visit.open("data/devsync/Record")
    browser.see("1–20 of", "#range")
    first = browser.one("#records tbody th").text
    browser.press("Next →")
    browser.see("21–40 of", "#range")
    assert browser.one("#records tbody th").text != first
    browser.press("← Previous")
    browser.see("1–20 of", "#range")


def test_stored_script_does_not_run(visit: Visit) -> None:
    note = NOTE | {"developerId": SCRIPT[:60], "data": {SCRIPT: SCRIPT}}
    made = visit.ask("POST", "devsync", "/records", json=note).json()
    browser = visit.open("data/devsync/Record", offset="0")
    browser.see("of", "#range")
    visit.open("data/devsync/Record/record", key=made["id"])
    assert "window.caught" in read_area(visit)
    assert browser.run("return window.caught") is None
    assert not browser.complaints()
