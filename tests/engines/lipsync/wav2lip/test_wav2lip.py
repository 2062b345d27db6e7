"""The Wav2Lip engine, with a checkout of the tests' own in a process and environment of its own.

What is not about the checkout's own model: that mouths move while their lines sound and nowhere
else, what becomes of faces that are not found, and what is said where a checkout cannot work.
"""

from __future__ import annotations

import gc
import zipfile
from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from clips import luma_psnr, stored
from painted_face import PaintedFace, paint
from sounds import write_wav
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineInputError, Made, NotReadyError
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncLine,
    LipsyncRequest,
    NoFaceFoundError,
    Pictured,
    seen_speakers,
)
from sparkle_motion_dagster.engines.lipsync.viseme.engine import VisemeEngine, VisemeSettings
from sparkle_motion_dagster.engines.lipsync.wav2lip.checkout import changes_of
from sparkle_motion_dagster.engines.lipsync.wav2lip.detail import SIDE, SOFT_FROM, with_detail
from sparkle_motion_dagster.engines.lipsync.wav2lip.engine import Wav2LipEngine
from sparkle_motion_dagster.engines.lipsync.wav2lip.orders import areas_of
from sparkle_motion_dagster.engines.lipsync.wav2lip.passages import (
    Passage,
    heard_during,
    passages_of,
)
from sparkle_motion_dagster.engines.lipsync.wav2lip.pasting import Area, pasted
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.faces.following import follow
from sparkle_motion_dagster.faces.records import ClipFaces, Looks, Mesh, Track
from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.faces.whose import KnownBy, Own
from sparkle_motion_dagster.media.encode import ClipEncoding, write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.shot import FaceBox
from sparkle_motion_dagster.production.loop import fingerprint
from sparkle_motion_dagster.units import SAMPLE_RATE, FrameSize
from wav2lip_checkouts import stand_in_wav2lip

SIZE = FrameSize(width=160, height=96)
FINE = ClipEncoding(crf=1, preset="ultrafast")
MARA = FaceBox(left=0.1, top=0.25, width=0.25, height=0.5)
TOM = FaceBox(left=0.6, top=0.25, width=0.25, height=0.5)
INSIDE = {"mara": np.s_[52:64, 22:50], "tom": np.s_[52:64, 102:130]}
"""Where the lower half of each face is shown at full strength."""


def pictures(frames: int) -> list[YuvFrame]:
    """Dark pictures."""
    luma, chroma = np.full((96, 160), 60, np.uint8), np.full((48, 80), 128, np.uint8)
    return [YuvFrame(luma, chroma, chroma)] * frames


def spoken(folder: Path, speaker: str, start_s: float, seconds: float) -> LipsyncLine:
    """A line that hums at full voice, from a moment of the clip on."""
    hum = 0.5 * np.sin(np.arange(round(seconds * SAMPLE_RATE)) * 2 * np.pi * 500 / SAMPLE_RATE)
    wav = write_wav(folder / f"{speaker}_{start_s:g}_{seconds:g}.wav", hum.astype(np.float32))
    return LipsyncLine(
        speaker=Appearance(id=speaker),
        audio=stored(wav),
        timings=None,
        offset_samples=round(start_s * SAMPLE_RATE),
    )


def clip_of(folder: Path, frames: Sequence[YuvFrame], rate: Fraction) -> StoredFile:
    path = folder / f"clip_{len(list(folder.iterdir()))}.mp4"
    write_clip(path, frames, size=SIZE, frame_rate=rate, encoding=FINE)
    return stored(path)


def talking(
    folder: Path,
    *lines: LipsyncLine,
    faces: dict[str, FaceBox | None] | None = None,
    frames: int = 30,
    rate: Fraction = Fraction(24),
) -> LipsyncRequest:
    return LipsyncRequest(
        clip=clip_of(folder, pictures(frames), rate),
        lines=lines,
        faces=faces,
        frames=frames,
        frame_rate=rate,
        size=SIZE,
        encoding=FINE,
    )


def followed_track(person: int, left: float, frames: range) -> Track:
    """A face of 40 by 40 pixels, at 30 from the top, that goes to the right a pixel a frame."""
    corners = np.array([[left, 30.0], [left + 40, 70.0]])
    mesh = Mesh.of(np.tile(corners, (234, 1)))
    looks = Looks(skin=(60, 10, 10), hair=(20, 0, 0), build=(0,) * 12)
    places = tuple(Similarity(right=float(way)) for way in range(len(frames)))
    return Track(person=person, looks=looks, start=frames.start, meshes=(mesh,), places=places)


