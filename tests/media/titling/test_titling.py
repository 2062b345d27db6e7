"""Texts on screen: inside the safe area, whatever they say; measured in what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sparkle_motion_dagster.media.titling.cards import BLACK, ON_PICTURE, PAPER, Colours, card
from sparkle_motion_dagster.media.titling.rendering import Rgba, row_elements, runs, width_of
from sparkle_motion_dagster.media.titling.setting import Face, TextTooLongError, set_text
from sparkle_motion_dagster.media.titling.texts import (
    Drawing,
    caption,
    centred,
    headline,
    lower_third,
)
from sparkle_motion_dagster.units import FrameSize

WIDE, UPRIGHT, SQUARE, SCOPE = (
    FrameSize(width=width, height=height)
    for width, height in ((640, 360), (360, 640), (360, 360), (860, 360))
)

SCRIPTS = {
    "latin": "Die längste Nacht über Łódź\nTiếng Việt ẞ fjord",
    "greek": "Η Μεγάλη Νύχτα\nΆγγελος ᾧ ἦτορ",
    "cyrillic": "Ночной поезд в Выборг\nЇжак Ђурђевић",
    "devanagari": "क्षत्रिय की लम्बी रात\nश्री हिन्दी",
    "phonetic": "ˈlaɪthaʊs ɒv ðə nɔːθ\nʃʒŋɸβ",
}
LONG = "The very long night of the lighthouse keeper who would not go home"


def ink(drawn: Rgba) -> tuple[int, int, int, int]:
    """Return the left, upper, right and lower edge of what is drawn."""
    rows, columns = np.nonzero(drawn[..., 3])
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def assert_safe(drawn: Rgba) -> None:
    """Make sure that all ink lies in the middle 90 % of width and height."""
    height, width = drawn.shape[:2]
    left, top, right, bottom = ink(drawn)
    assert left >= 0.05 * width - 1
    assert right <= 0.95 * width + 1
    assert top >= 0.05 * height - 1
    assert bottom <= 0.95 * height + 1


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("place", [lower_third, headline, centred])
def test_every_script_lies_in_the_safe_area_of_every_frame(
    script: str, place: Callable[[str, FrameSize], Drawing]
) -> None:
    for size in (WIDE, UPRIGHT, SQUARE, SCOPE):
        assert_safe(place(SCRIPTS[script], size).pixels())


@pytest.mark.parametrize("size", [WIDE, UPRIGHT, SQUARE, SCOPE], ids=str)
def test_captions_lie_in_the_safe_area_and_below_a_lower_third(size: FrameSize) -> None:
    full = ("W" * 42, "ЩЖЮ " * 10 + "gj")
    drawn = caption(full, size).pixels()
    assert_safe(drawn)
    plate = ink(lower_third("Mara\nKeeper", size).pixels())
    two_rows = ink(caption(("Not tonight,", "Davy."), size).pixels())
    assert plate[3] < two_rows[1]


@pytest.mark.parametrize("text", ["llllllllll", "किताब", "W" * 60])
def test_italics_lean_to_the_right_in_every_script_and_stay_in_place(text: str) -> None:
    def leaning(drawn: Rgba) -> float:
        """How much further to the right the upper half of the ink lies than the lower one."""
        rows, columns = np.nonzero(drawn[..., 3] > 200)
        upper = rows < rows.mean()
        return float(columns[upper].mean() - columns[~upper].mean())

    upright = caption((text,), WIDE).pixels()
    italic = caption((text,), WIDE, italic=True).pixels()
    assert_safe(italic)
    assert leaning(italic) > leaning(upright) + 0.5
    middles = [(left + right) / 2 for left, _, right, _ in (ink(upright), ink(italic))]
    assert middles[0] == pytest.approx(middles[1], abs=3)


def test_a_word_that_is_spoken_is_lit_and_nothing_moves() -> None:
    plain = caption(("Not tonight, Davy.",), WIDE).pixels()
    lit = caption(("Not tonight, Davy.",), WIDE, (0, 4, 12)).pixels()
    changed = np.nonzero((plain != lit).any(axis=(0, 2)))[0]
    left, _, right, _ = ink(plain)
    assert left < changed[0] < changed[-1] < right
    assert np.array_equal(plain[..., 3], lit[..., 3])
    assert (lit[..., :3][plain[..., 3] == 255][:, 2] < 200).any()


@pytest.mark.parametrize("text", [*SCRIPTS.values(), LONG])
@pytest.mark.parametrize("colours", [BLACK, PAPER], ids=["black", "paper"])
def test_a_cards_text_lies_in_the_safe_area(text: str, colours: Colours) -> None:
    for size in (WIDE, UPRIGHT, SCOPE):
        painted = card(text, size, colours).picture
        ground = painted[0, 0].astype(int)
        alpha = (np.abs(painted.astype(int) - ground).max(axis=2) > 0).astype(np.uint8)
        assert alpha.any()
        assert_safe(np.dstack([painted, alpha]))


def test_a_card_on_a_picture_is_the_picture_blurred_and_darker(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    picture = tmp_path / "keyframe.png"
    Image.fromarray(noise).save(picture)
    painted = card("Night", WIDE, ON_PICTURE, picture).picture
    corner = painted[:80].astype(float)
    assert corner.mean() == pytest.approx(0.45 * noise[:80].mean(), rel=0.05)
    assert corner.std() < 0.1 * noise[:80].std()
    assert painted.max() == 255


# Setting


FACE = Face(0.1, 0.05, most_rows=4, below=0.5)


def test_a_long_text_is_wrapped_into_even_rows_before_it_becomes_smaller() -> None:
    block = set_text(LONG, FACE, 560, 320, 360)
    assert " ".join(row.text for row in block.rows) == LONG
    assert len(block.rows) > 1
    assert block.rows[0].size == 36
    assert min(row.width for row in block.rows) > 0.6 * block.width
    smaller = set_text(f"{LONG} {LONG}", FACE, 560, 320, 360)
    assert 18 <= smaller.rows[0].size < 36


def test_a_text_that_has_no_room_is_refused() -> None:
    with pytest.raises(TextTooLongError, match=r"it takes \d+ rows in the smallest letters"):
        set_text(LONG * 8, FACE, 560, 320, 360)


def test_a_word_longer_than_a_row_is_broken_and_shorter_ones_are_not() -> None:
    block = set_text("Ah! " + "Donaudampfschiff" * 5, FACE, 300, 320, 360)
    assert (
        "".join(row.text for row in block.rows).replace(" ", "") == "Ah!" + "Donaudampfschiff" * 5
    )
    assert all(row.width <= 300 for row in block.rows)
    whole = set_text("Donaudampfschifffahrtsgesellschaft " * 2, FACE, 330, 320, 360)
    assert [row.text for row in whole.rows] == ["Donaudampfschifffahrtsgesellschaft"] * 2


def test_what_follows_a_line_break_is_smaller_and_white_space_does_not_count() -> None:
    block = set_text("  The   End \n\n by\tnobody ", FACE, 560, 320, 360)
    assert [row.text for row in block.rows] == ["The End", "by nobody"]
    assert [row.size for row in block.rows] == [36, 18]


# Drawing


@pytest.mark.parametrize("row", ["AVATAR To", "Привет", "क्षत्रिय", "Delhi क्षत्रिय 1961, दिल्ली"])
@pytest.mark.parametrize("weight", [400, 600])
def test_a_row_is_as_wide_as_it_is_measured(row: str, weight: int) -> None:
    size = FrameSize(width=1600, height=200)
    elements = row_elements(100, 120, [(row, "")], 80, weight, 'fill="#fff"')
    left, _, right, _ = ink(Drawing(size, elements).pixels())
    assert left >= 99
    # To a pixel or two a run; behind the last letter may be some room.
    assert right - 100 - 2 * len(runs(row)) <= 80 * width_of(row, weight) <= right - 100 + 80 * 0.25


def test_scripts_are_shaped_by_themselves() -> None:
    assert runs("Delhi, 1961: दिल्ली!") == ["Delhi, 1961: ", "दिल्ली!"]
    assert runs("42") == ["42"]
    size = FrameSize(width=800, height=200)

    def drawn(row: str, x: float) -> Rgba:
        return Drawing(size, row_elements(x, 120, [(row, "")], 60, 400, 'fill="#fff"')).pixels()

    alone = drawn("क्षत्रिय", 20 + 60 * width_of("Delhi ", 400))
    behind = drawn("Delhi क्षत्रिय", 20)
    left = ink(alone)[0]
    assert np.array_equal(alone[:, left:], behind[:, left:])


def test_marks_of_markup_are_letters() -> None:
    drawn = caption(("a < b & c > d",), WIDE, (0, 2, 5)).pixels()
    assert drawn[..., 3].any()
