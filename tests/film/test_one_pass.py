"""Talking close-ups in one pass, in a film: what is made, when, and what is promised of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from sketchers import ClipSketcher, SketchSettings, line_sketcher
from sparkle_motion_dagster.artifacts.choices import ItemChoices, Take
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.lipsync.mesh.engine import MeshEngine, MeshSettings
from sparkle_motion_dagster.engines.video.base import MoveRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.checks import mouths as checks
from sparkle_motion_dagster.film.checks import shots as shot_checks
from sparkle_motion_dagster.film.inputs import StaleStageError
from sparkle_motion_dagster.film.mouths import move_mouths
from sparkle_motion_dagster.film.pipeline import PIPELINE, Engines
from sparkle_motion_dagster.film.shots import make_shots
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    INPUTS,
    LIPSYNC_CLIPS,
    MOVIE_PLAN,
    SHOT_CLIPS,
    TIMELINE_TRACK,
)
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.forecast import forecast
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.operations import takes
from sparkle_motion_dagster.production.workbench import Workbench
from studio import Plan, write_plan
from theatre import FIRST, SETTINGS, Theatre, states

STAGES = (DIALOGUE_WAVS, TIMELINE_TRACK, BASE_IMAGES, SHOT_CLIPS, LIPSYNC_CLIPS)


def closeup() -> Plan:
    """Return a film in which Mara speaks in the first of two shots."""
    return {
        "title": "Late",
        "metadata": {"resolution": "160x90", "seed": 3},
        "characters": [{"id": "mara", "name": "Mara", "description": "a woman in a blue coat"}],
        "base_images": [
            {"id": "quay", "prompt": "a quay, close-up of Mara", "characters": ["mara"]},
            {"id": "ship", "prompt": "a ship"},
        ],
        "shots": [
            {
                "id": "talk",
                "duration_sec": 1.5,
                "visual_description": "Mara waits",
                "motion_prompt": "slow push in",
                "start_base_image_id": "quay",
                "transition": "cut",
                "is_talking_closeup": True,
                "dialogue": [{"character_id": "mara", "text": "Is it late?"}],
            },
            {
                "id": "ship",
                "duration_sec": 1,
                "visual_description": "the ship comes",
                "start_base_image_id": "ship",
                "transition": "cut",
            },
        ],
        "render_profile": {"video": {"model_id": "any", "max_fps": 12}},
    }


@dataclass(frozen=True)
class Film:
    """A film of its own home, as far as its mouths."""

    root: Path

    @property
    def theatre(self) -> Theatre:
        return Theatre(Workbench(SparkleHome(self.root / "home")), self.root / "film.yaml")

    @property
    def engines(self) -> Engines:
        return self.theatre.engines(line_sketcher(FIRST))

    def render(
        self, plan: Plan, engines: Engines | None = None, last: str = LIPSYNC_CLIPS
    ) -> Mapping[str, StageManifest]:
        """Make a plan's film, and return what each stage leaves."""
        write_plan(plan, self.root / "film.yaml")
        theatre, bench = self.theatre, self.theatre.bench
        engines = engines or self.engines
        left = {MOVIE_PLAN: theatre.intake()}
        for name in STAGES[: STAGES.index(last) + 1]:
            stage = theatre.stage(name, *(left[needed] for needed in INPUTS[name]))
            left[name] = stage.manifest(PIPELINE[name](stage, engines))
            bench.run_folder("film").publish(left[name], bench.store)
        return left

    def foreseen(self, plan: Plan) -> dict[str, dict[str, ItemState]]:
        path = write_plan(plan, self.root / "film.yaml")
        explained = forecast(
            "film", "animatic", SETTINGS, self.engines, path, self.theatre.bench.home
        )
        return {name: states(explained, name) for name in (SHOT_CLIPS, LIPSYNC_CLIPS)}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Film:
    film = Film(tmp_path_factory.mktemp("one_pass"))
    film.render(closeup())
    return film


@pytest.fixture
def film(rendered: Film, tmp_path: Path) -> Film:
    """A copy of its own."""
    shutil.copytree(rendered.root, tmp_path / "film")
    return Film(tmp_path / "film")


def outputs(manifest: StageManifest, item: str) -> set[str]:
    return {artifact.name for artifact in manifest.artifacts if artifact.id == item}


def made(left: Mapping[str, StageManifest]) -> dict[str, set[str]]:
    return {name: set(left[name].provenance.made) for name in (SHOT_CLIPS, LIPSYNC_CLIPS)}