def made_by(engine: Wav2LipEngine, folder: Path, *requests: LipsyncRequest) -> list[Made]:
    (folder / "made").mkdir()
    return list(engine.make(requests, folder / "made"))


def brightness(made: Made, speaker: str) -> NDArray[np.float64]:
    """Return how bright a speaker's mouth is in each frame."""
    frames = read_frames(made.outputs["clip"].path)
    return np.array([frame.y[INSIDE[speaker]].mean() for frame in frames])


def bright_frames(made: Made, speaker: str) -> list[int]:
    return [int(frame) for frame in np.flatnonzero(brightness(made, speaker) > 100)]


def passages(made: Made) -> list[dict[str, Any]]:
    told: Any = made.metadata["passages"]
    return list(told)


def sounding(start_s: float, end_s: float, rate: Fraction) -> list[int]:
    """Return the frames whose middle lies within a line."""
    return [k for k in range(200) if start_s <= (k + 0.5) / rate < end_s]


def assert_only_the_lower_half_changed(made: Made, frame: int) -> None:
    picture = list(read_frames(made.outputs["clip"].path))[frame]
    rows, columns = np.nonzero(np.abs(picture.y.astype(int) - 60) > 4)
    assert 24 + 0.4 * 48 <= rows.min() < rows.max() < 72
    assert 16 <= columns.min() < columns.max() < 56
    assert picture.y[INSIDE["mara"]].min() > 210  # yellow, and not cyan
    assert picture.u[28, 18] < 40


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wav2LipEngine:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    return stand_in_wav2lip(tmp_path / "wav2lip")


def test_mouths_move_in_exactly_the_frames_in_which_their_lines_sound(
    engine: Wav2LipEngine, tmp_path: Path
) -> None:
    """At every rate, for lines that begin before the clip and end after it, too; one loading."""
    rates = [Fraction(16), Fraction(24000, 1001), Fraction(25)]
    cuts = {"starts": (-0.4, 0.9), "ends": (1.9, 1.5)}
    requests = [
        *(talking(tmp_path, spoken(tmp_path, "mara", 0.53, 0.61), faces={"mara": MARA}, rate=rate)
          for rate in rates),
        *(talking(tmp_path, spoken(tmp_path, "mara", *cut), faces={"mara": MARA}, frames=60)
          for cut in cuts.values()),
    ]  # fmt: skip
    *lines, starts, ends = made_by(engine, tmp_path, *requests)
    for made, rate in zip(lines, rates, strict=True):
        assert bright_frames(made, "mara") == sounding(0.53, 1.14, rate), rate
        [passage] = passages(made)
        assert passage["boxes"] == [[24, 72, 16, 56]]
        assert_only_the_lower_half_changed(made, round(0.85 * rate))
    # At a cut it takes 0.15 s, so that the shared frame stays as it is.
    assert brightness(starts, "mara")[0] == pytest.approx(60, abs=1)
    assert bright_frames(starts, "mara")[-1] == sounding(0, 0.5, Fraction(24))[-1]
    assert min(bright_frames(ends, "mara")) == sounding(1.9, 3, Fraction(24))[0]
    assert brightness(ends, "mara")[-1] == pytest.approx(60, abs=1)
    [load] = (tmp_path / "wav2lip" / "loads.txt").read_text().split()
    assert load == "cpu"
    assert not list((tmp_path / "wav2lip" / "checkout").rglob("__pycache__"))


def test_speakers_have_mouths_of_their_own(engine: Wav2LipEngine, tmp_path: Path) -> None:
    """Several lines each, one from the shot before; who has no face is out of the picture."""
    lines = [
        spoken(tmp_path, "tom", -0.5, 1.0),
        spoken(tmp_path, "mara", 0.7, 0.4),
        spoken(tmp_path, "ines", 1.2, 0.3),
        spoken(tmp_path, "tom", 1.6, 0.4),
        spoken(tmp_path, "mara", 2.1, 0.2),
    ]
    request = talking(tmp_path, *lines, faces={"mara": MARA, "tom": TOM}, frames=60)
    [made] = made_by(engine, tmp_path, request)
    rate = Fraction(24)
    assert bright_frames(made, "mara") == sounding(0.7, 1.1, rate) + sounding(2.1, 2.3, rate)
    toms = bright_frames(made, "tom")
    assert [k for k in toms if k > 4] == sounding(5 / 24, 0.5, rate) + sounding(1.6, 2.0, rate)
    assert [passage["speaker"] for passage in passages(made)] == ["tom", "tom", "mara", "mara"]
    assert made.metadata["without_face"] == []


