"""Worlds, snapshots, clock and chaos from the browser."""

from pathlib import Path

import httpx

from sandbox.tests.console.conftest import Receiver, Visit

PROJECT = "/projects/proj_abc123"


def exists(visit: Visit) -> bool:
    """Whether the project of the demo data is there."""
    return visit.ask("GET", "yourcompany", PROJECT).status_code == 200


def test_reset_puts_the_demo_data_back(visit: Visit) -> None:
    visit.ask("DELETE", "yourcompany", PROJECT)
    assert not exists(visit)
    browser = visit.open("controls")
    browser.press("Reset this world")
    browser.confirm()
    browser.told("demo data")
    assert exists(visit)


def test_reset_is_not_done_without_a_yes(visit: Visit) -> None:
    visit.ask("DELETE", "yourcompany", PROJECT)
    browser = visit.open("controls")
    browser.press("Reset this world")
    browser.press("Cancel")
    assert not exists(visit)


def test_snapshot_is_saved_restored_and_deleted(visit: Visit) -> None:
    exists(visit)
    browser = visit.open("controls")
    browser.fill("#save [name=name]", f"before-{visit.world}")
    browser.press("Save this world")
    browser.see(f"before-{visit.world}", "#snapshots")
    visit.ask("DELETE", "yourcompany", PROJECT)
    browser.press(f"Restore before-{visit.world}")
    browser.confirm()
    browser.told("is restored")
    assert exists(visit)
    browser.press(f"Delete before-{visit.world}")
    browser.confirm()
    browser.told("is deleted")
    assert f"before-{visit.world}" not in browser.one("#snapshots").text


def test_snapshot_is_imported_from_a_file(visit: Visit, tmp_path: Path) -> None:
    visit.ask("DELETE", "yourcompany", PROJECT)
    world, name = visit.sandbox.world(visit.world), f"kept-{visit.world}"
    world.snapshot(name)
    exported = httpx.get(f"{visit.sandbox.url}/_sandbox/snapshots/{name}")
    file = tmp_path / f"moved-{visit.world}.json"
    file.write_bytes(exported.content)
    browser = visit.open("controls")
    browser.one("#import [name=file]").send_keys(str(file))
    browser.press("Import")
    browser.see(file.stem, "#snapshots")


def test_advanced_clock_completes_an_analysis_and_fires_its_webhook(visit: Visit, receiver: Receiver) -> None:
    [record, *_] = visit.ask("GET", "healthsync", "/records").json()["data"]
    browser = visit.open("controls")
    browser.press("Freeze")
    browser.see("frozen", "#frozen")
    answer = visit.ask("POST", "healthsync", "/analysis", json={"record_id": record["id"]}).json()["data"]
    key = answer["id"]

    def status() -> str:
        data = visit.ask("GET", "healthsync", f"/analysis/{key}").json()["data"]
        return str(data["attributes"]["status"])

    assert status() == "pending"
    browser.press("+ 5 s")
    browser.told("+ 5 s")
    assert status() == "completed"
    browser.wait(
        lambda: [
            event for event in receiver.events if "analysis.completed" in str(event) and key in str(event)
        ],
        "the webhook at its receiver",
    )
    visit.open("deliveries")
    browser.see("analysis.completed", "#list")
    browser.press("Refresh")
    browser.see("delivered", "#list")
    before = len(receiver.events)
    browser.press("Replay analysis.completed")
    browser.wait(lambda: len(receiver.events) > before, "the replay at its receiver")


def test_event_is_emitted_by_hand(visit: Visit) -> None:
    visit.ask("GET", "yourcompany", "/projects")
    browser = visit.open("deliveries")
    browser.one("#emit [name=api]").send_keys("yourcompany")
    browser.one("#emit [name=event]").send_keys("project.created")
    browser.one("#emit [name=resource]").send_keys("Project")
    browser.fill("#emit [name=id]", "proj_abc123")
    browser.press("Emit")
    browser.told("on the way")
    browser.see("project.created", "#list")


def test_chaos_rule_strikes_until_it_is_ended(visit: Visit) -> None:
    browser = visit.open("controls")
    browser.one("#chaos [name=api]").send_keys("yourcompany")
    browser.press("Add the rule")
    browser.see("status 500", "#rules")
    assert visit.ask("GET", "yourcompany", "/projects").status_code == 500
    browser.press("End all")
    browser.see("No rule", "#rules")
    assert visit.ask("GET", "yourcompany", "/projects").status_code == 200


def test_world_is_switched_and_dropped(visit: Visit) -> None:
    visit.ask("DELETE", "yourcompany", PROJECT)
    browser = visit.open("overview")
    browser.see(f"demo.{visit.world}")
    browser.one("#world").send_keys("default")
    browser.press("Switch")
    browser.see("The default world")
    visit.open("controls")
    browser.press("Drop this world")
    browser.confirm()
    browser.see("default world", "h1")
    assert exists(visit)
