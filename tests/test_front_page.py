"""The front page in a real browser: films as they stand, and plans that are dropped on it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from page_browser import LOOKS, PageBrowser, page_browser
from served_app import TOKEN, ServedApp, serving_home
from studio import PLAN_FORMAT_EXAMPLE, Gallery
from web_ui import chromium

pytestmark = pytest.mark.skipif(
    chromium() is None and not os.environ.get("CI"),
    reason="Chromium and its driver are not installed: apt-get install chromium chromium-driver",
)

MARA, NOBODY = "end_base_image_id: frame_002", "end_base_image_id: frame_009"


@pytest.fixture(scope="module")
def server(gallery: Gallery) -> Iterator[ServedApp]:
    studio = gallery.short_film()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKLE_PLANS", str(studio.plans))
        with serving_home(studio.home.root) as server:
            yield server


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageBrowser]:
    with page_browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


def test_films_are_shown_as_they_stand_on_any_screen(server: ServedApp, page: PageBrowser) -> None:
    for width, scheme in LOOKS[1:3]:  # the others are looked at by the service tests
        page.look(width, scheme)
        page.open(server.address)
        page.wait_for("return document.querySelector('.poster img[data-loaded]')")
        card = page.find(".film").text.splitlines()
        assert card[:3] == ["Harbour Light", "Rendered", "0:03"]
        assert card[-1] == "Watch"
        page.screenshot(f"front_page_{width}_{scheme}")
        assert page.serious() == []
        assert page.shift() == 0
        assert page.width() <= width
    assert page.errors() == []


def test_a_dropped_plan_shows_what_is_wrong_with_it_and_where(
    server: ServedApp, page: PageBrowser
) -> None:
    page.open(f"{server.address}/#token={TOKEN}")
    page.wait_for_text("Harbour Light", "Sign out")
    assert TOKEN not in page.address
    wrong = PLAN_FORMAT_EXAMPLE.strip().replace(MARA, NOBODY)
    page.drop("keepers.yaml", wrong)
    page.wait_for_text("One thing is wrong")
    line = next(at for at, text in enumerate(wrong.splitlines(), 1) if NOBODY in text)
    told = page.find(".problem").text
    assert f"Line {line} · shots[1].end_base_image_id" in told
    assert "frame_009" in told
    assert NOBODY in page.find(".quoted").text
    assert page.find(".gutter [data-wrong]").text == str(line)
    assert not page.find(".desk .primary").is_enabled()
    page.screenshot("front_page_wrong_plan")
    assert page.serious() == []

    page.find(".quoted").click()
    selected = "const text = document.querySelector('textarea.code'); return text.value.slice("
    assert NOBODY in page.run(f"{selected}text.selectionStart, text.selectionEnd)")
    page.run(
        "const text = document.querySelector('textarea.code');"
        "text.value = text.value.replace(arguments[0], arguments[1]);"
        "text.dispatchEvent(new InputEvent('input', {bubbles: true}));",
        NOBODY,
        MARA,
    )
    page.wait_for("return document.querySelector('.desk .primary:enabled')")
    assert page.find(".spoken").text.splitlines() == ["Mara", "Not tonight."]
    assert page.errors("422") == []