@pytest.mark.parametrize("faces", [None, {"mara": MARA, "tom": TOM}])
def test_boxes_are_those_of_faces_that_were_followed(
    tmp_path: Path, faces: dict[str, FaceBox | None] | None
) -> None:
    """Where a face comes or goes, its mouth does; where two are followed, each has its own.

    A place in the plan says whose each is, and does not hold it there.
    """
    engine = stand_in_wav2lip(tmp_path / "wav2lip", pads=(2, 0, 0, 4))
    lines = [spoken(tmp_path, "mara", 0.2, 0.8), spoken(tmp_path, "tom", 0.2, 0.8)]
    tracks = [followed_track(0, 20, range(30)), followed_track(1, 100, range(12, 30))]
    followed = tmp_path / "faces.json"
    seen = ClipFaces(frames=30, width=160, height=96, tracks=tuple(tracks))
    followed.write_text(seen.model_dump_json(), encoding="utf-8")
    request = talking(tmp_path, *lines, faces=faces).model_copy(
        update={
            "followed": stored(followed),
            "pictured": ((Pictured(id="mara"), Pictured(id="tom")),),
        }
    )
    [made] = made_by(engine, tmp_path, request)
    mara, tom = passages(made)
    for passage, left, start in ((mara, 20, 0), (tom, 100, 12)):
        assert passage["speaker"] == ("mara" if start == 0 else "tom")
        assert passage["first_frame"] > start
        for frame, box in enumerate(passage["boxes"], passage["first_frame"]):
            # From above the forehead to the chin, and a little to the right; all sides are even.
            at = left + frame - start
            assert box == [28, 70, at - at % 2, at + 44 + at % 2]
    assert made.metadata["without_face"] == []


@pytest.mark.parametrize(("start", "nearest"), [(0, 2), (4, 4), (9, 8), (11, 13), (20, 17)])
def test_where_a_face_is_not_seen_it_is_where_it_is_seen_next(start: int, nearest: int) -> None:
    """A passage, and a part of a long one, may begin anywhere."""
    tracks = followed_track(0, 20, range(2, 9)), followed_track(0, 20, range(13, 18))
    passage, own = Passage("mara", start, np.ones(1)), Own(tracks, KnownBy.ALONE)
    [area] = areas_of(passage, own, SIZE, (0, 0, 0, 0))
    at = 20 + nearest - (2 if nearest < 9 else 13)
    assert area == Area(30, 70, at - at % 2, at + 40 + at % 2)


def test_a_face_that_is_lost_rests_before_it_is(engine: Wav2LipEngine, tmp_path: Path) -> None:
    """In the last three frames nobody is found."""
    face = YuvFrame.from_rgb(paint(160, 96, [PaintedFace(x=60, y=48, height=80)]))
    clip, followed = clip_of(tmp_path, [face] * 27 + pictures(3), Fraction(24)), tmp_path / "faces"
    faces = follow((frame.to_rgb() for frame in read_frames(clip.path)), Fraction(24))
    [track] = faces.tracks
    assert (track.start, track.end) == (0, 27)
    followed.write_text(faces.model_dump_json(), encoding="utf-8")
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.3, 1.2)).model_copy(
        update={"clip": clip, "followed": stored(followed)}
    )
    [made] = made_by(engine, tmp_path, request)
    frames = zip(read_frames(clip.path), read_frames(made.outputs["clip"].path), strict=True)
    likeness = [luma_psnr(before.y, after.y) for before, after in frames]
    assert max(likeness[12:22]) < 20
    assert likeness[22] < likeness[24] < likeness[25]
    assert min(likeness[26:]) > 44
    assert made.metadata["without_face"] == []


