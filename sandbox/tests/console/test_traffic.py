"""Traffic in the browser: it appears as it comes, explains itself, and is never markup."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from sandbox.tests.console.browser import Browser
from sandbox.tests.console.conftest import Visit

MANY = 10_000
SCRIPT = "<script>window.caught = true</script><img src=x onerror='window.caught = true'>"


def test_requests_appear_as_they_come(visit: Visit) -> None:
    browser = visit.open("traffic", of=visit.world)
    browser.see("No request matches")
    browser.see("live", "#live")
    visit.ask("GET", "devsync", "/records")
    browser.see("GET /devsync/api/v1/sync/records", "#entries")
    visit.ask("DELETE", "devsync", "/records/none")
    browser.see("404 refused", "#entries")
    assert len(browser.all("#entries tbody tr")) == 2
    assert not browser.complaints()


def test_paused_traffic_waits_until_it_is_resumed(visit: Visit) -> None:
    browser = visit.open("traffic", of=visit.world)
    browser.see("live", "#live")
    browser.press("Pause")
    browser.see("paused", "#live")
    visit.ask("GET", "devsync", "/records")
    assert not browser.all("#entries tbody tr")
    browser.press("Resume")
    browser.see("GET /devsync", "#entries")


def test_traffic_is_filtered(visit: Visit) -> None:
    for path in ("/records", "/records/none"):
        visit.ask("GET", "devsync", path)
    visit.ask("GET", "yourcompany", "/projects")
    browser = visit.browser
    for filters, shown in [
        ({"api": "yourcompany"}, ["/projects"]),
        ({"verdict": "refused"}, ["/records/none"]),
        ({"status": "4xx"}, ["/records/none"]),
        ({"text": "projects"}, ["/projects"]),
        ({"method": "DELETE"}, []),
        ({}, ["/projects", "/records/none", "/records"]),
    ]:
        visit.open("traffic", of=visit.world, **filters)
        browser.see("live", "#live")
        wait_for_paths(browser, shown)
    browser.one("#filters [name=api]").send_keys("devsync")
    browser.wait(lambda: len(read_paths(browser)) == 2, "the filter as it is chosen")
    assert "api=devsync" in browser.driver.current_url


def wait_for_paths(browser: Browser, shown: list[str]) -> None:
    """Wait until the page shows requests for these paths, and no others."""
    browser.wait(lambda: read_paths(browser) == shown, f"{shown}")


def read_paths(browser: Browser) -> list[str]:
    """The ends of the paths of the requests that are shown."""
    shown = [each.text for each in browser.all("#entries tbody a")]
    return [text.partition("/sync")[2] or text.partition("/v1")[2] for text in shown]


def test_refused_request_explains_itself(visit: Visit) -> None:
    visit.ask("POST", "devsync", "/records", json={"developerId": 7, "resourceType": "NOTE"})
    browser = visit.open("traffic", of=visit.world)
    browser.click("#entries tbody a")
    browser.see("Why it was refused")
    for part in ("/developerId", "Expected", "Received", "7", "Requirement", "DS-"):
        browser.see(part, ".problems")
    browser.see('"resourceType": "NOTE"')  # what was sent
    assert "Bearer demo" not in browser.one("main").text.replace(f"demo.{visit.world}", "")


def test_request_is_sent_again(visit: Visit) -> None:
    body = {"developerId": "again", "resourceType": "NOTE", "resourceKey": "a", "data": {"on": True}}
    assert visit.ask("POST", "devsync", "/records", json=body).status_code == 201
    browser = visit.open("traffic", of=visit.world)
    browser.click("#entries tbody a")
    browser.press("Send again")
    browser.see("409", ".again")
    browser.press("See it in full")
    browser.see("Why it was refused")


def test_request_is_copied_as_curl(visit: Visit) -> None:
    visit.ask("GET", "devsync", "/records?limit=1")
    browser = visit.open("traffic", of=visit.world)
    browser.click("#entries tbody a")
    browser.one("#entry h1")
    browser.run(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }"
    )
    browser.press("Copy as curl")
    copied = browser.wait(lambda: browser.run("return window.copied"), "the copied command")
    assert copied.startswith("curl -H ")
    assert "Authorization: Bearer demo" in copied
    assert copied.endswith("records?limit=1'")


def test_scripts_in_path_query_headers_and_body_do_not_run(visit: Visit) -> None:
    visit.ask(
        "POST",
        "devsync",
        f"/records/{SCRIPT}",
        params={"q": SCRIPT},
        headers={"X-Note": SCRIPT, "User-Agent": SCRIPT},
        json={"developerId": SCRIPT, SCRIPT: SCRIPT},
    )
    visit.ask("GET", "devsync", "/records", params={"resourceType": SCRIPT})
    browser = visit.open("traffic")
    browser.see("window.caught", "#entries")
    for link in [each.get_attribute("href") for each in browser.all("#entries tbody a")[:2]]:
        browser.open(str(link))
        browser.see("window.caught", "#entry")
        assert browser.run("return window.caught") is None
        assert not browser.all("main script, main img")
    assert not browser.complaints()


def test_log_of_10000_requests_stays_quick(visit: Visit) -> None:
    url, headers = f"{visit.sandbox.base('devsync')}/records", {"Authorization": f"Bearer demo.{visit.world}"}

    def send(number: int) -> None:
        with httpx.Client(headers=headers) as client:
            for _ in range(number):
                client.get(url, params={"limit": 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, [MANY // 8] * 8))
    first = httpx.get(f"{visit.sandbox.url}/_sandbox/log", params={"limit": 200})
    assert len(first.json()) == 200
    assert len(first.content) < 100_000
    browser = visit.open("traffic", of=visit.world)
    browser.see("GET", "#entries")
    assert len(browser.all("#entries tbody tr")) == 200
    assert browser.run("return document.querySelectorAll('*').length") < 5_000
    browser.press("Load older requests")
    browser.wait(lambda: len(browser.all("#entries tbody tr")) == 400, "400 rows")
    visit.ask("GET", "devsync", "/records", params={"limit": 2})
    browser.see("limit=2", "#entries")
    assert len(browser.all("#entries tbody tr")) == 401
