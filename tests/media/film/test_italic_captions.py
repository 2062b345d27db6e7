"""Captions of voices off screen: in italics, in every file that people and players get."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.film.caption import Caption
from sparkle_motion_dagster.media.film.caption_check import SpokenLine, check_captions
from sparkle_motion_dagster.media.film.subtitle_files import write_subtitles
from sparkle_motion_dagster.media.film.tx3g import read_sample, sample_of
from sparkle_motion_dagster.plan.captions.captioning import USUAL_ROOM

HEARD = Caption(0.5, 2.0, "Narrator: I <3 you\n& {Tom}.", italic=True)
SEEN = Caption(2.0, 3.25, "Édouard: Oui.")


@given(text=st.text(st.characters(codec="utf-8")), italic=st.booleans())
def test_a_sample_holds_its_text_and_its_style(text: str, *, italic: bool) -> None:
    assert read_sample(sample_of(text, italic=italic, font_size=16)) == (text, italic)


def test_a_sample_without_style_is_length_and_text() -> None:
    assert sample_of("é", italic=False, font_size=16) == b"\0\2\xc3\xa9"


def test_files_mark_italics(tmp_path: Path) -> None:
    for name in ("film.srt", "film.vtt"):
        write_subtitles((HEARD, SEEN), tmp_path / name)
    assert (tmp_path / "film.srt").read_text(encoding="utf-8") == (
        "1\n00:00:00,500 --> 00:00:02,000\n<i>Narrator: I ＜3 you\n& ｛Tom｝.</i>\n\n"
        "2\n00:00:02,000 --> 00:00:03,250\nÉdouard: Oui.\n\n"
    )
    assert (tmp_path / "film.vtt").read_text(encoding="utf-8") == (
        "WEBVTT\n\n1\n00:00:00.500 --> 00:00:02.000\n<i>Narrator: I ＜3 you\n&amp; ｛Tom｝.</i>\n\n"
        "2\n00:00:02.000 --> 00:00:03.250\nÉdouard: Oui.\n\n"
    )


@pytest.mark.parametrize("name", ["film.srt", "film.vtt"])
def test_ffmpeg_reads_italics(tmp_path: Path, name: str) -> None:
    write_subtitles((HEARD, SEEN), tmp_path / name)
    command = [ffmpeg_path(), "-nostdin", "-i", tmp_path / name, tmp_path / "read.ass"]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    shown = (tmp_path / "read.ass").read_text(encoding="utf-8")
    assert r"{\i1}Narrator: I ＜3 you\N& ｛Tom｝.{\i0}" in shown
    assert ",,Édouard: Oui." in shown


@pytest.mark.parametrize(("off_screen", "kept"), [(True, True), (False, False)])
def test_the_check_holds_the_style_against_the_line(*, off_screen: bool, kept: bool) -> None:
    line = SpokenLine(24_000, 90_000, "Tom", "No.", off_screen=off_screen)
    passed, measured = check_captions(
        [Caption(0.5, 1.9, "Tom: No.", italic=True)], [line], USUAL_ROOM
    )
    assert passed is kept
    assert measured["lines_in_another_style"] == ([] if kept else [1])