def test_who_is_not_found_keeps_the_clip(engine: Wav2LipEngine, tmp_path: Path) -> None:
    """Whoever else is seen speaks."""
    lines = [spoken(tmp_path, "mara", 0.3, 0.6), spoken(tmp_path, "tom", 0.3, 0.6)]
    nobody, one = made_by(
        engine,
        tmp_path,
        talking(tmp_path, lines[0]),
        talking(tmp_path, *lines, faces={"mara": MARA, "tom": None}),
    )
    assert nobody.metadata == {"passages": [], "without_face": ["mara"]}
    for frame, before in zip(read_frames(nobody.outputs["clip"].path), pictures(30), strict=True):
        assert np.abs(frame.y.astype(int) - before.y).max() <= 2
    assert bright_frames(one, "mara")
    assert not bright_frames(one, "tom")
    assert one.metadata["without_face"] == ["tom"]


def test_a_face_that_is_not_found_can_be_an_error(tmp_path: Path) -> None:
    """What was made before is kept."""
    engine = stand_in_wav2lip(tmp_path / "wav2lip", without_face="fail")
    seen = talking(tmp_path, spoken(tmp_path, "mara", 0.3, 0.2), faces={"mara": MARA})
    unseen = talking(tmp_path, spoken(tmp_path, "mara", 0.3, 0.2))
    (tmp_path / "made").mkdir()
    results = engine.make([seen, unseen], tmp_path / "made")
    assert next(results).outputs["clip"].path.exists()
    with pytest.raises(NoFaceFoundError, match=r"No face of mara was found.*without_face: pass"):
        next(results)


def test_what_was_followed_is_not_held_while_clips_are_made(
    engine: Wav2LipEngine, tmp_path: Path
) -> None:
    """It takes far more memory than where faces are."""
    track = followed_track(0, 20, range(30))
    seen = ClipFaces(frames=30, width=160, height=96, tracks=(track,)).model_dump_json()
    del track
    (tmp_path / "faces.json").write_text(seen, encoding="utf-8")
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.3, 0.6)).model_copy(
        update={"followed": stored(tmp_path / "faces.json")}
    )
    before = tracks_in_memory()
    (tmp_path / "made").mkdir()
    with closing(engine.make([request, request], tmp_path / "made")) as results:
        assert "mara" in str(next(results).metadata["faces"])
        assert tracks_in_memory() == before


def tracks_in_memory() -> int:
    gc.collect()
    return sum(isinstance(one, Track) for one in gc.get_objects())


def test_a_run_that_is_to_halt_does_so_before_a_worker_starts(
    engine: Wav2LipEngine, tmp_path: Path
) -> None:
    class HaltError(SparkleError):
        pass

    class Halting(Steps):
        def waiting(self, doing: str) -> None:
            assert doing == "clip 1 of 1, cut for Wav2Lip,"
            raise HaltError

    halting = Wav2LipEngine(engine.settings, Facilities(engine.facilities.gpu, Halting()))
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.2, 0.2), frames=12)
    with pytest.raises(HaltError):
        made_by(halting, tmp_path, request)


def test_a_checkpoint_that_does_not_fit_is_refused(engine: Wav2LipEngine, tmp_path: Path) -> None:
    (tmp_path / "wav2lip" / "weights.pth").write_text('{"weights": {}}')
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.2, 0.2), faces={"mara": MARA}, frames=12)
    with pytest.raises(EngineInputError, match=r"its weights under the name state_dict. KeyError"):
        made_by(engine, tmp_path, request)


def test_what_is_not_there_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("SPARKLE_WAV2LIP", "SPARKLE_WAV2LIP_CHECKPOINT"):
        monkeypatch.delenv(variable, raising=False)
    for setting, variable in (("checkout", ""), ("checkpoint", "_CHECKPOINT")):
        engine = stand_in_wav2lip(tmp_path / "wav2lip", **{setting: None})
        with pytest.raises(NotReadyError, match=rf"in \$SPARKLE_WAV2LIP{variable}\."):
            engine.identity()
        where = (
            tmp_path / "wav2lip" / {"checkout": "checkout", "checkpoint": "weights.pth"}[setting]
        )
        monkeypatch.setenv(f"SPARKLE_WAV2LIP{variable}", str(where))
        assert engine.identity().revision
    elsewhere = stand_in_wav2lip(tmp_path / "wav2lip", checkout=tmp_path)
    with pytest.raises(NotReadyError, match=r"is no checkout of Wav2Lip: inference.py and"):
        elsewhere.check_ready()
    nothing = stand_in_wav2lip(tmp_path / "wav2lip", checkpoint=tmp_path / "none.pth")
    with pytest.raises(NotReadyError, match=r"none.pth is no file"):
        nothing.check_ready()


