"""The camera's way over two keyframes: inside both, smooth, and through a face that is in both."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from sparkle_motion_dagster.engines.video.camera.crossing import Crossing, cross
from sparkle_motion_dagster.engines.video.camera.dissolve import Limits
from sparkle_motion_dagster.engines.video.camera.travel import Travel, plan_travel
from sparkle_motion_dagster.engines.video.camera.views import WHOLE, Likeness, Spot, View, distance
from sparkle_motion_dagster.engines.video.motion_prompts import read_motion

LIMITS = Limits(dissolve_s=0.8, unmatched_s=0.8, share=0.35, shift=0.12, closest=0.62)
CROWDED = Limits(dissolve_s=0.8, unmatched_s=0.4, share=0.35, shift=0.12, closest=0.62)
PROMPTS = (
    None,
    "static",
    "slow pan left",
    "pan right",
    "whip pan left",
    "tilt up",
    "fast crane down",
    "push in",
    "fast push in",
    "pull back to reveal",
    "roll clockwise",
    "arc left, then push in",
    "slow crane up, then push in",
    "push in, then pull out",
    "quick pan left to her, then still",
    "truck right while pulling out",
)
FACES = {
    "none": (),
    "same": (Likeness(Spot(0.5, 0.45, 0.3), Spot(0.5, 0.45, 0.3), "mara"),),
    "larger": (Likeness(Spot(0.48, 0.45, 0.25), Spot(0.5, 0.5, 0.31), "mara"),),
    "smaller": (Likeness(Spot(0.5, 0.5, 0.3), Spot(0.52, 0.45, 0.24), "mara"),),
    "aside": (Likeness(Spot(0.42, 0.5, 0.25), Spot(0.55, 0.45, 0.26), "mara"),),
}
STEPS = [k / 120 for k in range(121)]


def travel(prompt: str | None, seconds: float = 4.0) -> Travel:
    return plan_travel(read_motion(prompt), seconds, "chance")


def crossing(prompt: str | None, faces: str = "none", seconds: float = 4.0) -> Crossing:
    return cross(travel(prompt, seconds), FACES[faces], CROWDED if FACES[faces] else LIMITS)


def shown(views: Crossing) -> list[View]:
    """All views that are seen, of both pictures."""
    start = [views.start(position) for position in STEPS if position <= views.window.end]
    return start + [views.end(position) for position in STEPS if position >= views.window.begin]


every_way = pytest.mark.parametrize(
    ("prompt", "faces"), list(itertools.product(PROMPTS, FACES)), ids=str
)


@every_way
@pytest.mark.parametrize("seconds", [0.2, 6.0])
def test_views_stay_inside_and_not_too_close(
    prompt: str | None, faces: str, seconds: float
) -> None:
    for view in shown(crossing(prompt, faces, seconds)):
        half = view.scale / 2 - 1e-9
        assert half <= view.x <= 1 - half
        assert half <= view.y <= 1 - half
        assert 0.4 < view.scale <= 1


@every_way
def test_a_shot_begins_and_ends_with_whole_keyframes(prompt: str | None, faces: str) -> None:
    views = crossing(prompt, faces)
    assert distance(views.start(0.0), WHOLE) == pytest.approx(0, abs=1e-9)
    assert distance(views.end(1.0), WHOLE) == pytest.approx(0, abs=1e-9)
    assert views.share(0.0, 0.5, 0.5) == 0
    assert views.share(1.0, 0.5, 0.5) == 1


@every_way
def test_views_change_without_a_jump(prompt: str | None, faces: str) -> None:
    """A whip of 0.4 s goes through a fifth of the frame; nothing is faster than it is."""
    views = crossing(prompt, faces)
    for viewing, seen in (
        (views.start, [each for each in STEPS if each <= views.window.end]),
        (views.end, [each for each in STEPS if each >= views.window.begin]),
    ):
        ways = [distance(viewing(one), viewing(other)) for one, other in itertools.pairwise(seen)]
        assert max(ways, default=0) < 0.12
        changes = [abs(one - other) for one, other in itertools.pairwise(ways)]
        assert max(changes, default=0) < (0.045 if prompt and "whip" in prompt else 0.012)


@every_way
def test_a_matched_face_lies_at_one_place_while_keyframes_dissolve(
    prompt: str | None, faces: str
) -> None:
    views = crossing(prompt, faces)
    if views.matched is None:
        return
    window = views.window
    for k in range(21):
        position = window.begin + (window.end - window.begin) * k / 20
        one, other = views.start(position), views.end(position)
        for spot, view in ((views.matched.one, one), (views.matched.other, other)):
            assert (spot.x - view.x) / view.scale == pytest.approx(
                (views.matched.one.x - one.x) / one.scale, abs=1e-6
            )
            assert spot.size / view.scale == pytest.approx(
                views.matched.one.size / one.scale, abs=1e-6
            )


@pytest.mark.parametrize(
    ("prompt", "faces", "outcome"),
    [
        (None, "same", "matched"),
        (None, "larger", "matched"),
        (None, "smaller", "matched"),
        (None, "aside", "matched"),
        ("handheld", "aside", "matched"),
        ("static", "same", "matched"),
        ("static", "aside", "not"),  # the camera would have to move
        ("push in", "larger", "matched"),
        ("push in", "smaller", "not"),  # a face that gets smaller is no push in
        ("push in", "same", "not"),
        ("pull out", "smaller", "matched"),
        ("pull out", "larger", "not"),
        (
            "pan left",
            "aside",
            "matched",
        ),  # from a face on the left to one on the right of its picture
        ("pan right", "aside", "not"),
        ("whip pan left", "same", "not"),
    ],
)
def test_faces_are_matched_where_that_is_what_the_prompt_asks_for(
    prompt: str | None, faces: str, outcome: str
) -> None:
    assert crossing(prompt, faces).matched == (FACES[faces][0] if outcome == "matched" else None)


def test_a_face_that_cannot_be_matched_is_at_least_brought_to_one_place() -> None:
    [likeness] = FACES["same"]
    views = crossing("push in", "same")
    middle = views.window.middle
    one, other = views.start(middle), views.end(middle)
    assert one.scale < 0.97
    assert (likeness.one.y - one.y) / one.scale == pytest.approx(
        (likeness.other.y - other.y) / other.scale, abs=1e-6
    )


@pytest.mark.parametrize("seconds", [0.5, 2.0, 8.0])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_dissolve_is_no_longer_than_it_may_be(prompt: str | None, seconds: float) -> None:
    window = crossing(prompt, "none", seconds).window
    assert 0 <= window.begin < window.end <= 1 + 1e-9
    assert (window.end - window.begin) * seconds <= 0.8 + 1e-9
    assert window.end - window.begin <= 0.35 + 1e-9


def test_faces_that_are_not_matched_shine_through_each_other_but_briefly() -> None:
    window = crossing("push in", "same").window
    assert (window.end - window.begin) * 4.0 == pytest.approx(0.4)


def test_pushing_in_keeps_the_start_keyframe_and_pulling_out_shows_the_end_keyframe() -> None:
    assert crossing("push in").window.end == pytest.approx(1.0)
    assert crossing("pull out").window.begin == pytest.approx(0.0)


@every_way
@pytest.mark.parametrize("seconds", [1.0, 4.0])
def test_an_end_keyframe_that_rests_is_seen_for_a_while(
    prompt: str | None, faces: str, seconds: float
) -> None:
    """No other shot goes on from it: pushing in may not leave it the last frame alone."""
    limits = replace(CROWDED if FACES[faces] else LIMITS, rest_s=0.7)
    views = cross(travel(prompt, seconds), FACES[faces], limits)
    assert views.window.end <= 1 - min(0.7 / seconds, 0.35) + 1e-9
    assert distance(views.end(1.0), WHOLE) == pytest.approx(0, abs=1e-9)
    for view in shown(views):
        half = view.scale / 2 - 1e-9
        assert half <= view.x <= 1 - half
        assert half <= view.y <= 1 - half


def test_a_fast_pan_hides_the_dissolve_where_it_is_fastest() -> None:
    views, way = crossing("whip pan left"), travel("whip pan left")
    leg = way.fastest
    assert leg.begin < views.window.begin < (leg.begin + leg.end) / 2 < views.window.end < leg.end
    # The end keyframe comes from where the camera turns to.
    middle = views.window.middle
    assert views.share(middle, 0.1, 0.5) > 0.9
    assert views.share(middle, 0.9, 0.5) < 0.1


@pytest.mark.parametrize(
    ("prompt", "seconds", "ends"),
    [
        ("quick pan left, then still", 4.0, [0.3, 1.0]),
        ("whip pan left", 2.0, [0.375, 0.625, 1.0]),
        ("crane up, then push in", 4.0, [0.5, 1.0]),
        ("slow crane up, then push in", 4.8, [2.8 / 4.8, 1.0]),
    ],
)
def test_phases_share_the_time(prompt: str, seconds: float, ends: list[float]) -> None:
    assert [leg.end for leg in travel(prompt, seconds).legs] == pytest.approx(ends)


def test_longer_shots_go_further_and_slow_ones_less_far() -> None:
    def way(prompt: str, seconds: float) -> float:
        return travel(prompt, seconds).end.right

    assert way("pan right", 4) > 1.3 * way("pan right", 2) > 0
    assert way("slow pan right", 4) < 0.7 * way("pan right", 4)
    assert way("pan left", 4) == -way("pan right", 4)


def test_a_hand_sways_smoothly_and_holds_still_at_both_ends() -> None:
    shaky = travel("shaky handheld", 6.0)
    shakes = [shaky.shake(position) for position in STEPS]
    assert shakes[0].room == shakes[-1].room == 0
    assert shakes[0].angle == shakes[-1].angle == 0
    rights = [shake.right for shake in shakes]
    assert max(rights) - min(rights) > 0.006
    assert max(abs(one - other) for one, other in itertools.pairwise(rights)) < 0.003
    assert all(abs(shake.right) <= shake.room for shake in shakes)
    assert rights != [
        plan_travel(read_motion("shaky handheld"), 6.0, "other").shake(p).right for p in STEPS
    ]
