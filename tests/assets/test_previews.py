"""What the web UI shows of a stage is text, however it is written, and fits into the event log."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sounds import write_track
from sparkle_motion_dagster.assets.previews import DRAWN_BY, SHEET_WIDTH, table
from sparkle_motion_dagster.film.short_texts import shortened
from sparkle_motion_dagster.media.sheets import Labelled, SpokenSpan, contact_sheet, waveform
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


def digest_of_pixels(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as picture:
        return hashlib.sha256(
            repr(picture.size).encode() + picture.convert("RGB").tobytes()
        ).hexdigest()[:16]


def test_sheets_are_drawn_as_their_version_says(tmp_path: Path) -> None:
    """A film remembers its sheets: whoever draws others raises the version, so that they are seen.

    The digests are those of the libraries in constraints.txt.
    """
    rows, columns = np.mgrid[0:90, 0:160]
    labels = ["one", "a name that has no room below its picture, and is cut", *map(str, range(24))]
    pictures = [Labelled(tmp_path / f"{number}.png", text) for number, text in enumerate(labels)]
    for number, picture in enumerate(pictures):
        shades = (rows * (number + 1), columns, (rows + columns) // 2 + number)
        Image.fromarray(np.stack(shades, axis=-1).astype(np.uint8)).save(picture.path)
    sheet, strip = (
        contact_sheet(some, SHEET_WIDTH, columns)
        for some, columns in ((pictures, 5), (pictures[:2], 1))
    )
    beat = np.sin(np.arange(96_000) / 9) * np.sin(np.arange(96_000) / 9_000)
    track = write_track(tmp_path / "track.wav", beat.astype(np.float32))
    spans = [
        SpokenSpan("ana", "1 ana: Who is there, at this hour?", 9_600, 40_000),
        SpokenSpan("bo", "2 bo: Me.", 50_000, 80_000),
    ]
    assert DRAWN_BY == 1
    drawn = [*map(digest_of_pixels, (sheet, strip, waveform(track, spans, [0, 45_000])))]
    assert drawn == ["ed9d888d33f7e4d8", "de29f8c2257cbbbb", "8bef41d73c7ce43b"]
