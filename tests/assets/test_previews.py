"""What the web UI shows of a stage is text, however it is written, and fits into the event log."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.assets.previews import table
from sparkle_motion_dagster.film.titles import shortened

LONGEST_LINE = 2000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two  words\nhere", "two words here"),
        ("the lamp is lit again", "the lamp is lit …"),
        ("the lamp is lit, is it", "the lamp is lit, …"),
        ("一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"),
        ("a " + 30 * "h", "a " + 17 * "h" + "…"),
    ],
)
def test_a_text_is_cut_where_it_can_be(text: str, shown: str) -> None:
    assert shortened(text, 20) == shown
    assert len(shown) <= 20


def test_marks_of_markup_are_text() -> None:
    row = table(["says"], [("a|b <i>*c*</i> [d](e) &lt; `f`",)]).value.splitlines()[-1]
    shown = row.removeprefix("| ").removesuffix(" |").replace("\N{NO-BREAK SPACE}", " ")
    assert shown == r"a\|b \<i\>\*c\*\</i\> \[d\](e) \&lt; \`f\`"


def test_a_table_of_the_longest_lines_stays_small() -> None:
    line = ("猫",) * 8
    shown = table(["line"] * len(line), [tuple(LONGEST_LINE * cell for cell in line)] * 1000).value
    assert len(shown.encode()) < 150_000
    assert len(shown.splitlines()) == 2 + 60
