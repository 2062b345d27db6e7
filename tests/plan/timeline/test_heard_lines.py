"""How lines are heard, as a plan says it: off screen, through what, recorded."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from plan_texts import PLAN, changed, line_of, problem_of, write
from sparkle_motion_dagster.film.feasibility import talking_shots
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines, spoken_lines
from sparkle_motion_dagster.units import FrameSize

IN_SHOT = "        text: Not tonight."
IN_TIME = "text: Not   tonight., "
TOM = "    name: Tom\n"
LAMP_ROOM = "    characters: [mara]"
FACE = "    prompt: Mara's face\n"


def plan_of(folder: Path, text: str) -> MoviePlan:
    (folder / "line.wav").touch()
    return load_plan(write(folder, text)).plan


def the_line(folder: Path, *changes: tuple[str, str]) -> PlannedLine:
    (line,) = planned_lines(plan_of(folder, changed(*changes)))
    return line


def test_a_plan_that_says_nothing_of_it_is_written_as_it_ever_was(tmp_path: Path) -> None:
    """Its digest stays, and so does all that hangs on it."""
    plan = plan_of(tmp_path, PLAN).model_dump(mode="json")
    new = {"off_screen", "treatment", "audio"}
    lines = [*plan["shots"][1]["dialogue"], *plan["dialogue_timeline"], *plan["characters"]]
    assert not any(new & line.keys() for line in lines)


@pytest.mark.parametrize(
    ("in_shot", "in_time"),
    [
        ("", "off_screen: true, treatment: hall, audio: line.wav, "),
        ("off_screen: true, treatment: hall, audio: line.wav, ", ""),
        ("off_screen: true, audio: line.wav, ", "treatment: hall, off_screen: true, "),
    ],
)
def test_either_list_may_say_how_a_line_is_heard(
    tmp_path: Path, in_shot: str, in_time: str
) -> None:
    told = "".join(f"\n        {one}" for one in in_shot.split(", "))
    line = the_line(tmp_path, (IN_SHOT, IN_SHOT + told), (IN_TIME, IN_TIME + in_time))
    assert (line.off_screen, line.effect, line.audio) == (True, "hall", "line.wav")


def test_a_line_wins_over_its_character(tmp_path: Path) -> None:
    mara = ("    name: Mara\n", "    name: Mara\n    treatment: telephone\n    off_screen: true\n")
    nowhere = (LAMP_ROOM, "    characters: []")
    line = the_line(tmp_path, mara, nowhere)
    assert (line.off_screen, line.effect) == (True, "telephone")
    own = (IN_TIME, f"{IN_TIME}off_screen: false, treatment: none, ")
    line = the_line(tmp_path, mara, nowhere, own)
    assert (line.off_screen, line.effect) == (False, None)


def test_a_line_that_is_recorded_is_not_spoken(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, changed((IN_TIME, f"{IN_TIME}audio: line.wav, ")))
    assert spoken_lines(plan) == ()
    assert len(planned_lines(plan)) == 1


@pytest.mark.parametrize(
    ("pictures", "faces", "off_screen"),
    [
        (("[tom]", "[tom]"), "", True),
        (("[tom]", "[tom]"), "off_screen: false, ", False),
        (("[tom]", "[tom, mara]"), "", False),
        (("[tom]", "[]"), "", False),  # nobody says who is in the close-up's last picture
        (("[]", "[]"), "", False),
    ],
)
def test_who_is_in_no_picture_is_off_screen(
    tmp_path: Path, pictures: tuple[str, str], faces: str, *, off_screen: bool
) -> None:
    one, other = pictures
    line = the_line(
        tmp_path,
        (LAMP_ROOM, f"    characters: {one}"),
        (FACE, f"{FACE}    characters: {other}\n"),
        (IN_TIME, IN_TIME + faces),
    )
    assert line.off_screen is off_screen


def test_who_has_a_face_somewhere_is_seen(tmp_path: Path) -> None:
    closeup = "is_talking_closeup: true"
    line = the_line(
        tmp_path,
        (LAMP_ROOM, "    characters: [tom]"),
        (FACE, f"{FACE}    characters: [tom]\n"),
        (closeup, f"{closeup}\n    metadata: {{faces: {{mara: null}}}}"),
    )
    assert not line.off_screen


@pytest.mark.parametrize(
    ("changes", "message", "where"),
    [
        (
            [(IN_TIME, f"{IN_TIME}treatment: phone, ")],
            "should be 'none', 'telephone', 'radio', 'far', 'hall' or 'thought', not 'phone'",
            "treatment: phone",
        ),
        ([(TOM, f"{TOM}    treatment: 5\n")], "not 5", "treatment: 5"),
        ([(TOM, f"{TOM}    off_screen: yes\n")], "should be true or false, not 'yes'", "off_s"),
        ([(IN_TIME, f"{IN_TIME}audio: ../x.wav, ")], "leads out of the plan's folder", "audio:"),
        ([(IN_TIME, f"{IN_TIME}audio: x.wav, ")], "there is no file 'x.wav'", "audio:"),
        ([(IN_SHOT, f"{IN_SHOT}\n        audio: x.wav")], "there is no file 'x.wav'", "audio:"),
        (
            [
                (IN_SHOT, f"{IN_SHOT}\n        treatment: far"),
                (IN_TIME, f"{IN_TIME}treatment: hall, "),
            ],
            "treatment is 'hall' here, but 'far' for the same line in shots[1].dialogue[0]",
            "treatment: hall",
        ),
        (
            [
                (IN_SHOT, f"{IN_SHOT}\n        off_screen: true"),
                (IN_TIME, f"{IN_TIME}off_screen: false, "),
            ],
            "off_screen is false here, but true for the same line",
            "off_screen: false",
        ),
        (
            [("    name: Mara\n", "    name: Mara\n    off_screen: true\n")],
            "'mara' is off_screen, and so cannot be in base image 'frame_001'",
            "    characters: [mara]",
        ),
        (
            [
                (TOM, f"{TOM}    off_screen: true\n"),
                ("closeup: true", "closeup: true\n    metadata: {faces: {tom: null}}"),
            ],
            "'tom' is off_screen, and so cannot be among the faces of shot 'shot_002'",
            "faces: {tom",
        ),
    ],
)
def test_what_is_wrong_is_said_by_field_and_line(
    tmp_path: Path, changes: list[tuple[str, str]], message: str, where: str
) -> None:
    text = changed(*changes)
    problem = problem_of(tmp_path, text)
    assert message in str(problem)
    assert problem.line == line_of(text, where)


def test_an_off_screen_line_that_crosses_a_cut_moves_no_mouth(tmp_path: Path) -> None:
    """Mara's line goes on into her own close-up."""
    film = FilmFormat(frame_rate=Fraction(24), size=FrameSize(width=1280, height=720))
    assert talking_shots(plan_of(tmp_path, PLAN), film) == ["shot_002"]
    off_screen = plan_of(tmp_path, changed((IN_TIME, f"{IN_TIME}off_screen: true, ")))
    assert talking_shots(off_screen, film) == []
