"""What the template writer makes of prompts, rendered to films that pass all checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompts import briefs
from sparkle_motion_dagster.engines.writer.template.story import story_of
from sparkle_motion_dagster.shotlist.building import plan_of
from studio import SMALL, Studio

LONGEST_S = 15.0
"""Longer films are made of the same shots."""

TOGETHER = 10


@pytest.mark.service
@pytest.mark.parametrize("first", range(0, len(briefs()), TOGETHER))
def test_every_prompt_becomes_a_film(first: int, tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    for number, brief in enumerate(briefs()[first : first + TOGETHER], first):
        short = brief.model_copy(update={"seconds": min(brief.seconds, LONGEST_S)})
        plan = plan_of(story_of(short, seed=1))
        plan["render_profile"]["metadata"] = {"resolution": SMALL}
        studio.render(plan, f"film_{number:02}")
        failed = {name for name, check in studio.checks().items() if not check.passed}
        # The drawing says itself which words of a prompt it does not know: "a purple elephant".
        assert failed <= {"prompt_read"}, brief.prompt[:60]
