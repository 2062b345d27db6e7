"""A film's page in a browser: what it shows, and what becomes of clicks and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from page_browser import PageBrowser
from sparkle_motion_dagster.pages.film_view import FilmView
from waiting import until


@dataclass(frozen=True)
class FilmPage:
    """The page of a film that has been opened."""

    browser: PageBrowser

    def open(self, address: str) -> None:
        """Go to the page, and wait until its film can be seen."""
        self.browser.open("about:blank")  # else an address with another fragment loads nothing
        self.browser.open(address)
        until("the film can be seen", lambda: self.of_video("readyState >= 2"))

    def of_video(self, expression: str) -> Any:
        """Return what an expression says of the film's video element, such as ``paused``."""
        return self.browser.run(
            "const video = document.querySelector('film-player video');"
            f"return video ? video.{expression} : null"
        )

    @property
    def moment(self) -> float:
        """The moment that is seen, in seconds from the film's start."""
        return float(self.of_video("currentTime"))

    def seek(self, at_s: float) -> None:
        """Show a moment, in seconds from the film's start."""
        self.browser.run("document.querySelector('film-player').seek(arguments[0])", at_s)
        self.wait_for(at_s)

    def wait_for(self, at_s: float) -> None:
        """Wait until a moment is seen: its very frame, not one that is still searched for."""

        def seen() -> bool:
            return not self.of_video("seeking") and abs(self.moment - at_s) < 1e-3

        until(f"second {at_s} is seen", seen)

    def jump_to_line(self, view: FilmView, number: int) -> None:
        """Click on a line, counted from 1."""
        self.browser.click_at(f"//li[@data-line='{view.lines[number - 1].id}']/button[1]")
