"""A browser that looks at our own pages as people do, and listens to what is wrong with them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import axe_selenium_python
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from web_ui import Browser, browser

Scheme = Literal["light", "dark"]

PHONE, DESK = 390, 1440
"""Widths of windows, in pixels."""

LOOKS: list[tuple[int, Scheme]] = [
    (width, scheme) for width in (PHONE, DESK) for scheme in ("light", "dark")
]

_MOST_TABS = 40

_AXE = Path(axe_selenium_python.__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = """
const [done] = arguments;
axe.run(document, {resultTypes: ["violations"]}).then((found) => done(found.violations));
"""
_SHIFTED = """
const [done] = arguments;
const moved = new PerformanceObserver((list) => done(
  list.getEntries().filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)
));
moved.observe({type: "layout-shift", buffered: true});
setTimeout(() => done(0), 200);  // nothing has moved at all: it is told of nothing
"""
_DROP = """
const [name, text] = arguments;
const data = new DataTransfer();
data.items.add(new File([text], name));
for (const kind of ["dragenter", "dragover", "drop"]) {
  const event = new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data});
  document.body.dispatchEvent(event);
}
"""


class PageBrowser(Browser):
    """A browser with one of our pages open."""

    def look(self, width: int, scheme: Scheme, height: int = 900) -> None:
        """Have a window of a size in pixels, and like light or dark pages."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == PHONE}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        liked = [{"name": "prefers-color-scheme", "value": scheme}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": liked})

    @property
    def address(self) -> str:
        """What the page's address is now."""
        return self._driver.current_url

    def find(self, selector: str) -> WebElement:
        """Wait for the first thing that a CSS selector finds, and return it."""
        found = self._wait().until(
            lambda driver: driver.find_elements(By.CSS_SELECTOR, selector),
            f"nothing on the page is {selector}",
        )
        return found[0]

    def wait_for(self, script: str, *arguments: Any) -> Any:
        """Wait until a script in the page returns something that counts, and return that."""
        return self._wait().until(lambda _: self.run(script, *arguments), f"never true: {script}")

    def drop(self, name: str, text: str) -> None:
        """Drop a file on the page."""
        self.run(_DROP, name, text)

    def serious(self) -> list[str]:
        """Return what axe finds that keeps people from using the page."""
        self.run(_AXE.read_text("utf-8"))
        found = self._driver.execute_async_script(_RUN_AXE)
        return [
            f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]

    def shift(self) -> float:
        """Return how far things on the page have moved by themselves (0: not at all; CLS)."""
        return float(self._driver.execute_async_script(_SHIFTED))

    def errors(self, *expected: str) -> list[str]:
        """Return what the console has complained of since it was asked last.

        Args:
            expected: Parts of complaints that are meant, such as of answers that are no success.
        """
        return [one for one in self.complaints() if not any(part in one for part in expected)]

    def has_focus(self, selector: str) -> bool:
        """Tell whether what the keyboard reaches now is what a CSS selector finds first."""
        return bool(self.run("return document.activeElement?.matches(arguments[0])", selector))

    def tab_to(self, selector: str) -> None:
        """Press Tab until the keyboard reaches what a CSS selector finds, as it must."""
        for _ in range(_MOST_TABS):
            if self.has_focus(selector):
                return
            self.type(Keys.TAB)
        raise AssertionError(f"{_MOST_TABS} times Tab do not lead to {selector}")

    def width(self) -> int:
        """Return how wide the page is, in pixels; a wider one than the window is scrolled."""
        return int(self.run("return document.documentElement.scrollWidth"))


@contextlib.contextmanager
def page_browser(profile: Path) -> Iterator[PageBrowser]:
    """Run a headless Chromium with a profile of its own, for our own pages."""
    with browser(profile) as page:
        yield PageBrowser(page._driver)
