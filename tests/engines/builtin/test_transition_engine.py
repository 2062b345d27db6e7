"""Transitions, measured in the file of a film: where they are, and what each of their frames is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import NTSC, digest, measure_clip, stored
from joined import encoded, join_clips
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError, EngineSettings
from sparkle_motion_dagster.engines.builtin.transition.engine import (
    ClipPart,
    TransitionEngine,
    TransitionRequest,
)
from sparkle_motion_dagster.engines.builtin.transition.pictures import dissolve, edge, fade, wipe
from sparkle_motion_dagster.engines.images.storyboard.scene import KeyframeScene
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.units import FrameSize

SIZE = FrameSize(width=128, height=72)
DELIVERY = ClipEncoding(crf=10, preset="veryfast")
DARK, BRIGHT = 60, 200
RATES = [Fraction(16), Fraction(24), NTSC]


def even(level: int, place: int) -> YuvFrame:
    """A grey frame with a mark on its lower edge that moves by its place in the clip."""
    y = np.full((SIZE.height, SIZE.width), level, np.uint8)
    y[-8:, 2 * place : 2 * place + 8] = 235
    chroma = np.full((SIZE.height // 2, SIZE.width // 2), 90 + level // 3, np.uint8)
    return YuvFrame(y, chroma, chroma)


def write(path: Path, level: int, frames: int, rate: Fraction, *splices: int) -> StoredFile:
    pictures = (even(level, place) for place in range(frames))
    write_clip(path, pictures, size=SIZE, frame_rate=rate, encoding=DELIVERY, splices=splices)
    return stored(path)


def part(clip: StoredFile, first: int, frames: int) -> ClipPart:
    return ClipPart(sha256=clip.sha256, path=clip.path, first=first, frames=frames)


def make(
    folder: Path, kind: Any, leaving: ClipPart, entering: ClipPart | None, **more: Any
) -> Path:
    request = TransitionRequest(
        kind=kind,
        leaving=leaving,
        entering=entering,
        **{"frame_rate": Fraction(24), "size": SIZE, "encoding": DELIVERY, **more},
    )
    (made,) = TransitionEngine(EngineSettings()).make([request], folder)
    return made.outputs["clip"].path


def film_with(folder: Path, kind: str, rate: Fraction) -> tuple[Path, list[Piece]]:
    """Join two shots of 20 and 15 frames over a transition of 3 frames before and 4 after the cut.

    The film's length is that of the shots, whichever the transition is.
    """
    head, tail = (0, 0) if kind == "fade" else (3, 4)
    one = write(folder / "one.mp4", DARK, 20 + tail, rate, 17)
    two = write(folder / "two.mp4", BRIGHT, 15 + head, rate, head + 4)
    leaving, entering = part(one, 17, 3 + tail), part(two, 0, 4 + head)
    between = make(folder, kind, leaving, entering, frame_rate=rate)
    pieces = [
        Piece(one.path, range(17)),
        Piece(between),
        Piece(two.path, range(head + 4, head + 15)),
    ]
    film = folder / "film.mp4"
    assert join_clips(pieces, film, frame_rate=rate) == (range(17), range(17, 24), range(24, 35))
    return film, pieces


class Films:
    """Films with a transition that are joined once for all tests here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._films: dict[tuple[str, Fraction], tuple[Path, list[Piece]]] = {}

    def with_transition(self, kind: str, rate: Fraction) -> tuple[Path, list[Piece]]:
        if (kind, rate) not in self._films:
            folder = self._folder / str(len(self._films))
            folder.mkdir()
            self._films[kind, rate] = film_with(folder, kind, rate)
        return self._films[kind, rate]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


def levels(film: Path) -> list[float]:
    """Return the mean luma of each frame, above the mark."""
    return [float(frame.y[:-8].mean()) for frame in read_frames(film)]


