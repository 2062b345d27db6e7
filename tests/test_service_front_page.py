"""Films that begin on the front page, watched there in a real browser while they are made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from film_server import film_server, rendering_film_server
from gates import GatedStudio
from page_browser import LOOKS, PageBrowser, page_browser
from served_app import TOKEN, ServedApp, serving_home
from studio import Gallery, short_film, write_plan
from waiting import until
from web_ui import chromium

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(
        chromium() is None and not os.environ.get("CI"),
        reason="Chromium and its driver are not installed: apt-get install chromium "
        "chromium-driver",
    ),
]

CARD = "[...document.querySelectorAll('film-card')].find((one) => one.standing.run_id === "
A_HAIR = 1e-3  # as when "just now" becomes "1 minute ago", which ends where that did
FORMAT = "render_profile:\n"
SMALL = f"{FORMAT}  metadata: {{resolution: 128x72}}\n"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[PageBrowser]:
    with page_browser(tmp_path / "chromium") as page:
        page.look(*LOOKS[2])
        yield page


@pytest.fixture
def server(gallery: Gallery) -> Iterator[ServedApp]:
    with serving_home(gallery.short_film().home.root) as server:
        yield server


def wait_until(page: PageBrowser, film: str, now: str) -> None:
    """Wait until the card of a film says that it stands so."""
    page.wait_for(f"return {CARD}arguments[0])?.standing.now === arguments[1]", film, now)


def press(page: PageBrowser, film: str, label: str) -> None:
    """Press a button on the card of a film."""
    page.wait_for(
        f"const button = [...{CARD}arguments[0])?.querySelectorAll('button') ?? []]"
        ".find((one) => one.textContent === arguments[1] && !one.disabled);"
        "button?.click(); return button;",
        film,
        label,
    )


def test_a_plan_is_dropped_and_its_film_watched_being_made(
    tmp_path: Path, page: PageBrowser
) -> None:
    studio = GatedStudio(tmp_path / "studio")
    plan = write_plan(short_film(), tmp_path / "lamp.yaml").read_text()
    with rendering_film_server(studio) as server:
        page.open(f"{server.address}/#token={server.token}")
        page.wait_for_text("There are no films yet", "Sign out")
        page.screenshot("front_page_empty")
        assert page.serious() == []
        with studio.gate_closed():
            page.drop("lamp.yaml", plan)
            page.wait_for("return document.querySelector('.desk .primary:enabled')")
            page.screenshot("front_page_plan")
            assert page.serious() == []
            page.click("Render it")
            wait_until(page, "lamp", "rendering")
            page.wait_for("return document.querySelector('stage-bar .bar[data-now]')")
            page.wait_for("return document.querySelector('.poster img[data-loaded]')")
            page.screenshot("front_page_rendering")
            press(page, "lamp", "Pause")
        wait_until(page, "lamp", "paused")
        page.screenshot("front_page_paused")
        press(page, "lamp", "Go on")
        wait_until(page, "lamp", "rendered")
        page.wait_for_text("Watch", "0:03")
        page.screenshot("front_page_rendered")
        assert page.serious() == []
        assert page.shift() < A_HAIR
        assert page.errors() == []
    assert studio.film("lamp").is_file()


def test_a_film_is_written_read_edited_and_approved(tmp_path: Path, page: PageBrowser) -> None:
    studio = GatedStudio(tmp_path / "studio")
    with rendering_film_server(studio) as server:
        page.open(f"{server.address}/#token={server.token}")
        page.wait_for_text("Sign out")
        page.find("#prompt").send_keys("Two keepers argue in a lighthouse in a storm")
        page.find("summary").click()
        page.find("#run-id").send_keys("keepers")
        page.find("#seconds").send_keys("12")
        page.click("Write a plan")
        press(page, "keepers", "Read the draft")
        page.wait_for("return document.querySelector('.story .spoken')")
        page.screenshot("front_page_draft")
        assert page.serious() == []

        page.run(
            "const text = document.querySelector('textarea.code');"
            "text.value = text.value.replace(arguments[0], arguments[1]);"
            "text.dispatchEvent(new InputEvent('input', {bubbles: true}));",
            FORMAT,
            SMALL,
        )
        page.find("#draft-note").send_keys("smaller")
        page.wait_for("return document.querySelector('.desk .primary:enabled')")
        page.click("Approve and render")
        wait_until(page, "keepers", "rendered")
        page.screenshot("front_page_approved")
        assert page.errors() == []
    assert SMALL in (studio.plans / "keepers.yaml").read_text()
    assert studio.film("keepers").is_file()


def test_what_is_typed_and_not_kept_is_not_lost_by_a_key(
    server: ServedApp, page: PageBrowser
) -> None:
    page.open(f"{server.address}/#token={TOKEN}")
    page.wait_for_text("Sign out")
    page.drop("lamp.yaml", "title: Lamp\n")
    page.wait_for_text("things are wrong")
    page.find("textarea.code").send_keys("shots: []\n")
    page.type(Keys.ESCAPE)  # before what was typed last has been checked
    page.wait_for_text("What you have changed is not saved.", "Line 2 · shots")
    page.click("Discard the changes")
    page.wait_for("return !document.querySelector('.desk')")


def test_it_is_used_by_the_keyboard_alone(server: ServedApp, page: PageBrowser) -> None:
    page.open(server.address)
    page.wait_for_text("Harbour Light", "Sign in")
    page.tab_to("a.skip")
    page.tab_to("session-button button")
    page.type(Keys.ENTER)
    page.wait_for("return document.querySelector('dialog[open]')")
    page.type("another-token-that-is-wrong", Keys.ENTER)
    page.wait_for_text("token is another one")
    assert page.has_focus("#sign-in-token")
    page.type(TOKEN, Keys.ENTER)
    page.wait_for_text("Sign out")
    assert page.has_focus("session-button button")
    page.tab_to("#filter")
    page.type("rendered harb")
    page.wait_for_text("1 of 1")
    page.type("x")
    page.wait_for_text("No film has")
    page.type(Keys.BACKSPACE)
    page.wait_for_text("1 of 1")
    page.tab_to(".film h3 a")
    page.type(Keys.ENTER)
    until("the film's page is open", lambda: page.address.endswith("/films/film"))
    assert page.errors("401") == []


@pytest.mark.parametrize("path", ["/", "/films/film", "/films/none"])
def test_pages_keep_nobody_out_and_stay_where_they_are(
    server: ServedApp, page: PageBrowser, path: str
) -> None:
    for width, scheme in LOOKS:
        page.look(width, scheme)
        page.open(server.address + path)
        page.wait_for("return document.readyState === 'complete' && document.querySelector('h1')")
        page.wait_for("return [...document.images].every((one) => one.complete)")
        assert page.serious() == []
        assert page.shift() == 0
        assert page.width() <= width
    assert page.errors("/films/none") == []


def test_strangers_sign_in_and_get_to_the_page_that_they_asked_for(
    gallery: Gallery, page: PageBrowser
) -> None:
    with serving_home(gallery.short_film().home.root, "0.0.0.0") as server:  # noqa: S104
        page.open(f"{server.address}/films/film")
        page.wait_for("return document.querySelector('dialog[open]')")
        assert "Harbour Light" not in page.text()
        page.type(TOKEN, Keys.ENTER)
        until("the film's page is open", lambda: page.address.endswith("/films/film"))
        page.wait_for_text("Harbour Light")


def test_it_goes_on_when_the_server_does(
    gallery: Gallery, tmp_path: Path, page: PageBrowser
) -> None:
    studio = gallery.short_film().copy(tmp_path / "studio")
    with film_server(studio) as server:
        page.open(server.address)
        page.wait_for_text("Harbour Light")
    page.wait_for_text("The server does not answer")
    port = int(server.address.rpartition(":")[2])
    with film_server(studio, port=port):
        page.wait_for_text("The server answers again.")
        assert page.find(".film .badge").text == "Rendered"