def test_a_checkout_is_looked_through_before_anything_is_made(
    engine: Wav2LipEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKLE_ENVIRONMENTS", str(tmp_path / "wav2lip" / "environments"))
    checkout, weights = tmp_path / "wav2lip" / "checkout", tmp_path / "wav2lip" / "weights.pth"
    engine.check_ready()
    whole = weights.read_bytes()
    for content, message in (
        (b"<!DOCTYPE html>", "is a web page that was saved"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a pointer of Git LFS"),
    ):
        weights.write_bytes(content)
        with pytest.raises(NotReadyError, match=message):
            engine.check_ready()
    with zipfile.ZipFile(weights, "w") as archive:
        archive.writestr("wav2lip/code/__torch__.py", "")
    with pytest.raises(NotReadyError, match=r"is a TorchScript archive.*torch.jit.load"):
        engine.check_ready()
    weights.write_bytes(whole)
    (checkout / "audio.py").write_text(
        "import librosa\nx = librosa.filters.mel(rate, size, fmin=5)"
    )
    with pytest.raises(NotReadyError, match=r"(?s)audio.py, line 2, .*mel\(sr=rate, n_fft=size, "):
        engine.check_ready()
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.2, 0.2), faces={"mara": MARA}, frames=12)
    with pytest.raises(NotReadyError, match=r"audio.py, line 2"):
        made_by(engine, tmp_path, request)


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("    return librosa.filters.mel(hp.sample_rate, hp.n_fft, n_mels=hp.num_mels,\n  fmin=5)",
         "return librosa.filters.mel(sr=hp.sample_rate, n_fft=hp.n_fft, n_mels=hp.num_mels,"),
        ("    return librosa.filters.mel(16000, n_fft=800)",
         "return librosa.filters.mel(sr=16000, n_fft=800)"),
        ("    return np.zeros(3, dtype=np.int)", "return np.zeros(3, dtype=int)"),
        ("    return librosa.filters.mel(sr=16000, n_fft=800)", None),
        ("    return np.zeros(3, dtype=np.int64) + np.floating(3)", None),
    ],
)  # fmt: skip
def test_a_line_that_cannot_run_is_shown_with_one_that_can(
    tmp_path: Path, line: str, changed: str | None
) -> None:
    (tmp_path / "audio.py").write_text(f"# comment: é\ndef basis():\n{line}\n", encoding="utf-8")
    changes = list(changes_of(tmp_path / "audio.py"))
    assert [change.new for change in changes] == ([] if changed is None else [changed])
    assert all(change.number == 3 and change.old in line for change in changes)


@pytest.mark.parametrize(
    ("heard", "beginning", "faces", "seen"),
    [
        ("mara", "mara", None, "mara"),
        ("mara mara", "mara", None, "mara"),
        ("tom mara", "mara", None, "mara"),
        ("tom", "", None, "tom"),
        ("tom mara", "tom mara", None, "tom mara"),
        ("tom mara", "tom mara", {"mara": MARA}, "mara"),
        ("tom mara", "mara", {"tom": None}, "tom"),
        ("tom mara", "tom mara", {}, ""),
    ],
)
def test_who_is_seen_speaking(
    heard: str, beginning: str, faces: dict[str, FaceBox | None] | None, seen: str
) -> None:
    assert seen_speakers(heard.split(), beginning.split(), faces) == tuple(seen.split())


def test_nothing_hangs_on_who_is_not_seen(engine: Wav2LipEngine, tmp_path: Path) -> None:
    mara, tom = spoken(tmp_path, "mara", 0.2, 0.2), spoken(tmp_path, "tom", 0.6, 0.2)
    other = spoken(tmp_path, "tom", 0.6, 0.3)
    old = mara.model_copy(update={"speaker": Appearance(id="mara", description="old")})
    asked = talking(tmp_path, mara, tom, faces={"mara": MARA}, frames=24)

    def narrowed(*lines: LipsyncLine) -> dict[str, Any]:
        return engine.narrowed(asked.model_copy(update={"lines": lines})).model_dump(mode="json")

    assert narrowed(mara, tom) == narrowed(mara, other) == narrowed(old, tom) == narrowed(mara)
    assert narrowed(mara, tom) != narrowed(spoken(tmp_path, "mara", 0.2, 0.3), tom)
    assert narrowed(mara, tom) != narrowed(mara.model_copy(update={"offset_samples": 1}), tom)
    assert narrowed(tom)["lines"]