@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_only_the_overlap_is_encoded_again_and_nothing_moves(
    films: Films, kind: str, rate: Fraction
) -> None:
    film, pieces = films.with_transition(kind, rate)
    assert measure_clip(film).times == [k / rate for k in range(35)]
    packets = list(encoded([Piece(film)]))
    one, two = (list(encoded([Piece(piece.clip)])) for piece in (pieces[0], pieces[2]))
    assert packets[:17] == one[:17]
    assert packets[24:] == two[-11:]
    shown = levels(film)
    assert shown[:17] == pytest.approx([DARK] * 17, abs=1)
    assert shown[24:] == pytest.approx([BRIGHT] * 11, abs=1)
    # The mark says which frames of the clips they are: none is left out, and none shown twice.
    marks = [int(np.argmax(frame.y[-4] > 220)) for frame in read_frames(film)]
    first = 4 if kind == "fade" else 7
    assert marks[:17] == [2 * place for place in range(17)]
    assert marks[24:] == [2 * place for place in range(first, first + 11)]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_dissolve_shows_ever_more_of_what_enters(films: Films, rate: Fraction) -> None:
    film, _ = films.with_transition("dissolve", rate)
    expected = [DARK + (BRIGHT - DARK) * step / 8 for step in range(1, 8)]
    assert levels(film)[17:24] == pytest.approx(expected, abs=1)
    middle = list(read_frames(film))[20]
    assert levels(film)[20] == pytest.approx((DARK + BRIGHT) / 2, abs=1)
    assert middle.u.mean() == pytest.approx(90 + (DARK + BRIGHT) / 6, abs=1)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_fade_is_black_on_both_sides_of_the_cut(films: Films, rate: Fraction) -> None:
    film, _ = films.with_transition("fade", rate)
    down = [DARK + (16 - DARK) * step / 3 for step in (1, 2, 3)]
    up = [16 + (BRIGHT - 16) * step / 4 for step in (0, 1, 2, 3)]
    assert levels(film)[17:24] == pytest.approx([*down, *up], abs=1)
    for frame in list(read_frames(film))[19:21]:
        assert [set(np.unique(plane)) for plane in frame.planes] == [{16}, {128}, {128}]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_wipe_uncovers_what_enters_from_the_left(films: Films, rate: Fraction) -> None:
    film, _ = films.with_transition("wipe", rate)
    soft = SIZE.width / 8
    for step, frame in enumerate(list(read_frames(film))[17:24], start=1):
        row = frame.y[20].astype(int)
        middle = (SIZE.width + soft) * step / 8 - soft / 2
        (crossed,) = np.flatnonzero(np.diff((row > (DARK + BRIGHT) / 2).astype(int)))
        assert crossed + 1 == pytest.approx(middle, abs=1.5)
        assert row[: max(round(middle - soft / 2) - 3, 0)] == pytest.approx(BRIGHT, abs=3)
        assert row[round(middle + soft / 2) + 3 :] == pytest.approx(DARK, abs=3)
        assert (np.diff(row) <= 3).all()


def test_after_the_last_shot_a_fade_ends_in_black(tmp_path: Path) -> None:
    one = write(tmp_path / "one.mp4", BRIGHT, 10, Fraction(24), 6)
    shown = list(read_frames(make(tmp_path, "fade", part(one, 6, 4), None)))
    assert [frame.y[:-8].mean() for frame in shown] == pytest.approx([154, 108, 62, 16], abs=1)
    assert [set(np.unique(plane)) for plane in shown[-1].planes] == [{16}, {128}, {128}]


@pytest.mark.parametrize("kind", ["dissolve", "wipe"])
def test_two_captions_never_shine_through_each_other(tmp_path: Path, kind: str) -> None:
    """The strip is cut in the middle, where the shots are; the picture below is mixed."""
    scenes = []
    for rows in (12, 0):
        scene = tmp_path / f"{rows}.json"
        scene.write_text(KeyframeScene(strip_rows=rows).model_dump_json())
        scenes.append(stored(scene))
    one = write(tmp_path / "one.mp4", DARK, 5, Fraction(24))
    two = write(tmp_path / "two.mp4", BRIGHT, 5, Fraction(24))
    clip = make(tmp_path, kind, part(one, 0, 5), part(two, 0, 5), scenes=tuple(scenes))
    frames = list(read_frames(clip))
    # The last row of the strip, and the first one below, lie in one block of H.264.
    strips = [float(frame.y[:10].mean()) for frame in frames]
    assert strips == pytest.approx([DARK, DARK, BRIGHT, BRIGHT, BRIGHT], abs=2)
    below = [float(frame.y[14:60].mean()) for frame in frames]
    assert below == sorted(below)
    assert all(DARK + 5 < level < BRIGHT - 5 for level in below)


