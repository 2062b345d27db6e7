"""Between two steps of a model: progress is seen, and a wish is obeyed before the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.operations.control import RunControl, ask
from sparkle_motion_dagster.production.halting import HaltedError, WatchedSteps
from sparkle_motion_dagster.production.progress import Progress


def test_steps_are_seen_and_a_wish_is_obeyed_before_the_next_one(tmp_path: Path) -> None:
    folder = RunFolder(SparkleHome(tmp_path), "film")
    with folder.held("a-dagster-run"):
        steps = WatchedSteps(Progress(folder, "shot_clips"), RunControl(folder))
        steps.done(1, 3, "chunk 2 of 4")
        seen = folder.state.read().progress
        assert seen is not None
        assert (seen.step, seen.steps, seen.doing) == (1, 3, "chunk 2 of 4")
        ask(folder, Wish.PAUSE)
        with pytest.raises(HaltedError, match="before step 3 of 3 of chunk 2 of 4"):
            steps.done(2, 3, "chunk 2 of 4")
        # What all steps are done of is kept first.
        steps.done(3, 3, "chunk 2 of 4")


def test_the_steps_of_what_was_made_before_are_not_shown_for_what_is_begun(tmp_path: Path) -> None:
    folder = RunFolder(SparkleHome(tmp_path), "film")
    steps = WatchedSteps(Progress(folder, "dialogue_wavs"), RunControl(folder))
    steps.done(1, 2, "the line 'Not tonight.'")
    steps.begun()
    seen = folder.state.read().progress
    assert seen is not None
    assert (seen.step, seen.steps, seen.doing) == (0, 0, "")
