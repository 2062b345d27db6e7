"""What every lip-sync engine promises, and how the viseme engine's mouths move."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import soundfile

from clips import NTSC, child_processes, digest, luma_psnr, measure_clip, run_python, stored
from joined import join_clips
from painted_face import PaintedFace, paint
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.scene import Mouth
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncEngine,
    LipsyncLine,
    LipsyncRequest,
)
from sparkle_motion_dagster.engines.lipsync.mesh.engine import MeshEngine, MeshSettings
from sparkle_motion_dagster.engines.lipsync.viseme.engine import VisemeEngine, VisemeSettings
from sparkle_motion_dagster.engines.lipsync.viseme.insets import Corner, Inset
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.faces.following import follow
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.film.join import Piece
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings, SpokenPhoneme
from sparkle_motion_dagster.units import FrameSize
from wav2lip_checkouts import stand_in_wav2lip

SIZE = FrameSize(width=192, height=108)
NEAR_LOSSLESS = ClipEncoding(crf=4, preset="veryfast")
DELIVERY = ClipEncoding(crf=18, preset="veryfast")
VISEME = VisemeEngine(VisemeSettings())
FACES = {
    name: FaceBox(left=left, top=0.2, width=0.25, height=0.6)
    for name, left in (("mara", 0.1), ("tom", 0.5))
}
MARA, TOM = Appearance(id="mara"), Appearance(id="tom")

every_engine = pytest.mark.parametrize(
    "engine", engines_of_kind("lipsync"), indirect=True, scope="module"
)


@pytest.fixture(scope="module")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> LipsyncEngine[Any]:
    of_name: Mapping[str, Callable[[], LipsyncEngine[Any]]] = {
        "mesh": lambda: MeshEngine(MeshSettings()),
        "viseme": lambda: VISEME,
        "wav2lip": lambda: stand_in_wav2lip(tmp_path_factory.mktemp("wav2lip")),
    }
    return of_name[request.param]()


def background(frames: int) -> list[YuvFrame]:
    """A soft picture that brightens slowly, so that every frame is another one."""
    columns, rows = np.meshgrid(np.arange(192), np.arange(108))
    chroma = np.full((54, 96), 120, np.uint8)
    return [
        YuvFrame((50 + columns / 4 + rows / 3 + k).astype(np.uint8), chroma, chroma)
        for k in range(frames)
    ]


def write_source(path: Path, frames: int, rate: Fraction = Fraction(24)) -> StoredFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source(frames, rate))
    return stored(path)


@cache
def source(frames: int, rate: Fraction) -> bytes:
    """Return a clip of the background, which is encoded once for all tests."""
    with TemporaryDirectory() as folder:
        clip = Path(folder, "source.mp4")
        write_clip(clip, background(frames), size=SIZE, frame_rate=rate, encoding=NEAR_LOSSLESS)
        return clip.read_bytes()


def phonemes(*spoken: tuple[str, float, float]) -> SpeechTimings:
    return SpeechTimings(
        phonemes=tuple(SpokenPhoneme(ipa=ipa, start_s=a, end_s=b) for ipa, a, b in spoken)
    )


def line(
    folder: Path,
    *,
    offset_s: float = 0.25,
    seconds: float = 0.5,
    timings: SpeechTimings | None = None,
    speaker: Appearance = MARA,
) -> LipsyncLine:
    """A line that hums for some seconds at 22,050 Hz."""
    name = f"{speaker.id}_{offset_s:g}"
    hum = 0.5 * np.sin(np.arange(round(seconds * 22_050)) * 2 * np.pi * 200 / 22_050)
    soundfile.write(folder / f"{name}.wav", hum, 22_050)
    if timings is not None:
        (folder / f"{name}.json").write_text(timings.model_dump_json(), encoding="utf-8")
    return LipsyncLine(
        speaker=speaker,
        audio=stored(folder / f"{name}.wav"),
        timings=None if timings is None else stored(folder / f"{name}.json"),
        offset_samples=round(offset_s * 48_000),
    )


AH = phonemes(("ɑː", 0.0, 0.5))


def request_for(
    folder: Path,
    *lines: LipsyncLine,
    frames: int = 24,
    rate: Fraction = Fraction(24),
    encoding: ClipEncoding = DELIVERY,
) -> LipsyncRequest:
    return LipsyncRequest(
        clip=write_source(folder / f"source_{frames}.mp4", frames, rate),
        lines=lines or (line(folder, timings=AH),),
        faces=FACES,
        frames=frames,
        frame_rate=rate,
        size=SIZE,
        encoding=encoding,
    )


def with_face(request: LipsyncRequest, folder: Path) -> LipsyncRequest:
    """Return a request for a clip with a face in it that keeps still, where the plan says it is."""
    clip, followed = folder / "face.mp4", folder / "faces.json"
    shown, found = still_face(request.frames, request.frame_rate, request.encoding)
    clip.write_bytes(shown)
    followed.write_text(found, encoding="utf-8")
    return request.model_copy(update={"clip": stored(clip), "followed": stored(followed)})


@cache
def still_face(frames: int, rate: Fraction, encoding: ClipEncoding) -> tuple[bytes, str]:
    """Return a clip of a painted face, and where that is: both are made once for all tests."""
    face = paint(192, 108, [PaintedFace(x=43, y=54, height=84)])
    with TemporaryDirectory() as folder:
        clip = Path(folder, "face.mp4")
        pictures = [YuvFrame.from_rgb(face)] * frames
        write_clip(clip, pictures, size=SIZE, frame_rate=rate, encoding=encoding)
        faces = follow((frame.to_rgb() for frame in read_frames(clip)), rate)
        return clip.read_bytes(), faces.model_dump_json()


def make(engine: LipsyncEngine[Any], folder: Path, *requests: LipsyncRequest) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [made.outputs["clip"].path for made in engine.make(requests, folder)]


@every_engine
def test_a_clip_can_be_cut_at_its_splices(engine: LipsyncEngine[Any], tmp_path: Path) -> None:
    request = request_for(tmp_path, frames=25).model_copy(update={"splices": (7, 20)})
    (clip,) = make(engine, tmp_path / "made", request)
    pieces = [Piece(clip, range(7, 20)), Piece(clip, range(7))]
    film = tmp_path / "film.mp4"
    assert join_clips(pieces, film, frame_rate=Fraction(24)) == (range(13), range(13, 20))


@every_engine
@pytest.mark.parametrize(
    ("frames", "rate"),
    [
        (1, NTSC),
        (2, Fraction(24)),
        (25, NTSC),
        pytest.param(1, Fraction(24), marks=pytest.mark.service),
        pytest.param(2, NTSC, marks=pytest.mark.service),
        pytest.param(25, Fraction(24), marks=pytest.mark.service),
    ],
)
def test_a_clip_has_what_came_in(
    engine: LipsyncEngine[Any], tmp_path: Path, frames: int, rate: Fraction
) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    [made] = engine.make([request_for(tmp_path, frames=frames, rate=rate)], folder)
    assert list(made.outputs) == ["clip"]
    assert made.outputs["clip"].media_type == "video/mp4"
    measured = measure_clip(made.outputs["clip"].path)
    assert (measured.codec, measured.streams) == ("h264", 1)
    assert (measured.width, measured.height) == (192, 108)
    assert measured.times == [k / rate for k in range(frames)]


@every_engine
def test_results_come_in_the_order_of_the_requests(
    engine: LipsyncEngine[Any], tmp_path: Path
) -> None:
    requests = [request_for(tmp_path, frames=frames) for frames in (3, 1, 2)]
    clips = make(engine, tmp_path / "made", *requests)
    assert [len(measure_clip(clip).times) for clip in clips] == [3, 1, 2]


@every_engine
def test_the_frames_at_both_cuts_stay_as_they_are(
    engine: LipsyncEngine[Any], tmp_path: Path
) -> None:
    """Even where a line began in the shot before and goes on in the next one."""
    crossing = line(tmp_path, offset_s=-1.0, seconds=4.0, timings=phonemes(("a", 0.0, 4.0)))
    request = with_face(request_for(tmp_path, crossing), tmp_path)
    [clip] = make(engine, tmp_path / "made", request)
    frames, untouched = (list(read_frames(path)) for path in (clip, request.clip.path))
    likeness = [luma_psnr(frames[k].y, untouched[k].y) for k in (0, 12, -1)]
    assert min(likeness[0], likeness[-1]) > 38
    assert likeness[1] < 35


@every_engine
def test_a_speaking_mouth_moves(engine: LipsyncEngine[Any], tmp_path: Path) -> None:
    babble = phonemes(*((ipa, k / 8, (k + 1) / 8) for k, ipa in enumerate("amamamam")))
    request = with_face(
        request_for(tmp_path, line(tmp_path, offset_s=0, seconds=1, timings=babble)), tmp_path
    )
    [clip] = make(engine, tmp_path / "made", request)
    moved = [luma_psnr(one.y, other.y) for one, other in pairwise(read_frames(clip))]
    assert min(moved) < 40  # the face itself keeps still


@every_engine
def test_the_same_request_gives_the_same_bytes(engine: LipsyncEngine[Any], tmp_path: Path) -> None:
    request = with_face(request_for(tmp_path), tmp_path)
    one, other = (make(engine, tmp_path / name, request)[0] for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


@every_engine
def test_closing_midway_leaves_nothing_running(engine: LipsyncEngine[Any], tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    with contextlib.closing(engine.make([request_for(tmp_path)] * 3, folder)) as results:
        first = next(results)
    assert len(measure_clip(first.outputs["clip"].path).times) == 24
    assert child_processes() == []


@every_engine
@pytest.mark.parametrize("frames", [23, 25])
def test_a_clip_of_another_length_is_refused(
    engine: LipsyncEngine[Any], tmp_path: Path, frames: int
) -> None:
    request = request_for(tmp_path, frames=24).model_copy(update={"frames": frames})
    with pytest.raises(EngineError, match=f"has 24 frames, but its shot has {frames}"):
        make(engine, tmp_path / "made", request)
    assert list((tmp_path / "made").iterdir()) == []
    assert child_processes() == []


@every_engine
def test_unused_fields_are_fields(engine: LipsyncEngine[Any]) -> None:
    assert engine.unused_fields <= set(LipsyncRequest.model_fields)


def shown(
    folder: Path, request: LipsyncRequest, engine: LipsyncEngine[Any] = VISEME
) -> list[YuvFrame]:
    [clip] = make(engine, folder / "made", request)
    return list(read_frames(clip))


LARGE = VisemeEngine(VisemeSettings(diameter=0.6))
FACE = np.s_[54:92, 16:54]
"""The inside of the large portrait, which hides all that is behind it."""

MOUTH = np.s_[76:94, 22:50]


def moved_pixels(one: YuvFrame, other: YuvFrame) -> int:
    """Return how many pixels around the portrait's mouth differ."""
    return int((np.abs(one.y[MOUTH].astype(int) - other.y[MOUTH]) > 12).sum())