@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
def test_a_transition_of_two_frames(tmp_path: Path, kind: str) -> None:
    frames = 1 if kind == "fade" else 2
    one = write(tmp_path / "one.mp4", DARK, 3, Fraction(24))
    two = write(tmp_path / "two.mp4", BRIGHT, 3, Fraction(24))
    clip = make(tmp_path, kind, part(one, 3 - frames, frames), part(two, 0, frames))
    first, second = levels(clip)
    if kind == "fade":
        assert (first, second) == (16, 16)
    else:
        assert DARK < first < (DARK + BRIGHT) / 2 < second < BRIGHT


def test_a_side_without_frames_is_left_out_of_a_fade(tmp_path: Path) -> None:
    one = write(tmp_path / "one.mp4", DARK, 3, Fraction(24))
    two = write(tmp_path / "two.mp4", BRIGHT, 3, Fraction(24))
    clip = make(tmp_path, "fade", part(one, 3, 0), part(two, 0, 2))
    assert levels(clip) == pytest.approx([16, 108], abs=1)


def test_a_clip_that_ends_too_early_or_is_none_is_refused(tmp_path: Path) -> None:
    one = write(tmp_path / "one.mp4", DARK, 5, Fraction(24))
    with pytest.raises(EngineError, match="ends 2 frames before the transition does"):
        make(tmp_path, "dissolve", part(one, 2, 5), part(one, 0, 5))
    with pytest.raises(EngineError, match="ends 1 frames before"):
        make(tmp_path, "wipe", part(one, 0, 5), part(one, 1, 5))
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    with pytest.raises(MediaError, match=r"text\.mp4 cannot be decoded"):
        make(tmp_path, "dissolve", part(stored(text), 0, 5), part(one, 0, 5))
    with pytest.raises(MediaError, match="but the clip is 64x64"):
        make(tmp_path, "fade", part(one, 0, 5), None, size=FrameSize(width=64, height=64))
    assert list(tmp_path.glob("transition_*")) == []


@pytest.mark.parametrize("width", [64, 128, 1280, 4096])
@pytest.mark.parametrize("steps", [3, 20, 1441])
def test_the_edge_of_a_wipe_passes_every_column(width: int, steps: int) -> None:
    assert (edge(0, steps, width) == 0).all()
    assert (edge(steps, steps, width) == 256).all()
    before = edge(0, steps, width)
    for step in range(1, steps + 1, max(steps // 20, 1)):
        shares = edge(step, steps, width)
        assert shares.dtype == np.uint16
        assert (np.diff(shares.astype(int)) <= 0).all()
        assert (shares >= before).all()
        before = shares


def frames_of(seed: int, count: int) -> Iterator[YuvFrame]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        y = rng.integers(0, 256, (72, 128), dtype=np.uint8)
        u, v = (rng.integers(0, 256, (36, 64), dtype=np.uint8) for _ in "uv")
        yield YuvFrame(y, u, v)


def everything() -> str:
    """Return a digest of frames of all kinds."""
    shown = [
        *dissolve(frames_of(1, 9), frames_of(2, 9), 9, 6),
        *wipe(frames_of(3, 9), frames_of(4, 9), 9, 6),
        *fade(frames_of(5, 7), 7, frames_of(6, 8), 8),
    ]
    return digest(*(plane for frame in shown for plane in frame.planes))


def test_other_kinds_of_cpu_make_the_same(tmp_path: Path) -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "import test_transition_engine as t; print(t.everything())"
    )
    missing = "AVX512-SKX,AVX2,AVX,FP16,SSE4.2,SSE4.1"
    found = subprocess.run(
        [sys.executable, "-c", program, str(Path(__file__).parent)],
        check=True,
        capture_output=True,
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "OPENCV_CPU_DISABLE": missing,
            "NPY_DISABLE_CPU_FEATURES": "AVX2,FMA3",
        },
    )
    assert found.stdout.decode().split()[-1] == everything()
