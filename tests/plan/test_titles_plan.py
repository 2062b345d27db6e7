"""Title cards and texts on screen: what a plan may say of them, and the plan as it is rendered."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_texts import PLAN, changed, line_of, problem_of, write
from sparkle_motion_dagster.plan.cards import author_field, card_of, with_cards
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.timeline.lines import Slot, planned_lines
from sparkle_motion_dagster.plan.timing import shot_boundaries
from sparkle_motion_dagster.plan.titles import OnScreenText, TitleCard

TITLE = ("base_images:", "title_card: {text: Harbour Light, seconds: 2}\nbase_images:")


def with_text(text: str) -> str:
    """Return the plan with texts over its first shot, which lasts 4 s."""
    shot = "    duration_sec: 4.0"
    return changed((shot, f"{shot}\n    on_screen_text: [{text}]"))


@pytest.fixture
def plan(tmp_path: Path) -> MoviePlan:
    return load_plan(write(tmp_path, PLAN)).plan


@pytest.mark.parametrize(
    ("card", "field", "message"),
    [
        ("text: ' '", "text", "is blank"),
        ("text: A, seconds: 0.02", "seconds", "greater than or equal to 0.5"),
        ("text: A, seconds: 61", "seconds", "less than or equal to 60"),
        ("text: A, style: neon", "style", "'black', 'paper' or 'picture'"),
        ("text: A, seconds: 1, fade: 0.6", "fade", "fade faster, or show it longer"),
        (f"text: {'a' * 501}", "text", "has 501 characters"),
        ("text: A, colour: red", "colour", "colour"),
    ],
)
def test_a_wrong_card_is_told_by_its_line_and_field(
    tmp_path: Path, card: str, field: str, message: str
) -> None:
    text = changed(("base_images:", f"end_card: {{{card}}}\nbase_images:"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == (f"end_card.{field}", line_of(text, "end_card:"))
    assert message in str(problem)


@pytest.mark.parametrize(
    ("texts", "field", "message"),
    [
        ("{text: ''}", "[0].text", "is blank"),
        ("{text: A, from: 4}", "[0].from", "lasts only 4 s"),
        ("{text: A, from: 2, to: 2}", "[0].to", "comes only at 2 s"),
        ("{text: A, from: 3, to: 1}", "[0].to", "comes only at 3 s"),
        ("{text: A, to: 4.5}", "[0].to", "lasts only 4 s"),
        ("{text: A, from: -1}", "[0].from", "greater than or equal to 0"),
        ("{text: A, place: left}", "[0].place", "'lower_third', 'top' or 'centre'"),
        ("{text: A, to: 2}, {text: B, from: 1.9}", "[1]", "at the same place, lower_third"),
        ("{text: A}, {text: B, from: 3}", "[1]", "on_screen_text[0]"),
    ],
)
def test_a_wrong_text_is_told_by_its_field(
    tmp_path: Path, texts: str, field: str, message: str
) -> None:
    problem = problem_of(tmp_path, with_text(texts))
    assert problem.field == f"shots[0].on_screen_text{field}"
    assert message in str(problem)


def test_texts_may_follow_each_other_and_share_a_time_at_other_places(tmp_path: Path) -> None:
    texts = "{text: A, to: 2}, {text: B, from: 2}, {text: C, place: top}"
    shot = load_plan(write(tmp_path, with_text(texts))).plan.shots[0]
    assert [(text.start, text.end) for text in shot.on_screen_text] == [
        *((0, 2), (2, None), (0, None)),
    ]
    assert (
        OnScreenText.model_validate_json(shot.on_screen_text[1].model_dump_json())
        == (shot.on_screen_text[1])
    )


@pytest.mark.parametrize("name", ["shot_001", "frame_001"])
def test_what_a_card_is_called_is_no_other_id(tmp_path: Path, name: str) -> None:
    problem = problem_of(tmp_path, changed(TITLE).replace(name, "Title_Card"))
    assert problem.field in {"shots[0].id", "base_images[1].id"}
    assert "choose another id" in problem.message
    load_plan(write(tmp_path, PLAN.replace(name, "Title_Card")))


def test_a_plan_without_cards_is_rendered_as_it_is(plan: MoviePlan) -> None:
    assert with_cards(plan) is plan
    assert "title" not in plan.model_dump_json(exclude={"title"})


def test_cards_are_shots_before_and_after_the_others(plan: MoviePlan) -> None:
    both = plan.model_copy(
        update={
            "title_card": TitleCard(text="Harbour Light", seconds=2),
            "end_card": TitleCard(text="Fin", seconds=3),
        }
    )
    rendered = with_cards(both)
    assert [shot.id for shot in rendered.shots] == [
        *("title_card", "shot_001", "shot_002", "end_card"),
    ]
    assert rendered.shots[1] == plan.shots[0]
    assert (plan.shots[1].transition, rendered.shots[2].transition) == ("match", "cut")
    assert [image.id for image in rendered.base_images][1:-1] == [
        image.id for image in plan.base_images
    ]
    assert [card_of(both, shot.id) is None for shot in rendered.shots] == [0, 1, 1, 0]
    assert [author_field(both, number) for number in range(4)] == [
        "title_card.seconds",
        "shots[0].duration_sec",
        "shots[1].duration_sec",
        "end_card.seconds",
    ]


@given(st.integers(50, 6000), st.sampled_from([Fraction(24), Fraction(16), Fraction(24000, 1001)]))
def test_what_follows_a_card_comes_as_much_later_as_it_is_shown(
    hundredths: int, rate: Fraction
) -> None:
    plan = MoviePlan.model_validate(
        {
            "title": "T",
            "characters": [{"id": "m", "name": "M"}],
            "base_images": [{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "y"}],
            "shots": [
                {
                    "id": "s",
                    "duration_sec": 2,
                    "visual_description": "v",
                    "start_base_image_id": "a",
                    "end_base_image_id": "b",
                }
            ],
            "dialogue_timeline": [
                {"type": "silence", "start_time_sec": 0, "duration_sec": 0.1},
                {
                    "type": "dialogue",
                    "character_id": "m",
                    "text": "Hi.",
                    "start_time_sec": 0.1,
                    "duration_sec": 1.9,
                },
            ],
            "render_profile": {"video": {"model_id": "m"}},
            "title_card": {"text": "T", "seconds": hundredths / 100},
        }
    )
    rendered = with_cards(plan)
    (before,), (after,) = planned_lines(plan), planned_lines(rendered)
    assert isinstance(before.place, Slot)
    assert isinstance(after.place, Slot)
    assert after.place.start_s - before.place.start_s == Fraction(hundredths, 100)
    assert after.place.duration_s == before.place.duration_s
    assert rendered.dialogue_timeline is not None
    for one, other in pairwise(rendered.dialogue_timeline):
        assert other.start_time_sec == pytest.approx(one.end_time_sec)
    first, second, _ = shot_boundaries([s.duration_sec for s in rendered.shots], rate)
    assert (first, second) == (0, round(Fraction(hundredths, 100) * rate))


def test_a_last_shot_may_dissolve_into_a_card(tmp_path: Path) -> None:
    ends = (
        "    is_talking_closeup: true",
        "    transition: dissolve\n    is_talking_closeup: true",
    )
    assert "nothing to dissolve into" in problem_of(tmp_path, changed(ends)).message
    card = ("base_images:", "end_card: {text: Fin}\nbase_images:")
    assert load_plan(write(tmp_path, changed(ends, card))).plan.shots[-1].transition == "dissolve"
    brief = ("base_images:", "end_card: {text: Fin, seconds: 0.5, fade: 0}\nbase_images:")
    long = ("transition: dissolve", "transition: dissolve\n    transition_sec: 2")
    assert problem_of(tmp_path, changed(ends, long, brief)).field == "end_card.seconds"


def test_a_film_with_its_cards_lasts_an_hour_at_most(tmp_path: Path) -> None:
    text = changed(("duration_sec: 4.0", "duration_sec: 3594"), TITLE)
    text = text[: text.index("dialogue_timeline:")] + text[text.index("render_profile:") :]
    assert "with its cards" in problem_of(tmp_path, text).message