def test_a_talking_closeup_is_encoded_once(film: Film) -> None:
    left = film.render(closeup())
    assert outputs(left[SHOT_CLIPS], "talk") == {"move", "strip", "scene"}
    assert outputs(left[SHOT_CLIPS], "ship") == {"clip"}
    clips = left[LIPSYNC_CLIPS].artifacts
    assert [(clip.id, clip.facts.frames) for clip in clips] == [("talk", 18), ("ship", 12)]
    assert clips[0].metadata["driven_by"] == "loudness"
    assert made(left) == {SHOT_CLIPS: set(), LIPSYNC_CLIPS: set()}


def another_line(plan: Plan) -> None:
    plan["shots"][0]["dialogue"][0]["text"] = "Is it here?"


def another_move(plan: Plan) -> None:
    plan["shots"][0]["motion_prompt"] = "slow pan left"


def another_look(plan: Plan) -> None:
    plan["characters"][0]["description"] = "a woman in a red coat"


def nothing(plan: Plan) -> None:
    """Edit nothing that is seen or heard."""
    plan["title"] = "Later"


@pytest.mark.parametrize(
    ("edit", "filmed", "spoken"),
    [
        (another_line, set(), {"talk"}),
        (another_move, {"talk"}, {"talk"}),
        (another_look, {"talk"}, {"talk"}),
        (nothing, set(), set()),
    ],
)
def test_an_edit_makes_what_hangs_on_it_as_was_foreseen(
    film: Film, edit: Callable[[Plan], None], filmed: set[str], spoken: set[str]
) -> None:
    plan = closeup()
    edit(plan)
    foreseen = film.foreseen(plan)
    left = film.render(plan)
    assert made(left) == {SHOT_CLIPS: filmed, LIPSYNC_CLIPS: spoken}
    for name, items in made(left).items():
        sure = {item for item, state in foreseen[name].items() if state is ItemState.MADE}
        maybe = {item for item, state in foreseen[name].items() if state is ItemState.MAYBE}
        assert sure <= items <= sure | maybe, name
    assert made(film.render(closeup())) == {SHOT_CLIPS: set(), LIPSYNC_CLIPS: set()}


class Black(CameraEngine):
    """A camera with its lid on."""

    def frames(self, move: MoveRequest, wanted: Sequence[int] | None = None) -> Iterator[YuvFrame]:
        for frame in super().frames(move, wanted):
            grey = np.full_like(frame.u, 128)
            yield YuvFrame(np.full_like(frame.y, 16), grey, grey)


class Frozen(CameraEngine):
    """A camera that shows its first frame all the time."""

    def frames(self, move: MoveRequest, wanted: Sequence[int] | None = None) -> Iterator[YuvFrame]:
        (first,) = super().frames(move, [0])
        yield from [first] * (move.frames if wanted is None else len(wanted))


@pytest.mark.parametrize(
    ("camera", "broken"),
    [
        (CameraEngine, set()),
        (Black, {"not_black", "not_frozen", "on_keyframes"}),
        (Frozen, {"not_frozen"}),
    ],
)
def test_what_is_made_in_one_pass_is_looked_at_as_any_clip_is(
    rendered: Film, tmp_path: Path, camera: type[CameraEngine], broken: set[str]
) -> None:
    film, plan = Film(tmp_path), closeup()
    # Where a mouth speaks, nothing is frozen: here nobody does for long enough.
    plan["shots"][0]["duration_sec"] = 3
    plan["shots"][0]["dialogue"][0]["text"] = "Late?"
    engines = replace(film.engines, video=camera(CameraSettings()))
    left = film.render(plan, engines, last=SHOT_CLIPS)
    stage = film.theatre.stage(LIPSYNC_CLIPS, *(left[name] for name in INPUTS[LIPSYNC_CLIPS][1:]))
    mouths = move_mouths(stage, engines.lipsync, engines.video)
    found = {verdict.check.name for verdict in checks.verdicts(stage, mouths) if not verdict.kept}
    assert found == broken


def test_a_clip_that_is_missing_is_noticed_where_others_are_moves(film: Film) -> None:
    left = film.render(closeup())
    stage = film.theatre.stage(SHOT_CLIPS, *(left[name] for name in INPUTS[SHOT_CLIPS][1:]))
    shots = make_shots(stage, film.engines.video, film.engines.lipsync)
    assert all(verdict.kept for verdict in shot_checks.verdicts(stage, shots))
    moves = tuple(one for one in shots.result.artifacts if one.id == "talk")
    missing = replace(shots, result=replace(shots.result, artifacts=moves))
    with pytest.raises(ValueError, match="zip"):
        list(shot_checks.verdicts(stage, missing))