def test_fingerprints_hold_what_counts(engine: Wav2LipEngine, tmp_path: Path) -> None:
    request = talking(tmp_path, spoken(tmp_path, "mara", 0.2, 0.2), frames=12)
    before = fingerprint(engine, request)
    placed = request.model_copy(update={"faces": {"mara": MARA}})
    moved = request.model_copy(update={"faces": {"mara": TOM}})
    assert len({before, fingerprint(engine, placed), fingerprint(engine, moved)}) == 3
    viseme = VisemeEngine(VisemeSettings())
    drawn = [fingerprint(viseme, viseme.narrowed(one)) for one in (placed, request)]
    assert drawn[0] == drawn[1]
    assert "faces" not in request.model_dump()

    (tmp_path / "wav2lip").rename(tmp_path / "elsewhere")
    assert fingerprint(stand_in_wav2lip(tmp_path / "elsewhere"), request) == before
    assert fingerprint(stand_in_wav2lip(tmp_path / "elsewhere", batch=1), request) == before
    assert (
        fingerprint(stand_in_wav2lip(tmp_path / "elsewhere", pads=(0, 0, 0, 0)), request) != before
    )
    with (tmp_path / "elsewhere" / "checkout" / "audio.py").open("a") as program:
        program.write("\n# another one\n")
    assert fingerprint(stand_in_wav2lip(tmp_path / "elsewhere"), request) != before


@pytest.mark.parametrize("head", [0, 18])
def test_a_line_begins_in_the_shot_whose_first_frame_is_nearest(tmp_path: Path, head: int) -> None:
    """Cuts are rounded to frames, lines are not; a clip may begin before its shot."""
    cut_s = head / 24
    before = spoken(tmp_path, "tom", cut_s - 0.6, 0.9)
    for early_s, seen in ((0.02, ("mara",)), (0.03, ("tom", "mara"))):
        request = talking(tmp_path, before, spoken(tmp_path, "mara", cut_s - early_s, 0.5))
        assert request.model_copy(update={"head": head}).seen == seen


def test_passages_are_as_long_as_what_is_said(tmp_path: Path) -> None:
    """Near lines make one passage; far ones make more, and so does a long one."""
    lines = [spoken(tmp_path, "mara", start, 0.5) for start in (0.5, 1.3, 2.6)]
    request = talking(tmp_path, *lines, faces={"mara": MARA}, frames=90)
    near, far = passages_of(request, {"mara": MARA})
    assert (near.first, near.first + near.frames - 1) == (10, 45)  # 0.4 s to 1.9 s
    assert (far.first, far.first + far.frames - 1) == (60, 76)
    assert near.share(9) == near.share(46) == 0
    assert near.share(14) == 1
    assert near.share(27) == 0  # in the pause
    talk = spoken(tmp_path, "mara", 0.5, 24)
    long = request.model_copy(update={"lines": (talk,), "frames": 700})
    parts = passages_of(long, {"mara": MARA})
    assert [(part.first, part.frames) for part in parts] == [(10, 240), (250, 240), (490, 100)]


@pytest.mark.parametrize("late", [Fraction(0), Fraction(1, 25), Fraction(-1, 50)])
def test_what_is_heard_is_laid_to_the_sample(tmp_path: Path, late: Fraction) -> None:
    for start_s in (-0.3, 0.5):
        line = spoken(tmp_path, "mara", start_s, 0.6)
        request = talking(tmp_path, line, faces={"mara": MARA}, frames=60)
        [passage] = passages_of(request, {"mara": MARA})
        track = heard_during(request, passage, late_s=late, tail_s=Fraction(1, 5))
        assert len(track) == (Fraction(passage.frames, 24) + Fraction(1, 5)) * SAMPLE_RATE
        sounds = np.flatnonzero(np.abs(track) > 0.01)
        begin = start_s - passage.first / 24 + late
        assert sounds[0] == pytest.approx(max(begin, 0) * SAMPLE_RATE, abs=8)
        assert sounds[-1] == pytest.approx((begin + 0.6) * SAMPLE_RATE, abs=8)