def portrait_share(frame: YuvFrame, untouched: YuvFrame, half: slice) -> float:
    """Return how much of a half of the picture differs from what it was."""
    changed = np.abs(frame.y[:, half].astype(int) - untouched.y[:, half]) > 6
    return float(changed.mean())


LEFT, RIGHT = slice(0, 96), slice(96, 192)


def test_the_mouth_is_open_in_an_open_vowel_and_closed_in_silence(tmp_path: Path) -> None:
    timings = phonemes(("ɑː", 0.0, 0.3), ("ɑː", 0.7, 1.0))
    spoken = line(tmp_path, offset_s=0.5, seconds=1.0, timings=timings)
    request = request_for(tmp_path, spoken, frames=48, encoding=NEAR_LOSSLESS)
    frames = shown(tmp_path, request, LARGE)
    before, first, pause, second = (frames[k] for k in (10, 15, 24, 32))
    assert moved_pixels(before, pause) == 0
    assert moved_pixels(first, second) == 0
    assert moved_pixels(before, first) > 20


def test_the_portrait_comes_and_goes_strictly_inside_the_shot(tmp_path: Path) -> None:
    request = request_for(
        tmp_path,
        line(tmp_path, offset_s=0.9, seconds=0.5, timings=AH),
        frames=60,
        encoding=NEAR_LOSSLESS,
    )
    shares = [
        portrait_share(frame, untouched, LEFT)
        for frame, untouched in zip(shown(tmp_path, request), background(60), strict=True)
    ]
    visible = [k for k, share in enumerate(shares) if share > 0.01]
    assert visible == list(range(visible[0], visible[-1] + 1))
    assert 0.6 * 24 <= visible[0] <= 0.8 * 24  # it comes 0.3 s before the line
    assert 1.5 * 24 <= visible[-1] <= 1.7 * 24 + 1  # and goes 0.3 s after it
    assert shares[0] == shares[-1] == 0
    assert max(shares) > 0.06


