"""Captions: what is shown is text, whatever a player takes for markup; and nothing overlaps."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.media.captions import Caption, require_order
from sparkle_motion_dagster.media.errors import MediaError

TWO = (
    Caption(start_s=0.5, end_s=2.0, speaker="Mara", text="Not tonight."),
    Caption(start_s=2.0, end_s=3.25, speaker="Édouard", text="La mer — 海 — est haute…"),
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Not tonight.", "Not tonight."),
        ("I <3 you", "I ＜3 you"),
        ("<i>no</i> & <b>", "＜i＞no＜/i＞ & ＜b＞"),
        (r"{\an8}up {y:i} here", r"｛＼an8｝up ｛y:i｝ here"),
        (r"C:\Nowhere\hidden", r"C:＼Nowhere＼hidden"),
        ("1\n\n2\nbreak --> out", "1\n2\nbreak --＞ out"),
        ("  first \t line\r\n \u2028 second  ", "first line\nsecond"),
    ],
)
def test_no_text_is_taken_for_markup(text: str, shown: str) -> None:
    assert Caption(1.0, 2.0, "Mara", text).shown() == f"Mara: {shown}"


@pytest.mark.parametrize(
    ("captions", "message"),
    [
        ([Caption(2.0, 2.0, "Mara", "Now.")], "'Mara: Now.' cannot be shown from 2 s to 2 s"),
        (
            [Caption(1.5, 2.0, "Mara", "海" * 30_000)],
            r"that begins at 1\.5 s, 'Mara: 海+'\.\.\., has 90,006 bytes; a caption holds 65,535",
        ),
        ([Caption(-1.0, 2.0, "Mara", "Now.")], "cannot be shown from -1 s to 2 s"),
        (TWO[::-1], "'Mara: Not tonight.' begins at 0.5 s, before 'Édouard: La mer"),
    ],
)
def test_captions_out_of_order_are_refused(captions: list[Caption], message: str) -> None:
    with pytest.raises(MediaError, match=message):
        require_order(captions)


def test_captions_in_order_may_touch() -> None:
    require_order(TWO)