def test_a_face_is_pasted_without_a_seam() -> None:
    [frame] = pictures(1)
    face = Area(20, 70, 12, 58)
    white = np.full((96, 96, 3), 255, np.uint8)
    whole = pasted(frame, white, face, 1.0)
    assert whole.y[55, 35] == 235
    assert (whole.y[:40] == 60).all()
    outside = np.ones(frame.shape, bool)
    outside[20:70, 12:58] = False
    assert (whole.y[outside] == 60).all()
    steps = np.abs(np.diff(whole.y[20:70, 10:60].astype(int), axis=0)).max()
    assert steps < 50
    assert (pasted(frame, white, face, 0.0).y == frame.y).all()
    assert 60 < pasted(frame, white, face, 0.5).y[55, 35] < 235


def sharpness(luma: NDArray[np.uint8], part: NDArray[np.bool_]) -> float:
    """Return how much detail of a pixel's size a part of a picture has: a standard deviation."""
    detail = luma - cv2.GaussianBlur(luma.astype(np.float32), (0, 0), 1.4)
    return float(detail[part].std())


@pytest.mark.parametrize("seed", [1, 2])
def test_a_mouth_is_as_sharp_as_the_face_that_was_filmed(seed: int) -> None:
    """Where nothing moved, nothing is lost; where something did, nothing is left of what was."""
    rng = np.random.default_rng(seed)
    skin = cv2.GaussianBlur(rng.normal(0, 30, (300, 260)).astype(np.float32), (0, 0), 1) + 140
    filmed = np.clip(skin, 16, 235).astype(np.uint8)
    moved = filmed.copy()
    moved[200:240, 90:170] = 30  # an open mouth
    plain, changed = (
        np.asarray(cv2.resize(face, (SIDE, SIDE)), np.uint8) for face in (filmed, moved)
    )
    assert np.abs(with_detail(filmed, plain).astype(int) - filmed).max() <= 1
    shown = with_detail(filmed, changed)
    mouth, around = np.zeros((2, 300, 260), bool)
    mouth[208:232, 98:162], around[180:260, 70:190] = True, True
    around[190:250, 80:180] = False
    assert sharpness(shown, around) > 0.9 * sharpness(filmed, around)
    soft = np.asarray(cv2.resize(changed, (260, 300)), np.uint8)
    assert sharpness(soft, around) < 0.6 * sharpness(filmed, around)
    assert np.abs(shown[mouth].astype(int) - 30).max() <= 2
    # No edge has a halo: nothing becomes lighter or darker than it was on either side.
    assert shown[180:260, 70:190].min() >= 30 - 4


@pytest.mark.parametrize(("height", "width"), [(40, 60), (96, 96), (240, 90), (301, 260)])
def test_a_face_of_any_size_is_shown_as_it_was_filmed_where_nothing_moved(
    height: int, width: int
) -> None:
    filmed = np.random.default_rng(1).integers(16, 236, (height, width)).astype(np.uint8)
    made = np.rint(cv2.resize(filmed.astype(np.float32), (SIDE, SIDE))).astype(np.uint8)
    assert np.abs(with_detail(filmed, made).astype(int) - filmed).max() <= 2


@pytest.mark.parametrize("more", [0, 2])
def test_a_face_that_is_too_large_for_its_mouth_is_told(
    engine: Wav2LipEngine, tmp_path: Path, more: int
) -> None:
    height = SOFT_FROM - 2 + more
    size = FrameSize(width=320, height=360)
    luma, chroma = np.full((360, 320), 60, np.uint8), np.full((180, 160), 128, np.uint8)
    clip = tmp_path / "large.mp4"
    frames = [YuvFrame(luma, chroma, chroma)] * 12
    write_clip(clip, frames, size=size, frame_rate=Fraction(24), encoding=FINE)
    face = FaceBox(left=0.1, top=0.1, width=0.8, height=height / 360)
    request = talking(
        tmp_path, spoken(tmp_path, "mara", 0.1, 0.3), faces={"mara": face}, frames=12
    ).model_copy(update={"clip": stored(clip), "size": size})
    [made] = made_by(engine, tmp_path, request)
    assert made.metadata.get("soft_mouths") == ({"mara": height} if more else None)
