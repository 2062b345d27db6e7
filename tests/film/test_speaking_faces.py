"""What the checks of real faces say of finished clips: of good ones, and of those with a fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from clips import stored
from painted_face import PaintedFace, paint
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.faces.readings import MouthReadings, read_mouths
from sparkle_motion_dagster.faces.records import ClipFaces
from sparkle_motion_dagster.faces.similarity import Similarity
from sparkle_motion_dagster.film.checks.speaking_faces import verdicts
from sparkle_motion_dagster.film.faces.speaking import SpokenClip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings, SpokenPhoneme
from sparkle_motion_dagster.units import FrameSize
from speaking_pictures import read_anew, request_of, speak, write_frames

SIZE = FrameSize(width=384, height=180)
FRAMES = 40


@pytest.fixture(scope="module")
def request_(tmp_path_factory: pytest.TempPathFactory) -> LipsyncRequest:
    """Mara speaks, on the left; Tom, on the right, listens."""
    folder = tmp_path_factory.mktemp("two")
    people = [PaintedFace(110, 90, 110), PaintedFace(275, 90, 110, skin=(150, 104, 84))]
    still = YuvFrame.from_rgb(paint(SIZE.width, SIZE.height, people))
    clip = write_frames(folder / "still.mp4", [still] * FRAMES, SIZE)
    return request_of(clip, FRAMES, SIZE, [_line(folder)], ["mara", "tom"])


def _line(folder: Path) -> LipsyncLine:
    sounds = ("m", "ɑː", "b", "æ", "p", "ɑː", "m", "ɛ")
    phonemes = tuple(
        SpokenPhoneme(ipa=ipa, start_s=0.15 * number, end_s=0.15 * (number + 1))
        for number, ipa in enumerate(sounds)
    )
    hum = 0.5 * np.sin(np.arange(round(0.15 * len(sounds) * 22_050)) * 2 * np.pi * 200 / 22_050)
    soundfile.write(folder / "line.wav", hum, 22_050)
    timings = folder / "line.json"
    timings.write_text(SpeechTimings(phonemes=phonemes).model_dump_json(), encoding="utf-8")
    return LipsyncLine(
        speaker=Appearance(id="mara"),
        audio=stored(folder / "line.wav"),
        timings=stored(timings),
        offset_samples=round(0.25 * 48_000),
    )


@pytest.fixture(scope="module")
def spoken(
    request_: LipsyncRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, int]]:
    return speak(request_, tmp_path_factory.mktemp("spoken") / "mesh")


@pytest.fixture(scope="module")
def readings(request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]]) -> MouthReadings:
    return read_anew(request_, spoken[0])


def broken_checks(clip: SpokenClip) -> set[str]:
    return {verdict.check.name for verdict in verdicts([clip]) if not verdict.kept}


def test_of_a_film_without_real_faces_nothing_is_said_to_be_measured() -> None:
    moving, kept, who = verdicts(())
    assert (moving.kept, kept.kept, who.kept) == (True, True, True)
    assert moving.measured["lines"] == kept.measured["faces"] == who.measured["lines"] == 0
    worst = [moving.measured[name] for name in ("least_correlation", "most_off_frames")]
    worst += [kept.measured[name] for name in ("least_db", "most_astray")]
    assert worst == ["not measured"] * 4


def test_a_mouth_that_speaks_in_time_keeps_all_promises(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], readings: MouthReadings
) -> None:
    clip = SpokenClip.of("shot", request_, spoken[1], readings)
    assert broken_checks(clip) == set()
    (line,) = clip.lines
    assert line.agreement is not None
    assert line.agreement.correlation > 0.85
    assert abs(line.agreement.lag) < 0.5
    moves, _, _ = verdicts([clip])
    assert moves.measured["lips_meet"] == "4 of 4 times"


def test_where_a_face_comes_and_goes_its_mouth_is_not_asked_to_speak(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], readings: MouthReadings
) -> None:
    (face,) = (face for face in readings.faces if face.person == spoken[1]["mara"])
    rest = face.before[:4]
    seen = face.model_copy(
        update={
            "start": 15,
            "before": face.before[15:40],
            "after": (*rest, *face.after[19:36], *rest),
        }
    )
    (line,) = SpokenClip.of("shot", request_, spoken[1], MouthReadings(faces=(seen,))).lines
    assert line.agreement is not None
    assert line.agreement.correlation > 0.85


def test_a_face_that_moves_where_somebody_else_speaks_is_told(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], readings: MouthReadings
) -> None:
    (mara,) = spoken[1].values()
    (tom,) = readings.people - {mara}
    clip = SpokenClip.of("shot", request_, {"mara": tom}, readings)
    assert broken_checks(clip) == {"mouths_move", "who_speaks"}
    *_, speaks = verdicts([clip])
    assert speaks.measured["others"] == f"shot, mara's line 1 (person {mara} moves)"


def test_a_mouth_that_stays_shut_is_told(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    unmoved = write_frames(tmp_path / "unmoved.mp4", read_frames(request_.clip.path), SIZE)
    clip = SpokenClip.of("shot", request_, spoken[1], read_anew(request_, unmoved))
    assert broken_checks(clip) == {"mouths_move"}


def test_a_mouth_that_is_late_is_told(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    finished, people = spoken
    frames = list(read_frames(finished))
    late = write_frames(tmp_path / "late.mp4", [*frames[:1] * 3, *frames[:-3]], SIZE)
    clip = SpokenClip.of("shot", request_, people, read_anew(request_, late))
    assert broken_checks(clip) == {"mouths_move"}
    assert clip.lines[0].agreement is not None
    assert clip.lines[0].agreement.lag == pytest.approx(3, abs=0.3)


def test_a_face_whose_surroundings_change_is_told(
    request_: LipsyncRequest, spoken: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    finished, people = spoken

    def darkened() -> Iterator[YuvFrame]:
        for number, frame in enumerate(read_frames(finished)):
            luma = frame.y.copy()
            if number == FRAMES // 2:
                luma[:60] //= 2
            yield YuvFrame(luma, frame.u, frame.v)

    changed = write_frames(tmp_path / "changed.mp4", darkened(), SIZE)
    clip = SpokenClip.of("shot", request_, people, read_anew(request_, changed))
    assert broken_checks(clip) == {"faces_kept"}


def test_around_a_face_that_fills_the_picture_nothing_is_measured(request_: LipsyncRequest) -> None:
    assert request_.followed is not None
    faces = ClipFaces.model_validate_json(request_.followed.path.read_bytes())
    right, down = -9 * faces.tracks[0].points[0].mean(axis=0)
    near = faces.tracks[0].model_copy(
        update={"places": (Similarity(a=10, right=right, down=down),)}
    )
    still = [next(read_frames(request_.clip.path))]
    readings = read_mouths(still, still, faces.model_copy(update={"tracks": (near,)}))
    assert MouthReadings.model_validate_json(readings.model_dump_json()) == readings
    clip = SpokenClip("shot", {"mara": near.person}, readings, ())
    _, kept, _ = verdicts([clip])
    assert kept.measured["least_db"] == "not measured"
    assert "nothing around it" in str(kept.measured["changed"])
