"""Captions: what is written is read back as text, by players' own readers."""

from __future__ import annotations

from pathlib import Path

import av
import pysubs2
import pytest

from sparkle_motion_dagster.media.captions import Caption, write_captions
from sparkle_motion_dagster.media.errors import MediaError

TWO = (
    Caption(start_s=0.5, end_s=2.0, speaker="Mara", text="Not tonight."),
    Caption(start_s=2.0, end_s=3.25, speaker="Édouard", text="La mer — 海 — est haute…"),
)


def as_ffmpeg_reads(srt: Path) -> list[tuple[int, int, str]]:
    """Return start and end in milliseconds, and the text as ffmpeg's players lay it out (ASS)."""
    cues = []
    with av.open(str(srt)) as container:
        for packet in container.demux(subtitles=0):
            if packet.size and packet.pts is not None and packet.duration is not None:
                (event,) = packet.decode()
                assert isinstance(event, av.subtitles.subtitle.AssSubtitle)
                text = event.ass.decode().split(",", 8)[8]
                cues.append((packet.pts, packet.pts + packet.duration, text))
    return cues


def test_captions_are_read_back_with_speakers_and_times(tmp_path: Path) -> None:
    write_captions(TWO, tmp_path / "film.srt")
    assert as_ffmpeg_reads(tmp_path / "film.srt") == [
        (500, 2000, "Mara: Not tonight."),
        (2000, 3250, "Édouard: La mer — 海 — est haute…"),
    ]
    cues = pysubs2.load(str(tmp_path / "film.srt"), encoding="utf-8")
    assert [cue.plaintext for cue in cues] == [
        text for *_, text in as_ffmpeg_reads(tmp_path / "film.srt")
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I <3 you", "I ＜3 you"),
        ("<i>no</i> & <b>", "＜i＞no＜/i＞ & ＜b＞"),
        (r"{\an8}up {y:i} here", r"｛＼an8｝up ｛y:i｝ here"),
        (r"C:\Nowhere\hidden", r"C:＼Nowhere＼hidden"),
        (
            "1\n\n2\nbreak --> out",
            r"1\N2\Nbreak --＞ out",
        ),
        ("  first \t line\r\n \u2028 second  ", r"first line\Nsecond"),
    ],
)
def test_no_text_is_taken_for_markup(tmp_path: Path, text: str, shown: str) -> None:
    write_captions([Caption(1.0, 2.0, "Mara", text)], tmp_path / "film.srt")
    assert as_ffmpeg_reads(tmp_path / "film.srt") == [(1000, 2000, f"Mara: {shown}")]
    (cue,) = pysubs2.load(str(tmp_path / "film.srt"), encoding="utf-8")
    assert cue.plaintext == f"Mara: {shown}".replace(r"\N", "\n")


def test_times_beyond_an_hour_are_exact(tmp_path: Path) -> None:
    write_captions([Caption(3599.9996, 3661.2344, "Mara", "Late.")], tmp_path / "film.srt")
    content = (tmp_path / "film.srt").read_text(encoding="utf-8")
    assert content.startswith("1\n01:00:00,000 --> 01:01:01,234\nMara: Late.\n")


def test_a_film_in_which_nobody_speaks_has_an_empty_file(tmp_path: Path) -> None:
    write_captions([], tmp_path / "film.srt")
    assert (tmp_path / "film.srt").read_bytes() == b""


@pytest.mark.parametrize(
    ("captions", "message"),
    [
        ([Caption(2.0, 2.0, "Mara", "Now.")], "'Mara: Now.' cannot be shown from 2 s to 2 s"),
        ([Caption(-1.0, 2.0, "Mara", "Now.")], "cannot be shown from -1 s to 2 s"),
        (TWO[::-1], "'Mara: Not tonight.' begins at 0.5 s, before 'Édouard: La mer"),
    ],
)
def test_captions_out_of_order_are_refused(
    tmp_path: Path, captions: list[Caption], message: str
) -> None:
    with pytest.raises(MediaError, match=message):
        write_captions(captions, tmp_path / "film.srt")
    assert not (tmp_path / "film.srt").exists()