def test_no_portrait_comes_before_the_shot(tmp_path: Path) -> None:
    """In a dissolve the shot before it still shows whose line it is."""
    spoken = line(tmp_path, offset_s=0.2, seconds=1.6, timings=AH)
    request = request_for(tmp_path, spoken, frames=60, encoding=NEAR_LOSSLESS)
    frames, untouched = (
        shown(tmp_path, request.model_copy(update={"head": 20})),
        background(60),
    )
    assert [portrait_share(frames[k], untouched[k], LEFT) for k in (12, 19)] == [0, 0]
    assert portrait_share(frames[28], untouched[28], LEFT) > 0.06


def test_speakers_have_corners_and_looks_of_their_own(tmp_path: Path) -> None:
    lines = (
        line(tmp_path, offset_s=0.3, seconds=0.4, timings=AH, speaker=MARA),
        line(tmp_path, offset_s=1.5, seconds=0.4, timings=AH, speaker=TOM),
    )
    frames, untouched = shown(tmp_path, request_for(tmp_path, *lines, frames=60)), background(60)
    for k, here, elsewhere in ((12, LEFT, RIGHT), (41, RIGHT, LEFT)):
        assert portrait_share(frames[k], untouched[k], here) > 0.06
        assert portrait_share(frames[k], untouched[k], elsewhere) < 0.01
    assert np.abs(frames[12].u[:, :48].astype(int) - frames[41].u[:, 48:]).max() > 10


