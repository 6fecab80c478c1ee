"""A real browser to look at the console with."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

PROGRAMS = ("/usr/bin/chromium", "/usr/bin/chromedriver")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
]
PATIENCE = 20.0  # seconds until a page shows what it should
T = TypeVar("T")
AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def find_missing() -> str | None:
    """What a look at the pages needs and this machine has not."""
    missing = [program for program in PROGRAMS if not os.access(program, os.X_OK)]
    return f"needs {', '.join(missing)}: apt-get install chromium chromium-driver" if missing else None


class Browser:
    """Chromium, and the few things that the tests do with it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Go to a page."""
        self.driver.get(url)

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The first element of a CSS selector, as soon as it is there and shown."""
        return self.wait(lambda: self._find_shown(By.CSS_SELECTOR, selector), selector)

    def _find_shown(self, by: str, what: str) -> WebElement | None:
        return next((each for each in self.driver.find_elements(by, what) if each.is_displayed()), None)

    def wait(self, condition: Callable[[], T | None], what: str) -> T:
        """What the condition gives as soon as it is true; fails with what was waited for."""
        end = time.monotonic() + PATIENCE
        fault: Exception | None = None
        while time.monotonic() < end:
            try:
                found = condition()
            except WebDriverException as error:  # the page is just changing
                found, fault = None, error
            if found:
                return found
            time.sleep(0.05)
        shown = self.driver.find_element(By.TAG_NAME, "body").text
        raise AssertionError(f"waited for {what}; the page shows:\n{shown}\n{fault or ''}")

    def see(self, text: str, selector: str = "main") -> None:
        """Wait until an element shows a text."""
        self.wait(lambda: text in self.one(selector).text, f"{text!r} in {selector}")

    def told(self, text: str) -> None:
        """Wait until the page has told a text at its foot."""
        self.see(text, "#told")

    def click(self, selector: str) -> None:
        """Click an element."""
        self.one(selector).click()

    def press(self, label: str) -> None:
        """Click the button or link of a label."""
        path = f"//*[self::button or self::a][normalize-space()='{label}' or @aria-label='{label}']"
        self.wait(lambda: self._find_shown(By.XPATH, path), label).click()

    def confirm(self) -> None:
        """Say yes to what the page asks."""
        self.click("dialog[open] [value=yes]")

    def fill(self, selector: str, text: str) -> None:
        """Put a text into a field instead of what it holds."""
        field = self.one(selector)
        field.clear()
        field.send_keys(text)

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab(self) -> WebElement:
        """Press the tabulator; returns what has the focus then."""
        self.keys(Keys.TAB)
        return self.driver.switch_to.active_element

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def emulate(self, scheme: str = "light", width: int = 1280, height: int = 900) -> None:
        """Prefer a colour scheme, with a page of a size."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def violations(self) -> list[str]:
        """What axe-core finds serious or critical in the page."""
        self.run(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document).then((result) => done(result.violations))"
        )
        return [
            f"{each['impact']} {each['id']}: {each['help']}: {node['html'][:200]}"
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def complaints(self) -> list[str]:
        """What the browser complained of since the last time: scripts that failed or were not let run."""
        log: list[dict[str, str]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [each["message"] for each in log if each["level"] == "SEVERE"]


@contextmanager
def start_browser() -> Iterator[Browser]:
    """A fresh browser with a profile of its own."""
    profile = tempfile.mkdtemp(prefix="console-")
    options = webdriver.ChromeOptions()
    options.binary_location = PROGRAMS[0]
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(PROGRAMS[1]))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)
