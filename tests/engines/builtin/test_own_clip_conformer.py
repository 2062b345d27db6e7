"""Clips of the author's own become shots: which moments are shown, and what comes out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from own_clips import make_clip, number_of
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.own_clip_conformer import (
    OwnClipConformer,
    OwnClipRequest,
    moments_of,
)
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=64, height=64)
ENCODING = ClipEncoding(crf=1, preset="ultrafast")
NOWHERE = StoredFile(sha256="0" * 64, path=Path())
RATES = [Fraction(16), Fraction(24), Fraction(24000, 1001), Fraction(25)]


def request(**fields: object) -> OwnClipRequest:
    usual = {"clip": NOWHERE, "in_sec": 0.0, "frames": 12, "frame_rate": Fraction(24), "size": SIZE}
    return OwnClipRequest.model_validate({"encoding": ENCODING, **usual, **fields})


def numbers(**fields: object) -> list[float]:
    """Return the frames of a clip of 48 at 24 fps that are shown: its 24ths of a second."""
    seconds = moments_of(request(**fields), Fraction(2)).seconds
    return [int(moment * 24) for moment in seconds]


def test_a_shot_shows_its_clip_frame_by_frame() -> None:
    assert numbers() == list(range(12))
    assert numbers(in_sec=1.5) == list(range(36, 48))


def test_at_another_rate_it_shows_what_is_on_then() -> None:
    assert numbers(frames=8, frame_rate=Fraction(16)) == [0, 2, 3, 5, 6, 8, 9, 11]
    assert numbers(frames=6, frame_rate=Fraction(48)) == [0, 0, 1, 1, 2, 2]


def test_handles_come_from_the_clip_beyond_its_points() -> None:
    shot = {"in_sec": 0.5, "out_sec": 1.0, "frames": 18, "head": 2, "tail": 4}
    assert numbers(**shot) == list(range(10, 28))


def test_handles_hold_a_picture_where_there_is_no_more() -> None:
    assert numbers(frames=15, head=3) == [0, 0, 0, *range(12)]
    assert numbers(in_sec=1.5, frames=15, tail=3) == [*range(36, 48), 47, 47, 47]


def test_a_shot_that_outgrows_its_clip_holds_the_last_picture() -> None:
    long = request(in_sec=1.5, frames=15)
    assert moments_of(long, Fraction(2)).held == 3
    assert numbers(in_sec=1.5, frames=15) == [*range(36, 48), 47, 47, 47]
    out = {"in_sec": 0.5, "out_sec": 1.0, "frames": 16, "tail": 2}
    assert numbers(**out) == [*range(12, 24), 23, 23, 23, 23]
    assert moments_of(request(**out), Fraction(2)).held == 2


@pytest.mark.parametrize(("frames", "seconds"), [(13, "2"), (12, "1.999"), (12, "1.96")])
def test_a_shot_that_is_a_frame_longer_at_most_has_not_outgrown_its_clip(
    frames: int, seconds: str
) -> None:
    """Cuts are rounded to frames, and Matroska's times to milliseconds."""
    to_its_end = request(in_sec=1.5, frames=frames)
    assert moments_of(to_its_end, Fraction(seconds)).held == 0
    to_a_point = {"in_sec": 0.5, "out_sec": 1.0, "frames": frames + 2, "tail": 2}
    assert moments_of(request(**to_a_point), Fraction(seconds)).held == 0
    assert numbers(**to_a_point) == list(range(12, frames + 14))


@given(
    st.integers(0, 3000),
    st.none() | st.integers(1, 5000),
    st.integers(1, 200),
    st.integers(0, 20),
    st.integers(0, 20),
    st.sampled_from(RATES),
    st.fractions(Fraction(1, 10), 5),
)
def test_moments_rise_and_lie_within_the_clip(
    begin_ms: int,
    length_ms: int | None,
    shot: int,
    head: int,
    tail: int,
    rate: Fraction,
    seconds: Fraction,
) -> None:
    out = None if length_ms is None else (begin_ms + length_ms) / 1000
    asked = request(
        in_sec=begin_ms / 1000,
        out_sec=out,
        frames=head + shot + tail,
        head=head,
        tail=tail,
        frame_rate=rate,
    )
    found = moments_of(asked, seconds)
    assert len(found.seconds) == head + shot + tail
    assert list(found.seconds) == sorted(found.seconds)
    assert found.seconds[0] >= 0
    assert found.seconds[-1] <= max(seconds - 1 / rate / 2, Fraction(0))
    if found.held == 0:
        steps = found.seconds[head : head + shot - 1]
        assert steps == tuple(
            Fraction(begin_ms, 1000) + (n + Fraction(1, 2)) / rate for n in range(shot - 1)
        )


def test_what_is_left_out_is_no_part_of_the_request() -> None:
    fields = request().model_dump(mode="json")
    assert not {"head", "tail", "out_sec", "background", "splices"} & set(fields)


@pytest.mark.parametrize("rate", RATES)
def test_a_conformed_clip_is_one_of_the_films(tmp_path: Path, rate: Fraction) -> None:
    """From a clip at 30000/1001 fps, whose picture is 5/4."""
    source = make_clip(tmp_path / "clip.mov", size="80x64", rate="30000/1001", seconds=2)
    file = StoredFile(sha256=digest_file(source), path=source)
    asked = request(clip=file, in_sec=0.5, frames=20, head=2, tail=2, frame_rate=rate, splices=(4,))
    engine = OwnClipConformer(EngineSettings())
    first, again = tmp_path / "one", tmp_path / "two"
    made = []
    for folder in (first, again):
        folder.mkdir()
        made += list(engine.make([asked], folder))
    clip = made[0].outputs["clip"].path
    assert clip.read_bytes() == made[1].outputs["clip"].path.read_bytes()
    facts = probe(clip, "video/mp4")
    assert (facts.frames, facts.frame_rate, facts.width, facts.height) == (20, rate, 64, 64)
    expected = [int(moment * 30000 / 1001) for moment in moments_of(asked, Fraction(2)).seconds]
    assert [number_of(frame) for frame in read_frames(clip)] == expected
    assert made[0].metadata == {"held_frames": 0}
