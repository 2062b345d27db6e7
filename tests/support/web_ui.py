"""The web UI, started as a user starts it, and a headless browser that looks at it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

import forked
from film_server import free_port
from studio import PROGRAMS, REPOSITORY, Studio
from waiting import PATIENCE_S, until

SCREENSHOTS = REPOSITORY / "test-output" / "screenshots"
"""Where the browser leaves what it saw, for people to look at."""

_POLL_S = 0.5
"""How often to look whether a page has come to where it should be, in seconds.

What is clicked on the moment it is drawn may be drawn anew, and the click be lost.
"""

_AnyError: TypeAlias = type[Exception]


@contextlib.contextmanager
def web_ui(studio: Studio) -> Iterator[str]:
    """Run `sparkle ui` until it answers, and end it with all that it started.

    Yields:
        The address of the web UI.
    """
    command, address = _command()
    process = forked.Service(command, studio.environment, studio.root, studio.root / "ui.log")
    try:
        _wait_for(address)
        yield address
    finally:
        process.end(signal.SIGTERM, PATIENCE_S)


def start_web_ui(studio: Studio) -> tuple[subprocess.Popen[bytes], str]:
    """Start `sparkle ui` as a shell does, and wait until it answers.

    Returns:
        Its process, which leads a session of its own, and its address.
    """
    (program, *arguments), address = _command()
    with (studio.root / "ui.log").open("ab") as log:
        process = subprocess.Popen(
            [str(PROGRAMS / program), *arguments],
            env=studio.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(address)
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    return process, address


def _command() -> tuple[list[str], str]:
    """Return the command of a web UI on free ports, and its address."""
    port, films_port = free_port(), free_port()
    command = ["sparkle", "ui", "--port", str(port), "--films-port", str(films_port)]
    return command, f"http://127.0.0.1:{port}"


def ask(address: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own server on 127.0.0.1
        f"{address}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def _wait_for(address: str) -> None:
    loaded = until("the web UI answers", lambda: _repositories(address))
    assert loaded["repositoriesOrError"]["__typename"] == "RepositoryConnection"


def _repositories(address: str) -> dict[str, Any] | None:
    try:
        return ask(address, "{ repositoriesOrError { __typename } }", {})
    except OSError:
        return None  # nobody listens yet


class Browser:
    """A headless Chromium with a page open."""

    def __init__(self, driver: Chrome) -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        """Go to a page."""
        self._driver.get(address)

    def resize(self, width: int, height: int) -> None:
        """Make the window as large, in pixels."""
        self._driver.set_window_size(width, height)

    def text(self) -> str:
        """Return what the page reads now.

        The page itself says so: the driver's own way asks for the style of each of its elements.
        """
        body = self._driver.find_element(By.TAG_NAME, "body")  # a page that loads has none yet
        return str(self.run("return arguments[0].innerText", body))

    def wait_for_text(self, *texts: str) -> None:
        """Wait until the page shows all of some texts."""

        def shown(_: Chrome) -> bool:
            page = self.text()
            return all(text in page for text in texts)

        missing = f"the page does not show all of {texts}"
        self._wait().until(shown, missing)

    def wait_until_gone(self, text: str) -> None:
        """Wait until the page shows a text no more."""
        gone = f"the page still shows {text!r}"
        self._wait().until(lambda _: text not in self.text(), gone)

    def click(self, text: str) -> None:
        """Click on the first thing that reads exactly so, as soon as it can be clicked on."""
        self.click_at(f"//*[normalize-space(text())='{text}']")

    def click_at(self, path: str) -> None:
        """Click on the first thing that an XPath leads to, as soon as it can be clicked on."""

        def clicked(driver: Chrome) -> bool:
            for found in driver.find_elements(By.XPATH, path)[:1]:
                if not found.is_enabled():  # a click would be lost
                    return False
                found.click()
                return True
            return False

        # The page is drawn anew while it is looked at, and dialogs slide in over one another.
        moving = (StaleElementReferenceException, ElementClickInterceptedException)
        self._wait(*moving).until(clicked, f"nothing is at {path}")

    def type(self, *keys: str) -> None:
        """Type where the cursor is."""
        ActionChains(self._driver).send_keys(*keys).perform()

    def write(self, placeholder: str, text: str) -> None:
        """Write into the field that shows a placeholder."""
        field = (By.CSS_SELECTOR, f"input[placeholder='{placeholder}']")
        self._wait().until(expected.element_to_be_clickable(field)).send_keys(text)

    def pictures(self, source: str = "data:image") -> list[WebElement]:
        """Wait for pictures from a source, and return those that are seen.

        Args:
            source: How their addresses begin; by default those that came with the page's own data.
        """

        def seen(driver: Chrome) -> list[WebElement]:
            found = driver.find_elements(By.CSS_SELECTOR, f"img[src^='{source}']")
            return [one for one in found if one.get_property("naturalWidth") and one.is_displayed()]

        return self._wait().until(seen, "the page shows no picture")

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page, and return what it returns; it may wait for promises."""
        return self._driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """Return what the console has complained of since it was asked last."""
        entries = self._driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [str(entry["message"]) for entry in entries]

    def links(self, to: str) -> list[str]:
        """Wait for links to addresses that begin so, and return where they lead, each once."""

        def found(driver: Chrome) -> list[str]:
            links = driver.find_elements(By.CSS_SELECTOR, f"a[href^='{to}']")
            return [*dict.fromkeys(str(one.get_property("href")) for one in links)]

        moved = StaleElementReferenceException
        return self._wait(moved).until(found, f"the page has no link to {to}")

    def screenshot(self, name: str) -> Path:
        """Keep what the page looks like now."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        assert self._driver.save_screenshot(str(path))
        return path

    def _wait(self, *ignored: _AnyError) -> WebDriverWait[Chrome]:
        """Return what asks the page until it answers, some errors aside."""
        return WebDriverWait(self._driver, PATIENCE_S, _POLL_S, ignored_exceptions=ignored)


def chromium() -> tuple[str, str] | None:
    """Return where Chromium and its driver are on this machine, or None."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Run a headless Chromium with a profile of its own."""
    found = chromium()
    assert found, "install Chromium and its driver: apt-get install chromium chromium-driver"
    options = ChromeOptions()
    options.binary_location, driver = found
    for argument in (
        "--headless=new",
        "--no-sandbox",  # containers let no user but root run a browser, and root no sandbox
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--window-size=1500,1300",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()
