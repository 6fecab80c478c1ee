"""Every page for everyone: axe-core, a phone, the keyboard, dark and light."""

import pytest
from selenium.webdriver.common.keys import Keys

from sandbox.tests.console.browser import Browser
from sandbox.tests.console.conftest import Visit

# The page, and what it shows when it is complete.
PAGES = {
    "overview": "[data-records=healthsync] li",
    "traffic": "#entries tbody tr",
    "entry": "#entry h2",
    "data": ".side li",
    "data/devsync/Record": "#records tbody tr",
    "record": "#document",
    "deliveries": "#list tbody tr",
    "controls": "#snapshots li",
    "docs/devsync": "#operations-records-listRecords .opblock-summary-control",
    "login": "#token",
}


def show(visit: Visit, page: str) -> Browser:
    """A page of a world with something to show, when it is complete."""
    visit.ask("GET", "devsync", "/records/none")
    if page == "deliveries":
        visit.ask("GET", "yourcompany", "/projects")
        visit.sandbox.world(visit.world).emit("yourcompany", "project.created", "Project", "proj_abc123")
    if page == "entry":
        [entry] = visit.sandbox.world(visit.world).log(limit=1)
        browser = visit.open(f"traffic/{entry['id']}")
    elif page == "record":
        [record, *_] = visit.ask("GET", "devsync", "/records").json()["data"]
        browser = visit.open("data/devsync/Record/record", key=record["id"])
    else:
        browser = visit.open(page)
    browser.one(PAGES[page])
    return browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_serious_finding_of_axe(visit: Visit, page: str, scheme: str) -> None:
    visit.browser.emulate(scheme)
    browser = show(visit, page)
    assert browser.violations() == []
    assert browser.complaints() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opened_operation_has_no_serious_finding_of_axe(visit: Visit, scheme: str) -> None:
    visit.browser.emulate(scheme)
    browser = show(visit, "docs/devsync")
    browser.click("#operations-records-listRecords .opblock-summary-control")
    browser.click("#operations-records-listRecords .execute")
    browser.one("#operations-records-listRecords .live-responses-table tbody")
    assert browser.violations() == []


@pytest.mark.parametrize("page", PAGES)
def test_page_fits_a_phone(visit: Visit, page: str) -> None:
    visit.browser.emulate(width=375, height=812)
    browser = show(visit, page)
    assert browser.run("return document.documentElement.scrollWidth") <= 375
    assert browser.run("return window.innerWidth") == 375


@pytest.mark.parametrize(
    "page", ["overview", "traffic", "entry", "data/devsync/Record", "record", "controls"]
)
def test_keyboard_reaches_everything_and_is_never_trapped(visit: Visit, page: str) -> None:
    browser = show(visit, page)
    browser.run("document.activeElement.blur(); getSelection().collapse(document.body, 0)")
    known = browser.run(
        "const parts = document.querySelectorAll('a[href], button, input, select, textarea, summary');"
        "return [...parts].filter((each) => each.checkVisibility() && !each.disabled).length"
    )
    seen: set[str] = set()
    for _ in range(known + 40):
        focused = browser.tab()
        name = focused.tag_name
        if name == "body":
            break  # once around
        if not seen:
            assert focused.text == "Skip to content"
        assert browser.run("return getComputedStyle(arguments[0]).outlineStyle", focused) != "none", name
        seen.add(focused.id)
    assert len(seen) >= known


def test_skip_link_leads_to_the_content(visit: Visit) -> None:
    browser = show(visit, "traffic")
    browser.run("getSelection().collapse(document.body, 0)")
    browser.tab()
    browser.keys(Keys.ENTER)
    assert browser.driver.switch_to.active_element.get_attribute("id") == "content"


def test_question_is_answered_by_keyboard(visit: Visit) -> None:
    visit.ask("DELETE", "yourcompany", "/projects/proj_abc123")
    browser = show(visit, "controls")
    browser.one("#reset").send_keys(Keys.ENTER)
    browser.one("dialog[open]")
    browser.keys(Keys.ESCAPE)
    assert visit.ask("GET", "yourcompany", "/projects/proj_abc123").status_code == 404
    browser.one("#reset").send_keys(Keys.ENTER)
    browser.one("dialog[open]")
    browser.keys(Keys.TAB, Keys.ENTER)
    browser.told("demo data")
    assert visit.ask("GET", "yourcompany", "/projects/proj_abc123").status_code == 200


def test_dark_page_is_dark(visit: Visit) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        visit.browser.emulate(scheme)
        browser = show(visit, "overview")
        colour = browser.run("return getComputedStyle(document.body).backgroundColor")
        shades[scheme] = sum(int(part) for part in colour.strip("rgb()").split(","))
    assert shades["dark"] < 150 < 600 < shades["light"]
