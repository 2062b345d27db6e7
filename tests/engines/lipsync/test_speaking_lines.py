"""All that one speaker says in a clip."""

from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.speaking.mouth_tracks import follow_phonemes
from sparkle_motion_dagster.engines.lipsync.speaking.speaking_lines import PlacedLine, Speech
from sparkle_motion_dagster.plan.timeline.speech_timings import SpokenPhoneme

MARA = Appearance(id="mara")


def line(start_s: float) -> PlacedLine:
    """A line of half a second: ``ama``."""
    sounds = (("ɑ", 0.0, 0.2), ("m", 0.2, 0.3), ("ɑ", 0.3, 0.5))
    mouth = follow_phonemes([SpokenPhoneme(ipa=ipa, start_s=a, end_s=b) for ipa, a, b in sounds])
    return PlacedLine(MARA, start_s, start_s + 0.5, mouth, "loudness", Path("not read"))


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.45])
def test_every_line_moves_the_mouth_alike(seconds: float) -> None:
    """Lips that are pressed together are not those of a line that is over, or is yet to come."""
    alone, both = Speech(MARA, (line(0.0),)), Speech(MARA, (line(0.0), line(2.0)))
    assert both.mouth(seconds) == both.mouth(2 + seconds) == alone.mouth(seconds)
    assert both.strong_mouth(2 + seconds) == alone.mouth(seconds)
    assert alone.mouth(0.25).press > 0.5