def test_what_is_known_of_a_clip_is_known_of_its_keyframe_only(film: Film) -> None:
    left = film.render(closeup())
    stage, other = (
        film.theatre.stage(SHOT_CLIPS, *(inputs[name] for name in INPUTS[SHOT_CLIPS][1:]))
        for inputs in (left, {**left, BASE_IMAGES: exchanged(left[BASE_IMAGES])})
    )
    shots = make_shots(stage, film.engines.video, film.engines.lipsync)
    first, again = (list(shot_checks.verdicts(stage, shots)) for _ in range(2))
    assert first == again
    broken = [verdict for verdict in shot_checks.verdicts(other, shots) if not verdict.kept]
    assert [verdict.check.name for verdict in broken] == ["on_keyframes"]


def exchanged(keyframes: StageManifest) -> StageManifest:
    """Return the manifest of two keyframes, each under the other's name."""
    names = {"quay": "ship", "ship": "quay"}
    artifacts = [one.model_copy(update={"id": names[one.id]}) for one in keyframes.artifacts]
    return keyframes.model_copy(update={"artifacts": tuple(artifacts)})


def test_engines_that_cannot_make_clips_as_before(tmp_path: Path) -> None:
    film = Film(tmp_path)
    sketched = replace(film.engines, video=ClipSketcher(SketchSettings()))
    assert outputs(film.render(closeup(), sketched)[SHOT_CLIPS], "talk") == {"clip"}
    meshed = replace(film.engines, lipsync=MeshEngine(MeshSettings(without_face="pass")))
    assert outputs(film.render(closeup(), meshed, SHOT_CLIPS)[SHOT_CLIPS], "talk") == {
        "clip",
        "scene",
    }


def test_a_move_is_of_no_use_to_who_moves_mouths_in_clips(film: Film) -> None:
    left = film.render(closeup(), last=SHOT_CLIPS)
    stage = film.theatre.stage(LIPSYNC_CLIPS, *(left[name] for name in INPUTS[LIPSYNC_CLIPS][1:]))
    with pytest.raises(StaleStageError, match="Materialize shot_clips first"):
        move_mouths(stage, MeshEngine(MeshSettings(without_face="pass")), film.engines.video)


def test_a_camera_that_was_set_otherwise_since_makes_no_clip_of_an_old_move(film: Film) -> None:
    plan = closeup()
    another_line(plan)
    left = film.render(plan, last=SHOT_CLIPS)
    stage = film.theatre.stage(LIPSYNC_CLIPS, *(left[name] for name in INPUTS[LIPSYNC_CLIPS][1:]))
    video = CameraEngine(CameraSettings(travel=0.05))
    with pytest.raises(InputError, match="talk: its move was planned by camera"):
        move_mouths(stage, film.engines.lipsync, video)


def test_a_shot_whose_take_is_chosen_is_filmed_first_and_can_be_pinned(film: Film) -> None:
    folder = film.theatre.bench.run_folder("film")
    for number in (None, 1):
        with pytest.raises(takes.NotMadeError, match="`sparkle take film talk 1`"):
            takes.pin(folder, "talk", number)
    assert made(film.render(closeup())) == {SHOT_CLIPS: set(), LIPSYNC_CLIPS: set()}

    takes.choose(folder, "talk", 1)
    with pytest.raises(takes.NotMadeError, match="Render the film first"):
        takes.pin(folder, "talk")
    foreseen, left = film.foreseen(closeup()), film.render(closeup())
    assert foreseen[SHOT_CLIPS]["talk"] is ItemState.MADE
    assert made(left) == {SHOT_CLIPS: {"talk"}, LIPSYNC_CLIPS: {"talk"}}
    assert outputs(left[SHOT_CLIPS], "talk") == {"clip", "scene"}

    takes.pin(folder, "talk")
    plan = closeup()
    another_move(plan)
    assert made(film.render(plan)) == {SHOT_CLIPS: set(), LIPSYNC_CLIPS: set()}


def test_takes_that_nobody_has_chosen_change_nothing(film: Film) -> None:
    folder = film.theatre.bench.run_folder("film")
    further = ItemChoices(stage=SHOT_CLIPS, item="talk", takes=(Take(number=1), Take(number=2)))
    folder.choices.change(lambda known: known.with_item(further))
    assert made(film.render(closeup())) == {SHOT_CLIPS: set(), LIPSYNC_CLIPS: set()}
    known = folder.choices.read().of(SHOT_CLIPS, "talk")
    assert known is not None
    assert known.own.fingerprint is None, "a move is no take"
