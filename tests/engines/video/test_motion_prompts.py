"""What the camera reads out of motion prompts."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.engines.video.motion_prompts import (
    Motion,
    Move,
    Pace,
    Phase,
    read_motion,
)


def one(pace: Pace, **axes: float) -> tuple[Phase, ...]:
    return (Phase(Move(**axes), pace),)


@pytest.mark.parametrize(
    ("prompt", "phases"),
    [
        ("static shot", one(Pace.STILL)),
        ("locked-off camera", one(Pace.STILL)),
        ("no camera movement", one(Pace.STILL)),
        ("hold on her face", one(Pace.STILL)),
        ("pan left", one(Pace.STEADY, right=-1)),
        ("pan from left to right", one(Pace.STEADY, right=1)),
        ("Camera pans slowly to the right", one(Pace.SLOW, right=1)),
        ("camera pans up and to the left", one(Pace.STEADY, down=-1, right=-1)),
        ("a slow rightward drift", one(Pace.SLOW, right=1)),
        ("gentle pan right with the moving shadows", one(Pace.SLOW, right=1)),
        ("track left at his pace", one(Pace.STEADY, right=-1)),
        ("whip pan left to the sill", one(Pace.WHIP, right=-1)),
        ("fast tilt down", one(Pace.FAST, down=1)),
        ("tilt", one(Pace.STEADY, down=-1)),
        ("slow crane up", one(Pace.SLOW, down=-1)),
        ("the camera craning upward", one(Pace.STEADY, down=-1)),
        ("slow crane down from the sky to the roofs", one(Pace.SLOW, down=1)),
        ("rise up over the bricks", one(Pace.STEADY, down=-1)),
        ("push-in", one(Pace.STEADY, zoom=1)),
        ("dolly in through the doorway", one(Pace.STEADY, zoom=1)),
        ("gentle dolly in as the light sweeps across", one(Pace.SLOW, zoom=1)),
        ("slow push in to a tight close-up, shallow focus", one(Pace.SLOW, zoom=1)),
        ("fast track forward, low to the ground", one(Pace.FAST, zoom=1)),
        ("crash zoom", one(Pace.FAST, zoom=1)),
        ("dolly back", one(Pace.STEADY, zoom=-1)),
        ("pull back to reveal", one(Pace.STEADY, zoom=-1)),
        ("quick track back before the runners", one(Pace.FAST, zoom=-1)),
        ("arc left around her", one(Pace.STEADY, right=-1, zoom=0.4)),
        ("roll clockwise", one(Pace.STEADY, roll=1)),
        ("tilt to the left", one(Pace.STEADY, roll=-1)),
        ("truck left while pushing in gently", one(Pace.SLOW, right=-1, zoom=1)),
        (
            "pan right, then tilt up",
            one(Pace.STEADY, right=1) + one(Pace.STEADY, down=-1),
        ),
        (
            "slow crane up the tower, then push in through the rain to the window",
            one(Pace.SLOW, down=-1) + one(Pace.STEADY, zoom=1),
        ),
        ("quick pan left to her, then still", one(Pace.FAST, right=-1) + one(Pace.STILL)),
        ("slow push in, then hold", one(Pace.SLOW, zoom=1) + one(Pace.STILL)),
    ],
)
def test_moves_are_read_from_words(prompt: str, phases: tuple[Phase, ...]) -> None:
    assert read_motion(prompt) == Motion(phases)


@pytest.mark.parametrize(
    "prompt",
    [
        None,
        "",
        "Mara turns left and looks up",
        "a company in the rain walks left",
        "the boat drifts past",
        "she pulls focus",
        "close-up",
    ],
)
def test_prompts_that_name_no_move_get_a_quiet_one(prompt: str | None) -> None:
    motions = [read_motion(prompt, chance) for chance in "abcdefghij"]
    assert all(motion.is_quiet and not motion.is_still for motion in motions)
    assert len({motion.phases for motion in motions}) > 2
    assert motions == [read_motion(prompt, chance) for chance in "abcdefghij"]


def test_a_pan_without_a_direction_goes_to_a_side() -> None:
    sides = {read_motion("slow pan", chance).phases[0].move.right for chance in "abcdefgh"}
    assert sides == {-1, 1}


@pytest.mark.parametrize(
    ("prompt", "sway"),
    [
        ("handheld", 1.0),
        ("hand-held, nervous", 2.0),
        ("shaky camera", 2.0),
        ("slow pan left with the beam, handheld breath in the frame", 0.6),
        ("slow pan left", 0.0),
    ],
)
def test_a_hand_shows_as_much_as_is_asked_for(prompt: str, sway: float) -> None:
    assert read_motion(prompt).sway == sway


@pytest.mark.parametrize(
    ("prompt", "lean"), [("dutch angle", 4), ("slow push in, slightly tilted", 2), ("tilt up", 0)]
)
def test_a_horizon_leans_where_that_is_asked_for(prompt: str, lean: float) -> None:
    assert abs(read_motion(prompt).lean) == lean


def test_only_what_is_still_all_the_time_is_still() -> None:
    assert read_motion("static, locked off").is_still
    assert not read_motion("quick pan left, then still").is_still
