"""Who the console and the control plane are open to, tried in a browser."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sandbox import Sandbox
from sandbox.tests.console.browser import Browser
from sandbox.tests.console.conftest import Visit

TOKEN = "s3cret-control"


class Foreign(BaseHTTPRequestHandler):
    """A page of another site."""

    def do_GET(self) -> None:
        """An empty page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title><p>elsewhere")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Foreign) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


RESET = """
const [url, media, world, done] = arguments;
const body = JSON.stringify({ world });
const mode = media === "text/plain" ? "no-cors" : "cors";
fetch(url, { method: "POST", mode, headers: { "Content-Type": media }, body }).then(done, done);
"""


@pytest.mark.parametrize("media", ["text/plain", "application/json"])
def test_page_of_another_site_cannot_reset(visit: Visit, foreign: str, media: str) -> None:
    visit.ask("DELETE", "yourcompany", "/projects/proj_abc123")
    visit.browser.open(foreign)
    url = f"{visit.sandbox.url}/_sandbox/reset"
    visit.browser.driver.execute_async_script(RESET, url, media, visit.world)
    assert visit.ask("GET", "yourcompany", "/projects/proj_abc123").status_code == 404


def test_page_of_another_site_cannot_read_the_log(visit: Visit, foreign: str) -> None:
    visit.browser.open(foreign)
    read = visit.browser.driver.execute_async_script(
        "const done = arguments[1];"
        "fetch(arguments[0]).then((answer) => answer.text()).then(done, () => done('refused'))",
        f"{visit.sandbox.url}/_sandbox/log",
    )
    assert read == "refused"


def test_console_is_in_no_frame(visit: Visit, foreign: str) -> None:
    visit.browser.open(foreign)
    visit.browser.run(
        "document.body.append(Object.assign(document.createElement('iframe'), {src: arguments[0]}))",
        f"{visit.sandbox.url}/_sandbox/",
    )
    visit.browser.wait(lambda: "frame-ancestors" in str(visit.browser.complaints()), "a refused frame")


@pytest.fixture
def guarded() -> Iterator[str]:
    """A sandbox with a control token."""
    with Sandbox("devsync", control_token=TOKEN) as made:
        yield made.url


def test_control_token_is_asked_for_once(guarded: str, browser: Browser) -> None:
    browser.open(f"{guarded}/_sandbox/console/traffic")
    browser.fill("#token", "wrong")
    browser.press("Log in")
    browser.see("not the control token")
    browser.fill("#token", TOKEN)
    browser.press("Log in")
    browser.see("devsync")
    browser.press("Traffic")
    browser.see("live", "#live")
    [cookie] = browser.driver.get_cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert TOKEN not in cookie["value"]
    assert not [each for each in browser.complaints() if "403" not in each]
