from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.morphs import morphs
from sparkle_motion_dagster.plan.parts import DialogueEntry, SilenceEntry
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.shot import Transition
from sparkle_motion_dagster.plan.soundtrack import SOUND_KINDS

EXAMPLES = Path(__file__).parents[2] / "examples" / "plans"


def example(name: str) -> MoviePlan:
    return load_plan(EXAMPLES / f"{name}.yaml").plan


def test_harbour_light_is_the_film_to_show() -> None:
    plan = example("harbour_light")
    assert len(plan.shots) == 5
    assert 20 <= plan.planned_seconds <= 24
    assert isinstance((plan.dialogue_timeline or ())[0], SilenceEntry)
    assert sum(shot.is_talking_closeup for shot in plan.shots) >= 3
    assert len({line.character_id for shot in plan.shots for line in shot.dialogue}) == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.yaml")))
def test_no_face_becomes_another_while_they_speak(name: str) -> None:
    assert list(morphs(example(name))) == []


def test_where_the_place_changes_the_examples_cut() -> None:
    cut = {
        name: [shot.id for shot in example(name).shots if shot.transition != "match"]
        for name in ("harbour_light", "overrun", "silent_garden", "twenty_shots")
    }
    assert cut["harbour_light"] == ["shot_003"]
    assert cut["overrun"] == ["speech", "answer"]
    assert cut["silent_garden"] == []
    assert len(cut["twenty_shots"]) == 12


def test_silent_garden_says_nothing() -> None:
    plan = example("silent_garden")
    assert (len(plan.shots), plan.planned_seconds) == (3, 9.0)
    assert not plan.characters
    assert plan.dialogue_timeline is None


def test_overrun_has_a_line_across_a_cut() -> None:
    plan = example("overrun")
    lines = [e for e in plan.dialogue_timeline or () if isinstance(e, DialogueEntry)]
    cuts = [sum(s.duration_sec for s in plan.shots[: n + 1]) for n in range(len(plan.shots))]
    assert len(lines) == 5
    assert any(lines[4].start_time_sec < cut < lines[4].end_time_sec for cut in cuts)


def test_twenty_shots_derive_their_timeline() -> None:
    plan = example("twenty_shots")
    assert len(plan.shots) == 20
    assert plan.dialogue_timeline is None
    assert len(plan.characters) == 3
    assert sum(len(shot.dialogue) for shot in plan.shots) == 8
    assert all(1.5 <= shot.duration_sec <= 3 for shot in plan.shots)
    assert all(shot.duration_sec % 0.5 == 0 for shot in plan.shots)


def test_night_ferry_ends_shots_in_every_way_and_has_every_kind_of_sound() -> None:
    plan = example("night_ferry")
    assert {shot.transition for shot in plan.shots} == set(get_args(Transition))
    assert plan.shots[-1].transition == "fade"
    assert plan.soundtrack is not None
    assert plan.soundtrack.kinds == SOUND_KINDS
    starts = [shot.start_base_image_id for shot in plan.shots if shot.clip is None]
    assert len(set(starts)) < len(starts)


def test_night_ferry_upright_is_the_same_film() -> None:
    wide, upright = example("night_ferry"), example("night_ferry_upright")
    assert upright.render_profile.aspect == "9:16"
    profile = upright.render_profile.model_copy(update={"aspect": "16:9"})
    assert upright.model_copy(update={"render_profile": profile}) == wide
