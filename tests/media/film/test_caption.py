"""Captions: what is shown is text, whatever a player takes for markup; nothing overlaps; files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import ffmpeg_path
from sparkle_motion_dagster.media.film.caption import Caption, require_order
from sparkle_motion_dagster.media.film.subtitle_files import write_subtitles

TWO = (
    Caption(start_s=0.5, end_s=2.0, text="Mara: Not tonight."),
    Caption(start_s=2.0, end_s=3.25, text="Édouard: La mer — 海 — est haute…"),
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
    assert Caption(1.0, 2.0, text).shown() == shown


@pytest.mark.parametrize(
    ("captions", "message"),
    [
        ([Caption(2.0, 2.0, "Now.")], "'Now.' cannot be shown from 2 s to 2 s"),
        (
            [Caption(1.5, 2.0, "海" * 30_000)],
            r"that begins at 1\.5 s, '海+'\.\.\., has 90,000 bytes; a caption holds 65,535",
        ),
        ([Caption(-1.0, 2.0, "Now.")], "cannot be shown from -1 s to 2 s"),
        (TWO[::-1], "'Mara: Not tonight.' begins at 0.5 s, before 'Édouard: La mer"),
    ],
)
def test_captions_out_of_order_are_refused(captions: list[Caption], message: str) -> None:
    with pytest.raises(MediaError, match=message):
        require_order(captions)


def test_captions_in_order_may_touch() -> None:
    require_order(TWO)


def test_both_files_hold_what_is_shown(tmp_path: Path) -> None:
    captions = (
        Caption(0.5, 2.0, "Mara: I <3 you\n& {Tom}."),
        TWO[1],
        Caption(3723.5, 3725, "שלום"),
    )
    write_subtitles(captions, tmp_path / "film.srt")
    write_subtitles(captions, tmp_path / "film.vtt")
    assert (tmp_path / "film.srt").read_bytes().decode() == (
        "1\n00:00:00,500 --> 00:00:02,000\nMara: I ＜3 you\n& ｛Tom｝.\n\n"
        "2\n00:00:02,000 --> 00:00:03,250\nÉdouard: La mer — 海 — est haute…\n\n"
        "3\n01:02:03,500 --> 01:02:05,000\nשלום\n\n"
    )
    assert (tmp_path / "film.vtt").read_bytes().decode() == (
        "WEBVTT\n\n1\n00:00:00.500 --> 00:00:02.000\nMara: I ＜3 you\n&amp; ｛Tom｝.\n\n"
        "2\n00:00:02.000 --> 00:00:03.250\nÉdouard: La mer — 海 — est haute…\n\n"
        "3\n01:02:03.500 --> 01:02:05.000\nשלום\n\n"
    )


@pytest.mark.parametrize("name", ["film.srt", "film.vtt"])
def test_ffmpeg_reads_the_files(tmp_path: Path, name: str) -> None:
    write_subtitles((Caption(0.5, 2.0, "Mara: You & I,\nTom."), TWO[1]), tmp_path / name)
    read = tmp_path / "read.srt"
    command = [ffmpeg_path(), "-nostdin", "-i", tmp_path / name, read]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    assert read.read_text(encoding="utf-8") == (
        "1\n00:00:00,500 --> 00:00:02,000\nMara: You & I,\nTom.\n\n"
        "2\n00:00:02,000 --> 00:00:03,250\nÉdouard: La mer — 海 — est haute…\n\n"
    )


def test_captions_out_of_order_get_no_file(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"begins at 0\.5 s, before"):
        write_subtitles(TWO[::-1], tmp_path / "film.srt")
    assert not (tmp_path / "film.srt").exists()