def test_portraits_leave_the_left_to_what_is_written_there(tmp_path: Path) -> None:
    spoken = line(tmp_path, offset_s=0.3, seconds=0.4, timings=AH)
    request = request_for(tmp_path, spoken, frames=30)
    frames = shown(tmp_path, request.model_copy(update={"written_left": True}))
    untouched = background(30)
    assert portrait_share(frames[12], untouched[12], RIGHT) > 0.06
    assert portrait_share(frames[12], untouched[12], LEFT) < 0.01


def test_who_speaks_stands_in_front_of_others_in_the_corner(tmp_path: Path) -> None:
    """The third speaker has the first one's corner, while the first one's portrait stays there."""
    mara = [line(tmp_path, offset_s=start, seconds=0.4, timings=AH) for start in (0.4, 1.6)]
    tom = line(tmp_path, offset_s=0.9, seconds=0.1, timings=AH, speaker=TOM)
    ines = line(tmp_path, offset_s=1.0, seconds=0.4, timings=AH, speaker=Appearance(id="ines"))

    def portraits(name: str, *lines: LipsyncLine) -> list[YuvFrame]:
        request = request_for(tmp_path, *lines, frames=60, encoding=NEAR_LOSSLESS)
        return shown(tmp_path / name, request, LARGE)

    alone = {"mara": portraits("mara", *mara), "ines": portraits("ines", ines)}
    for order in ((mara[0], tom, ines, mara[1]), (ines, tom, *mara)):
        together = portraits("together", *order)
        for frame, speaker, other in (
            (18, "mara", "ines"),  # still speaks while the other one comes
            (24, "ines", "mara"),
            (33, "ines", "mara"),
            (39, "mara", "ines"),
        ):
            faces = together[frame].y[FACE], alone[speaker][frame].y[FACE]
            assert luma_psnr(*faces) > 35, (frame, speaker)
            assert luma_psnr(together[frame].y[FACE], alone[other][frame].y[FACE]) < 30


def test_the_portrait_has_not_changed() -> None:
    """Where this fails, raise the engine's version: films are made again only then.

    Taken before encoding, from whole numbers: neither depends on the kind of CPU.
    """
    inset = Inset(look_of("mara"), Corner.of(SIZE, 0.36, right=False), SIZE, turn=0.3)
    ground = background(1)[0]
    frames = [
        inset.shown(ground, presence, mouth, closed)
        for mouth, presence, closed in (
            (None, 1.0, 0.0),
            (Mouth(opening=1.0), 1.0, 0.5),
            (Mouth(opening=0.5, width=-1), 0.5, 1.0),
        )
    ]
    assert digest(*(plane for frame in frames for plane in frame.planes)) == "de6a460d05a7fdf5"
    assert VISEME.version == 7


