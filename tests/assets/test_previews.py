"""What the web UI shows of a stage is text, however it is written, and fits into the event log."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.film.short_texts import shortened
from sparkle_motion_dagster.plan.captions.captioning import graphemes

LONGEST_LINE = 2000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two  words\nhere", "two words here"),
        ("the lamp is lit again", "the lamp is lit …"),
        ("the lamp is lit, is it", "the lamp is lit, …"),
        ("一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
        ("a " + 30 * "h", "a " + 17 * "h" + "…"),
        (7 * "👩\u200d🚀", 6 * "👩\u200d🚀" + "…"),
        (30 * "e\u0301", 9 * "e\u0301" + "…"),
    ],
)
def test_a_text_is_cut_where_it_can_be(text: str, shown: str) -> None:
    assert shortened(text, 20) == shown
    assert len(shown) <= 20


@pytest.mark.parametrize("character", ["🎬", "👩\u200d🚀", "🇫🇷", "漢", "e\u0301", "x", "🎬 "])
def test_a_title_fits_into_what_counts_its_bytes(character: str) -> None:
    """An MP4's list of chapters holds 255 bytes of each title, and cuts off what is more."""
    title = shortened(100 * character, 80)
    assert len(title.encode()) <= 255
    assert len(title) <= 80
    kept = graphemes(title.removesuffix("…").rstrip())
    assert len(kept) > 10
    assert kept == graphemes(100 * character)[: len(kept)]


def test_marks_of_markup_are_text() -> None:
    row = table(["says"], [("a|b <i>*c*</i> [d](e) &lt; `f`",)]).value.splitlines()[-1]
    shown = row.removeprefix("| ").removesuffix(" |").replace("\N{NO-BREAK SPACE}", " ")
    assert shown == r"a\|b \<i\>\*c\*\</i\> \[d\](e) \&lt; \`f\`"


def test_a_table_of_the_longest_lines_stays_small() -> None:
    line = ("猫",) * 8
    shown = table(["line"] * len(line), [tuple(LONGEST_LINE * cell for cell in line)] * 1000).value
    assert len(shown.encode()) < 150_000
    assert len(shown.splitlines()) == 2 + 60
