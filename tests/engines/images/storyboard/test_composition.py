"""Where people are in a picture: crowds in ranks, and what a group takes of the frame."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.composition import (
    Composition,
    FigurePlace,
    compose,
    group_of,
)
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import read

FRAMES = [Frame(640, 360, 18), Frame(360, 640, 24), Frame(360, 360, 18), Frame(64, 64, 4)]
FRAMINGS = [
    "extreme wide shot", "wide shot", "full shot, low angle", "high angle", "medium shot",
    "medium close-up", "close-up", "extreme close-up of a face", "over the shoulder",
]  # fmt: skip

in_every_frame = pytest.mark.parametrize(
    "frame", FRAMES, ids=lambda frame: f"{frame.width}x{frame.height}"
)


def composed(prompt: str, frame: Frame, people: int, leads: int = 0) -> Composition:
    dice = Dice(prompt)
    return compose(read(f"{prompt}, a meadow at noon", dice), frame, people, dice, leads)


def head_shows(plan: Composition, number: int, frame: Frame) -> float:
    """Return how much of a head in a crowd is covered by nobody, sampled, 0 to 1."""
    place = plan.figures[number]
    tall = place.height * frame.rows
    top = frame.top + place.feet * frame.rows - tall
    samples = [
        (place.x * frame.width + 0.05 * tall * right / 2, top + 0.15 * tall * (down + 0.5) / 5)
        for right in range(-2, 3)
        for down in range(5)
    ]
    before = [
        other
        for other in plan.figures[number + 1 :]
        if abs(other.x - place.x) * frame.width < 0.2 * other.height * frame.rows
    ]
    free = [
        sample
        for sample in samples
        if not any(covers(other, sample, frame) for other in before)
        and not any(
            abs(sample[0] - face.x * frame.width) < 0.85 * face.size * frame.height
            and sample[1] > (face.y - 1.1 * face.size) * frame.height
            for face in plan.faces
        )
    ]
    return len(free) / len(samples)


def covers(place: FigurePlace, sample: tuple[float, float], frame: Frame) -> bool:
    tall = place.height * frame.rows
    aside = abs(sample[0] - place.x * frame.width) / tall
    down = (sample[1] - frame.top - place.feet * frame.rows) / tall + 1
    return (0 <= down < 0.16 and aside < 0.06) or (down >= 0.16 and aside < 0.12)


@in_every_frame
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("people", [6, 60])
def test_everybody_in_a_crowd_is_seen(frame: Frame, framing: str, people: int) -> None:
    plan = composed(framing, frame, people)
    assert len(plan.faces) + len(plan.figures) == people
    for number, place in enumerate(plan.figures):
        assert head_shows(plan, number, frame) > 0.3
        assert place.height > 0.02
        assert 0.01 < place.x < 0.99
        assert place.feet - place.height > 0


@in_every_frame
def test_a_crowd_stands_in_ranks_on_one_ground(frame: Frame) -> None:
    """Who stands higher is farther away, and so much smaller as the ground has it."""
    plan = composed("wide shot", frame, 60)
    heights = [place.height for place in plan.figures]
    assert max(heights) > 1.4 * min(heights)
    for place in plan.figures:
        eye = 1.7 * (place.feet - plan.horizon) / place.height
        assert eye == pytest.approx(plan.eye, rel=0.06)


@pytest.mark.parametrize(
    ("framing", "leads", "near"),
    [
        ("medium shot", 0, 4),
        ("close-up", 0, 3),
        ("close-up", 1, 1),
        ("close-up", 5, 5),
        ("medium shot", 12, 4),
        ("over the shoulder", 1, 2),
        ("wide shot", 3, 0),
    ],
)
def test_near_framings_of_a_crowd_show_faces(framing: str, leads: int, near: int) -> None:
    assert len(composed(framing, FRAMES[0], 40, leads).faces) == near


@pytest.mark.parametrize(("framing", "least"), [("wide shot", 0.2), ("full shot", 0.3)])
def test_framings_hold_for_crowds(framing: str, least: float) -> None:
    heights = [place.height for place in composed(framing, FRAMES[0], 40).figures]
    assert least < max(heights) < 1.7 * least


@in_every_frame
@pytest.mark.parametrize("framing", ["wide shot", "medium shot", "close-up"])
@pytest.mark.parametrize("people", [3, 5, 30])
def test_a_group_leaves_room_for_the_camera(frame: Frame, framing: str, people: int) -> None:
    group = group_of(composed(framing, frame, people), frame)
    assert group is not None
    assert 0.01 < group.left < group.right < 0.99
    assert frame.top / frame.height < group.top < group.bottom <= 1


@in_every_frame
@pytest.mark.parametrize("framing", ["extreme wide shot", "wide shot", "full shot"])
@pytest.mark.parametrize("people", [1, 2, 5])
def test_people_stand_before_the_back_wall_of_a_room(
    frame: Frame, framing: str, people: int
) -> None:
    dice = Dice(framing)
    plan = compose(read(f"{framing}, a kitchen", dice), frame, people, dice)
    foot_of_wall = plan.horizon + 1.2 * plan.eye / 6 * min(1.0, frame.width / frame.rows) ** 0.5
    assert all(place.feet > foot_of_wall for place in plan.figures)
    assert all(place.feet - place.height > 0 for place in plan.figures)


def test_two_are_no_group() -> None:
    assert group_of(composed("wide shot", FRAMES[0], 2), FRAMES[0]) is None


NAMED_FRAMES = [
    Frame(1280, 720, 36),
    Frame(720, 1280, 48),
    Frame(720, 720, 36),
    Frame(720, 900, 46),
    Frame(1280, 536, 26),
]

in_every_aspect = pytest.mark.parametrize(
    "frame", NAMED_FRAMES, ids=lambda frame: f"{frame.width}x{frame.height}"
)


@in_every_aspect
@pytest.mark.parametrize("framing", ["medium shot", "close-up", "extreme close-up", "profile"])
@pytest.mark.parametrize("people", [1, 2, 3])
@pytest.mark.parametrize("take", range(5))
def test_no_face_is_cropped(frame: Frame, framing: str, people: int, take: int) -> None:
    """Hair may leave the frame of an extreme close-up; a whole head, of any other, does not."""
    shape = frame.width / frame.height
    wide = 0.7 if framing == "extreme close-up" else 0.95
    for face in composed(f"{framing}, take {take}", frame, people).faces:
        assert face.x - wide * face.size / shape >= 0
        assert face.x + wide * face.size / shape <= 1
        assert face.y - face.size > 0 or framing == "extreme close-up"
        assert face.y + 0.9 * face.size < 1


@in_every_aspect
@pytest.mark.parametrize("take", range(5))
def test_who_is_seen_from_behind_leaves_the_other_face_free(frame: Frame, take: int) -> None:
    shape = frame.width / frame.height
    face, behind = composed(f"over the shoulder, take {take}", frame, 2).faces
    apart = abs(face.x - behind.x) * shape
    assert apart >= 0.95 * (0.8 * face.size + behind.size)
    near_edge = abs(behind.x - 0.5) - 0.95 * behind.size / shape
    assert near_edge < 0.4  # and is seen


def test_people_stand_together_in_a_very_wide_frame() -> None:
    usual, wide = (composed("two-shot, medium shot", frame, 2) for frame in NAMED_FRAMES[::4])
    apart = [(plan.faces[1].x - plan.faces[0].x) for plan in (usual, wide)]
    assert apart[1] * 1280 / 536 == pytest.approx(apart[0] * 1.85, rel=0.01)
