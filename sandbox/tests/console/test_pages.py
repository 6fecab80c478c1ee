"""The pages as they are sent: addresses, headers, who gets them."""

import subprocess
import sys

import pytest

from sandbox.tests.client import Client

PAGES = [
    "/",
    "/console/traffic",
    "/console/traffic/abc",
    "/console/data",
    "/console/data/shop/Item",
    "/console/data/shop/Item/record?key=a",
    "/console/deliveries",
    "/console/controls?world=job-17",
    "/console/docs",
    "/console/docs/shop",
    "/console/login",
]


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


@pytest.mark.parametrize("page", PAGES)
def test_page_is_sent_with_a_strict_policy(client: Client, page: str) -> None:
    response = client.ask("GET", f"/_sandbox{page}", {})
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", PAGES)
def test_page_loads_nothing_from_elsewhere_and_has_no_script_of_its_own(client: Client, page: str) -> None:
    text = client.ask("GET", f"/_sandbox{page}", {}).text
    assert 'src="http' not in text
    assert 'rel="stylesheet" href="http' not in text
    assert " style=" not in text
    assert " onclick" not in text
    assert text.count("<script>") == 0


@pytest.mark.parametrize("path", ["", "/console", "/console/"])
def test_console_has_one_address(client: Client, path: str) -> None:
    assert client.ask("GET", f"/_sandbox{path}", {}).headers["location"].endswith("/_sandbox/")


@pytest.mark.parametrize(
    "page",
    ["nothing", "data/shop/Nothing", "data/nothing/Item", "data/shop/Nothing/record", "docs/nothing"],
)
def test_page_of_what_is_not_declared_is_missing(client: Client, page: str) -> None:
    response = client.ask("GET", f"/_sandbox/console/{page}", {})
    assert response.status_code == 404
    assert "No such page" in response.text


def test_what_an_address_holds_is_escaped(client: Client) -> None:
    text = client.ask("GET", "/_sandbox/console/traffic/%3Cscript%3Ealert(1)%3C%2Fscript%3E", {}).text
    text += client.ask("GET", "/_sandbox/console/data/shop/Item/record?key=%22%3E%3Cscript%3E", {}).text
    text += client.ask("GET", "/_sandbox/?world=%3C/script%3E%3Cscript%3E", {}).text
    assert "<script>" not in text


def test_page_is_about_a_world(client: Client) -> None:
    text = client.ask("GET", "/_sandbox/?world=job-17", {}).text
    assert "Bearer demo.job-17" in text
    assert "/_sandbox/console/traffic?world=job-17" in text


@pytest.mark.parametrize("name", ["swagger-ui-bundle.js", "swagger-ui.css"])
def test_swagger_ui_comes_from_the_sandbox(client: Client, name: str) -> None:
    assert len(client.ask("GET", f"/_sandbox/console/swagger/{name}", {}).content) > 100_000


@pytest.mark.parametrize("name", ["index.html", "..%2fflask_swagger_ui.py", "swagger-ui.js"])
def test_no_other_file_is_sent(client: Client, name: str) -> None:
    assert client.ask("GET", f"/_sandbox/console/swagger/{name}", {}).status_code == 404


def test_pages_are_closed_to_names_that_are_not_this_machines(client: Client) -> None:
    assert client.ask("GET", "/_sandbox/", {"Host": "rebound.example.com"}).status_code == 403


def test_link_on_another_site_may_lead_to_a_page(client: Client) -> None:
    assert client.ask("GET", "/_sandbox/", {"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_pages_cost_nothing_before_the_first_one() -> None:
    code = "import sys, sandbox.app; sys.exit('sandbox.console.pages' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
