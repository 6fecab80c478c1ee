"""Pictures of the console's pages for the docs: python -m sandbox.tests.console.pictures."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from sandbox import Sandbox
from sandbox.tests.console.browser import Browser, find_missing, start_browser
from sandbox.tests.console.conftest import Receiver

FOLDER = Path(__file__).parents[3] / "docs/images"
ON_A_PHONE = ("overview", "traffic", "request")
LOOKS = {"light": (1280, 900), "dark": (1280, 900), "phone": (375, 812)}
PAGES = {
    "overview": ("", "[data-records=yourcompany] li"),
    "traffic": ("console/traffic", "#entries tbody tr"),
    "request": ("console/traffic/{refused}", "#entry h2"),
    "data": ("console/data/healthsync/FamilyMember", "#records tbody tr"),
    "record": ("console/data/devsync/Record/record?key={key}", "#document"),
    "deliveries": ("console/deliveries", "#list tbody tr"),
    "controls": ("console/controls", "#snapshots li"),
    "docs": ("console/docs/devsync", "#operations-records-listRecords"),
    "login": ("console/login", "#token"),
}


def main() -> int:
    """Take all pictures. Returns the exit code."""
    missing = find_missing()
    if missing:
        print(missing, file=sys.stderr)
        return 2
    with receive() as hook, Sandbox("devsync", "healthsync", "yourcompany", webhook_url=hook) as sandbox:
        names = live_a_day(sandbox)
        with start_browser() as browser:
            for look, (width, height) in LOOKS.items():
                browser.emulate("dark" if look == "dark" else "light", width, height)
                take_all(browser, f"{sandbox.url}/_sandbox/", look, names)
    return 0


def take_all(browser: Browser, url: str, look: str, names: dict[str, str]) -> None:
    """A picture of each page."""
    for name, (path, shown) in PAGES.items():
        if look == "phone" and name not in ON_A_PHONE:
            continue
        browser.open(url + path.format(**names))
        browser.one(shown)
        browser.wait(lambda: not browser.run("return document.body.innerText.includes('…\\n')"), name)
        browser.driver.save_screenshot(str(FOLDER / f"console-{name}-{look}.png"))


@contextmanager
def receive() -> Iterator[str]:
    """The URL of a receiver of webhooks."""
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url
        server.shutdown()


def live_a_day(sandbox: Sandbox) -> dict[str, str]:
    """What a client may do on a day; returns what the pages are about."""
    headers = {"Authorization": "Bearer demo"}
    with httpx.Client(headers=headers) as client:
        notes, projects = f"{sandbox.base('devsync')}/records", f"{sandbox.base('yourcompany')}/projects"
        client.get(projects, params={"per_page": 2})
        client.post(projects, json={"name": "Second opinion", "description": "What others see"})
        client.get(projects, headers={"Prefer": "code=503"})
        client.get(projects, headers={"Authorization": "Bearer demo.job-17"})
        client.delete(f"{projects}/proj_abc123", headers={"Authorization": "Bearer readonly"})
        made = client.post(
            notes,
            json={"developerId": "dev-1", "resourceType": "NOTE", "resourceKey": "a", "data": {"on": True}},
        ).json()
        client.get(f"{sandbox.base('healthsync')}/records", params={"sort": "-created_at", "per_page": 5})
        client.get(f"{notes}/nothing")
        client.post(notes, json={"developerId": 7, "resourceType": "NOTE", "status": "DONE"})
    sandbox.snapshot("before-the-demo")
    sandbox.chaos(api="healthsync", status=500, rate=0.2)
    [refused] = sandbox.log(limit=1)
    return {"refused": str(refused["id"]), "key": made["id"]}


if __name__ == "__main__":
    sys.exit(main())