@pytest.mark.parametrize("diameter", [0.1, 0.36, 0.6])
@pytest.mark.parametrize(
    ("width", "height"), [(64, 1080), (1080, 64), (64, 64), (100, 1280), (4096, 64)]
)
def test_portraits_fit_into_frames_of_every_shape(
    tmp_path: Path, width: int, height: int, diameter: float
) -> None:
    plain = YuvFrame(
        np.full((height, width), 90, np.uint8),
        np.full((height // 2, width // 2), 120, np.uint8),
        np.full((height // 2, width // 2), 120, np.uint8),
    )
    size = FrameSize(width=width, height=height)
    write_clip(
        tmp_path / "source.mp4",
        [plain] * 3,
        size=size,
        frame_rate=Fraction(4),
        encoding=NEAR_LOSSLESS,
    )
    request = LipsyncRequest(
        clip=stored(tmp_path / "source.mp4"),
        lines=tuple(
            line(tmp_path, offset_s=0, timings=AH, speaker=speaker) for speaker in (MARA, TOM)
        ),
        frames=3,
        frame_rate=Fraction(4),
        size=size,
        encoding=NEAR_LOSSLESS,
    )
    middle = shown(tmp_path, request, VisemeEngine(VisemeSettings(diameter=diameter)))[1]
    changed = np.abs(middle.y.astype(int) - 90) > 20
    assert changed[:, : width // 2].any()
    assert changed[:, width // 2 :].any()
    edges = (changed[0], changed[-1], changed[:, 0], changed[:, -1])
    assert not any(edge.any() for edge in edges)


def test_whom_the_plan_leaves_out_of_a_real_picture_has_no_portrait(tmp_path: Path) -> None:
    """Tom is to be in the picture, but is not found; of Ines the plan says nothing."""
    lines = [
        line(tmp_path, offset_s=start, seconds=0.3, timings=AH, speaker=speaker)
        for start, speaker in ((0.1, TOM), (0.5, Appearance(id="ines")))
    ]
    request = with_face(request_for(tmp_path, *lines), tmp_path)
    folder = tmp_path / "made"
    folder.mkdir()
    [made] = VISEME.make([request], folder)
    assert made.metadata["portraits"] == ["tom"]


def test_the_portrait_stays_between_two_near_lines(tmp_path: Path) -> None:
    lines = [line(tmp_path, offset_s=start, seconds=0.4, timings=AH) for start in (0.4, 1.6)]
    frames, untouched = shown(tmp_path, request_for(tmp_path, *lines, frames=60)), background(60)
    assert all(portrait_share(frames[k], untouched[k], LEFT) > 0.06 for k in range(10, 50))


def test_a_line_that_began_in_the_shot_before_is_spoken_on(tmp_path: Path) -> None:
    timings = phonemes(("m", 0.0, 1.5), ("ɑː", 1.5, 2.0))
    late = line(tmp_path, offset_s=-1.0, seconds=2.0, timings=timings)
    request = request_for(tmp_path, late, frames=36, encoding=NEAR_LOSSLESS)
    frames = shown(tmp_path, request, LARGE)
    assert moved_pixels(frames[6], frames[9]) == 0
    assert moved_pixels(frames[9], frames[18]) > 20


@pytest.mark.parametrize(
    ("timings", "driven_by"),
    [
        ((AH,), "phonemes"),
        ((None,), "loudness"),
        ((SpeechTimings(),), "loudness"),
        ((AH, None), "loudness and phonemes"),
    ],
)
def test_it_says_what_moved_the_mouths(
    tmp_path: Path, timings: Sequence[SpeechTimings | None], driven_by: str
) -> None:
    lines = [
        line(tmp_path, offset_s=0.2 + 0.3 * index, seconds=0.2, timings=timing)
        for index, timing in enumerate(timings)
    ]
    folder = tmp_path / "made"
    folder.mkdir()
    [made] = VISEME.make([request_for(tmp_path, *lines)], folder)
    assert made.metadata == {"driven_by": driven_by, "portraits": ["mara"]}


def test_timings_that_are_none_are_refused(tmp_path: Path) -> None:
    broken = line(tmp_path, timings=AH)
    assert broken.timings is not None
    broken.timings.path.write_text('{"phonemes": 3}')
    with pytest.raises(EngineError, match="a line that mara speaks are no speech timings"):
        make(VISEME, tmp_path / "made", request_for(tmp_path, broken))


def test_a_single_core_in_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    request = request_for(tmp_path)
    [here] = make(VISEME, tmp_path / "here", request)
    run_python(
        "import sys, pathlib; sys.path.insert(0, sys.argv[3]); import test_lipsync_engines as t\n"
        "folder, there = map(pathlib.Path, sys.argv[1:3])\n"
        "t.make(t.VISEME, there, t.request_for(folder))",
        tmp_path,
        tmp_path / "there",
        Path(__file__).parent,
    )
    assert (tmp_path / "there" / here.name).read_bytes() == here.read_bytes()
