"""Faces in the picture speak where they are, and portraits stand in for those that are not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from clips import luma_psnr, stored
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.images.base import Appearance
from sparkle_motion_dagster.engines.images.storyboard.people import figures
from sparkle_motion_dagster.engines.images.storyboard.people.looks import look_of
from sparkle_motion_dagster.engines.images.storyboard.people.proportions import Region
from sparkle_motion_dagster.engines.images.storyboard.scene import (
    Expression,
    Face,
    Light,
    Mouth,
    SeenFace,
)
from sparkle_motion_dagster.engines.lipsync.base import LipsyncLine, LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.speaking.blinks import blink_times, closed_at
from sparkle_motion_dagster.engines.lipsync.viseme.engine import VisemeEngine, VisemeSettings
from sparkle_motion_dagster.engines.lipsync.viseme.parts import Sitting
from sparkle_motion_dagster.engines.lipsync.viseme.talking import TalkingFace
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings, SpokenPhoneme
from sparkle_motion_dagster.units import FrameSize
from talking_clips import FINE, dark_area, mouth_box, picture, redrawn, write_talking_source

SIZE = FrameSize(width=320, height=180)
RATE = Fraction(24)
LAMP = Light((120, 118, 150), (255, 196, 130), 0.7, 0.7)
MARA = Appearance(id="mara", description="keeper in her fifties, grey braid, plum wool coat")
BOLT = Appearance(id="bolt", description="small boxy robot with one round blue eye")
REX = Appearance(id="rex", description="brown dog with a blue collar")
GHOST = Appearance(id="ghost", description="ghost of an old sailor, white beard")
HAL = Appearance(id="hal", description="the ship's computer, calm")
GIRL = Appearance(id="girl", description="girl of six, red dress")
OTTO = Appearance(id="otto", description="captain, walrus moustache, navy uniform, glasses")


def face_of(person: Appearance, x: float = 0.5, **changes: object) -> Face:
    face = Face(character_id=person.id, x=x, y=0.44, size=0.3, light=LAMP)
    return face.model_copy(update=changes)


def line(
    folder: Path, speaker: Appearance, *sounds: tuple[str, float, float], at_s: float
) -> LipsyncLine:
    """A line of sounds, each from when to when; it ends with the last one."""
    name = f"{speaker.id}_{at_s:g}"
    timings = SpeechTimings(
        phonemes=tuple(SpokenPhoneme(ipa=ipa, start_s=a, end_s=b) for ipa, a, b in sounds)
    )
    soundfile.write(folder / f"{name}.wav", np.zeros(round(sounds[-1][2] * 22_050)), 22_050)
    (folder / f"{name}.json").write_text(timings.model_dump_json(), encoding="utf-8")
    return LipsyncLine(
        speaker=speaker,
        audio=stored(folder / f"{name}.wav"),
        timings=stored(folder / f"{name}.json"),
        offset_samples=round(at_s * 48_000),
    )


Frames = list[tuple[NDArray[np.uint8], list[SeenFace]]]


def still(frames: int, *people: tuple[Face, Appearance]) -> Frames:
    """A picture that stands still."""
    drawn = picture(SIZE, *people)
    return [(drawn, [SeenFace(face=face, share=1) for face, _ in people])] * frames


def spoken(
    folder: Path, source: Frames, *lines: LipsyncLine
) -> tuple[list[YuvFrame], list[YuvFrame]]:
    """Return the frames as they came in, and as they are with the lines spoken."""
    clip, scene = write_talking_source(folder / "source.mp4", SIZE, RATE, source)
    made = folder / "made"
    made.mkdir()
    request = LipsyncRequest(
        clip=clip,
        scene=scene,
        lines=lines,
        frames=len(source),
        frame_rate=RATE,
        size=SIZE,
        encoding=FINE,
    )
    [result] = VisemeEngine(VisemeSettings()).make([request], made)
    return list(read_frames(clip.path)), list(read_frames(result.outputs["clip"].path))


def difference(one: YuvFrame, other: YuvFrame) -> NDArray[np.int16]:
    return np.asarray(np.abs(one.y.astype(np.int16) - other.y), np.int16)


def test_the_face_in_the_picture_speaks_and_nothing_else_moves(tmp_path: Path) -> None:
    face = face_of(MARA)
    source, made = spoken(
        tmp_path, still(24, (face, MARA)), line(tmp_path, MARA, ("ɑː", 0.0, 0.4), at_s=0.3)
    )
    box = mouth_box(face, SIZE)
    assert dark_area(made[12], box) > dark_area(source[12], box) + 0.05
    changed = difference(source[12], made[12]) > 8
    rows, columns = np.nonzero(changed)
    assert rows.min() > 0.4 * 180
    assert rows.max() < 0.85 * 180
    assert columns.min() > 0.38 * 320
    assert columns.max() < 0.62 * 320


def test_its_own_expression_is_there_before_the_line_and_after_it(tmp_path: Path) -> None:
    face = face_of(MARA, expression=Expression(Mouth(width=0.4, curve=0.8)))
    source, made = spoken(
        tmp_path, still(30, (face, MARA)), line(tmp_path, MARA, ("ɑː", 0.0, 0.3), at_s=0.5)
    )
    box = mouth_box(face, SIZE)
    for frame in (0, 4, 26, 29):
        assert difference(source[frame], made[frame])[box].max() <= 6
    assert difference(source[15], made[15])[box].max() > 40


def test_a_line_across_both_cuts_leaves_their_frames_alone(tmp_path: Path) -> None:
    face = face_of(MARA)
    source, made = spoken(
        tmp_path, still(16, (face, MARA)), line(tmp_path, MARA, ("ɑː", 0.0, 3.0), at_s=-1.0)
    )
    for frame in (0, 15):
        assert luma_psnr(source[frame].y, made[frame].y) > 45
    areas = [dark_area(frame, mouth_box(face, SIZE)) for frame in made]
    assert areas[8] > areas[0] + 0.05
    assert max(abs(one - other) for one, other in pairwise(areas)) < 0.8 * (areas[8] - areas[0])


@pytest.mark.parametrize("person", [MARA, OTTO, BOLT, REX, GHOST], ids=lambda person: person.id)
@pytest.mark.parametrize(("turn", "tilt"), [(0.0, 0.0), (0.6, -8.0), (-0.4, 12.0)])
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_it_looks_as_if_it_were_drawn_with_that_mouth(
    person: Appearance, turn: float, tilt: float, share: float
) -> None:
    """With beard, glasses, tilt and turn, and in a dissolve with another picture."""
    face = face_of(person, turn=turn, tilt=tilt, expression=Expression(Mouth(curve=0.5)))
    mouth = Mouth(opening=6 / 14, width=-1 / 3, curve=0.5)
    wanted = replace(face.expression, mouth=mouth, lids=0.0)

    def seen(shown: Face) -> YuvFrame:
        other = np.full((180, 320, 3), (40, 160, 90), np.uint8)
        mixed = share * picture(SIZE, (shown, person)) + (1 - share) * other
        return YuvFrame.from_rgb(np.rint(mixed).astype(np.uint8))

    talking = TalkingFace(face, look_of(person.id, person.description), SIZE)
    made = talking.shown(seen(face), face, share, mouth, closed=1.0)
    target = seen(redrawn(face, wanted))
    box = np.s_[60:165, 90:230]
    likeness = luma_psnr(made.y[box], target.y[box])
    assert likeness > 36
    assert likeness > luma_psnr(seen(face).y[box], target.y[box]) + 9


@pytest.mark.parametrize("person", [GIRL, OTTO, REX], ids=lambda person: person.id)
def test_a_blink_moves_tears_as_well(person: Appearance) -> None:
    """All that looks otherwise with the eyes shut, tears among it, is drawn anew."""
    expression = Expression(Mouth(curve=0.5), squint=1.0, tears=1.0)
    face = face_of(person, size=0.5, expression=expression)
    sitting = Sitting(face, look_of(person.id, person.description), SIZE)
    head = sitting.window(Region(-150, -150, 150, 150))
    opened, shut = (
        sitting.drawn(figures.draw_head_only, one, head).astype(np.int16)
        for one in (expression, replace(expression, lids=0.0))
    )
    changed = np.abs(opened - shut).max(axis=2) > 0
    assert changed.any()
    changed[sitting.window(*sitting.eyes).within(head)] = False
    assert not changed.any()


@pytest.mark.parametrize("scale", [1.0, 0.7])
def test_it_follows_the_face_at_any_place_and_size(scale: float) -> None:
    face = face_of(MARA, size=0.3)
    there = face.model_copy(update={"x": 0.5213, "y": 0.4127, "size": 0.3 * scale, "tilt": 3.0})
    mouth = Mouth(opening=10 / 14)
    talking = TalkingFace(face, look_of(MARA.id, MARA.description), SIZE)
    plain = YuvFrame.from_rgb(picture(SIZE, (there, MARA)))
    made = talking.shown(plain, there, 1.0, mouth, closed=0.0)
    expression = replace(face.expression, mouth=mouth)
    target = YuvFrame.from_rgb(picture(SIZE, (redrawn(there, expression), MARA)))
    box = mouth_box(there, SIZE)
    likeness = luma_psnr(made.y[box], target.y[box])
    assert likeness > 26
    assert likeness > luma_psnr(plain.y[box], target.y[box]) + 5


def corner(frame: NDArray[np.int16], *, right: bool) -> float:
    """Return which share of a lower corner has changed."""
    part = frame[108:, 240:] if right else frame[108:, :80]
    return float((part > 12).mean())


@pytest.mark.parametrize(("x", "right"), [(0.3, True), (0.7, False)])
def test_who_is_off_screen_gets_a_portrait_away_from_the_face(
    tmp_path: Path, x: float, *, right: bool
) -> None:
    """And the face that listens keeps its mouth shut."""
    face = face_of(MARA, x=x)
    source, made = spoken(
        tmp_path, still(36, (face, MARA)), line(tmp_path, OTTO, ("ɑː", 0.0, 0.5), at_s=0.5)
    )
    change = difference(source[18], made[18])
    assert corner(change, right=right) > 0.3
    assert corner(change, right=not right) == 0
    assert change[mouth_box(face, SIZE)].max() <= 6


def test_nobody_is_shown_for_a_voice_that_has_no_body(tmp_path: Path) -> None:
    source, made = spoken(
        tmp_path, still(24, (face_of(MARA), MARA)), line(tmp_path, HAL, ("ɑː", 0.0, 0.5), at_s=0.2)
    )
    assert max(difference(*frames).max() for frames in zip(source, made, strict=True)) <= 6


def test_the_request_says_who_is_drawn_as_no_person(tmp_path: Path) -> None:
    """Portraits of robots, animals and ghosts are made again; those of people stay as they are."""
    said = {}
    for person in (MARA, BOLT, REX, GHOST, HAL):
        request = request_with(tmp_path, "{}")
        lines = (request.lines[0].model_copy(update={"speaker": person}),)
        narrowed = VisemeEngine(VisemeSettings()).narrowed(
            request.model_copy(update={"lines": lines})
        )
        said[person.id] = narrowed.model_dump()["lines"][0].get("drawn_as", "nothing said")
    assert said == {
        "mara": "nothing said", "bolt": "robot", "rex": "dog", "ghost": "translucent",
        "hal": "none",
    }  # fmt: skip


def test_who_is_in_the_picture_gets_no_portrait(tmp_path: Path) -> None:
    people = ((face_of(MARA, x=0.3), MARA), (face_of(OTTO, x=0.7), OTTO))
    source, made = spoken(
        tmp_path,
        still(48, *people),
        line(tmp_path, MARA, ("ɑː", 0.0, 0.4), at_s=0.4),
        line(tmp_path, OTTO, ("ɑː", 0.0, 0.4), at_s=1.2),
    )
    boxes = [mouth_box(face, SIZE) for face, _ in people]
    for frame, speaks in ((14, 0), (33, 1)):
        change = difference(source[frame], made[frame])
        assert change[boxes[speaks]].max() > 40
        assert change[boxes[1 - speaks]].max() <= 6
        assert max(corner(change, right=side) for side in (False, True)) < 0.05


def test_the_portrait_comes_when_the_face_goes(tmp_path: Path) -> None:
    """The face dissolves into an empty picture in mid-line."""
    face, empty = face_of(MARA), picture(SIZE)
    drawn = picture(SIZE, (face, MARA))
    source: Frames = []
    for frame in range(60):
        share = min(max((36 - frame) / 12, 0), 1)
        mixed = np.rint(share * drawn + (1 - share) * empty).astype(np.uint8)
        source.append((mixed, [SeenFace(face=face, share=share)] if share else []))
    before, made = spoken(tmp_path, source, line(tmp_path, MARA, ("ɑː", 0.0, 2.2), at_s=0.1))
    covered = [
        max(corner(difference(one, other), right=side) for side in (False, True))
        for one, other in zip(before, made, strict=True)
    ]
    assert max(covered[:28]) < 0.05
    assert min(covered[38:52]) > 0.3
    assert covered[59] == 0
    box = mouth_box(face, SIZE)
    assert difference(before[12], made[12])[box].max() > 40


def test_a_short_gap_brings_no_portrait(tmp_path: Path) -> None:
    """What would only flash up is left out."""
    face, empty = face_of(MARA), picture(SIZE)
    drawn = picture(SIZE, (face, MARA))
    source: Frames = [
        (empty, []) if 20 <= frame < 26 else (drawn, [SeenFace(face=face, share=1)])
        for frame in range(48)
    ]
    before, made = spoken(tmp_path, source, line(tmp_path, MARA, ("ɑː", 0.0, 1.4), at_s=0.2))
    assert luma_psnr(before[23].y, made[23].y) > 45


def eye_box(face: Face) -> tuple[slice, slice]:
    y, unit = face.y * 180, face.size * 180
    x = face.x * 320
    return slice(round(y - 0.14 * unit), round(y + 0.16 * unit)), slice(
        round(x - 0.55 * unit), round(x + 0.55 * unit)
    )


def test_eyes_blink_now_and_then_and_never_at_a_cut(tmp_path: Path) -> None:
    face = face_of(MARA)
    source, made = spoken(
        tmp_path, still(240, (face, MARA)), line(tmp_path, MARA, ("ə", 0.0, 0.2), at_s=0.2)
    )
    box = eye_box(face)
    closed = [
        k
        for k, (one, other) in enumerate(zip(source, made, strict=True))
        if difference(one, other)[box].max() > 40
    ]
    begins = [k for k in closed if k - 1 not in closed]
    assert 1 <= len(begins) <= 5
    assert 2 * len(begins) <= len(closed) <= 6 * len(begins)
    assert all(2 <= (other - one) / 24 <= 6.3 for one, other in pairwise(begins))
    assert closed[0] > 4
    assert closed[-1] < 235


def test_blinks_are_everybodys_own_and_always_the_same() -> None:
    assert blink_times("mara\nclip", 60) == blink_times("mara\nclip", 60)
    assert blink_times("mara\nclip", 60) != blink_times("otto\nclip", 60)
    times = blink_times("mara\nclip", 600)
    assert all(2 <= other - one <= 6 for one, other in pairwise(times))
    assert closed_at(times, times[3] + 0.07) == 1
    assert closed_at(times, times[3] - 0.01) == closed_at(times, times[3] + 0.2) == 0
    assert blink_times("mara\nclip", 0.5) == ()


def test_closed_eyes_do_not_blink() -> None:
    face = face_of(MARA, expression=Expression(lids=0.0))
    frame = YuvFrame.from_rgb(picture(SIZE, (face, MARA)))
    talking = TalkingFace(face, look_of(MARA.id, MARA.description), SIZE)
    assert talking.shown(frame, face, 1.0, None, closed=1.0) is frame


def request_with(folder: Path, scene: str, frames: int = 4) -> LipsyncRequest:
    clip, _ = write_talking_source(
        folder / "source.mp4", SIZE, RATE, still(frames, (face_of(MARA), MARA))
    )
    path = folder / "scene.json"
    path.write_text(scene, encoding="utf-8")
    file: StoredFile = stored(path)
    return LipsyncRequest(
        clip=clip,
        scene=file,
        lines=(line(folder, MARA, ("a", 0.0, 0.1), at_s=0),),
        frames=frames,
        frame_rate=RATE,
        size=SIZE,
        encoding=FINE,
    )


@pytest.mark.parametrize(
    ("scene", "message"),
    [('{"faces": [[], []]}', "tells of 2 frames, but its shot has 4"), ("{", "is no clip's scene")],
)
def test_a_scene_that_does_not_fit_is_refused(tmp_path: Path, scene: str, message: str) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(EngineError, match=message):
        next(
            VisemeEngine(VisemeSettings()).make([request_with(tmp_path, scene)], tmp_path / "made")
        )
    assert list((tmp_path / "made").iterdir()) == []
