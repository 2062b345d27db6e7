"""Films that are cut, by models: real model code on tiny weights, which see one picture a shot."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import measure
from cinema import PROFILE, CinematicStudio
from cut_dialogue import dialogue
from sparkle_motion_dagster.artifacts.actions import ActionLog
from studio import EXAMPLES, Plan, example
from tiny_wan import write_two_experts, write_vace

pytestmark = pytest.mark.models

FRAMES = 20
"""How many frames each shot of the dialogue has, at 16 a second."""


VACE = "wan-2.1-vace-1.3b"


def render(studio: CinematicStudio, plan: Plan, model: str) -> None:
    plan["render_profile"]["video"] = {"model_id": model}
    plan["render_profile"]["metadata"] = {"resolution": "128x72"}
    path = studio.write(plan)
    result = studio.sparkle("render", path, "--profile", PROFILE, "--run-id", "film")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("model", "write", "held"),
    [(VACE, write_vace, {"start", "end"}), ("wan-2.2", write_two_experts, {"start"})],
)
def test_every_frame_of_a_dialogue_is_its_own_shots(
    tmp_path: Path, model: str, write: Callable[[Path], Path], held: set[str]
) -> None:
    """Weights that know nothing keep no keyframe: measured is whose footage each frame is.

    Which keyframes the held shot's footage is told depends on the model.
    """
    studio = CinematicStudio(tmp_path, write)
    render(studio, dialogue(), model)
    manifest = studio.manifests()["shot_clips"]
    log = ActionLog(studio.home.actions)
    folder = studio.home.runs / "film" / "shot_clips"
    footage = {}
    for shot in dialogue()["shots"]:
        made = manifest.artifact(f"{shot['id']}@footage", "footage")
        record = log.find(made.fingerprint)
        assert record is not None
        seen = {name for name in ("start", "end") if record.request[name] is not None}
        assert seen == (held if shot["transition"] == "hold" else {"start"})
        frames = measure.pictures(folder / made.file, set(range(made.facts.frames or 0)))
        # Models make pictures of whole blocks: 80 rows, of which the clip shows the middle 72.
        footage[shot["id"]] = [frame[4:-4] for frame in frames.values()]
    # The held shot ends on its picture, so its footage is retimed: frames blend two of one shot's.
    within_held = range(4 * FRAMES + 1, 5 * FRAMES - 1)
    film = measure.pictures(studio.film(), set(range(6 * FRAMES)))
    assert len(film) == 6 * FRAMES
    for number, frame in film.items():
        if number in within_held:
            continue
        likeness = {
            name: max(measure.psnr(frame, one) for one in frames)
            for name, frames in footage.items()
        }
        own = likeness.pop(f"s{number // FRAMES}")
        assert own > max(likeness.values()) + 1, number


def test_a_film_with_everything_passes_what_untrained_weights_can(tmp_path: Path) -> None:
    studio = CinematicStudio(tmp_path, write_vace)
    shutil.copytree(EXAMPLES / "night_ferry", studio.plans / "night_ferry")
    render(studio, example("night_ferry"), VACE)
    broken = {name for name, check in studio.checks().items() if not check.passed}
    untrained = {"on_keyframes", "seams", "portraits_show_faces"}
    assert broken == {*untrained, "trained_size"}, "such weights keep no keyframe"
