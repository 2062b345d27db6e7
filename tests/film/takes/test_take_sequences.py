"""Whatever is redone, chosen, pinned, edited and undone: only what was asked for is ever made."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from devices import on_cpu
from sketchers import (
    ClipSketcher,
    FootageSketcher,
    PictureSketcher,
    SketchSettings,
    line_sketcher,
)
from sparkle_motion_dagster.artifacts.choices import OWN, Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.film.intake import freeze_plan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.pipeline import PIPELINE, Engines
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    INPUTS,
    SHOT_CLIPS,
    TAKES,
    TIMELINE_TRACK,
)
from sparkle_motion_dagster.film.takes.keeping import change_choices
from sparkle_motion_dagster.film.takes.making import make_takes, with_further_takes, write_down
from sparkle_motion_dagster.film.takes.pins import PinnedError
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.forecast.forecast import forecast
from sparkle_motion_dagster.forecast.redoing import film_as_frozen, takeable
from sparkle_motion_dagster.operations import takes
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.operations.prune.pruning import carry_out
from sparkle_motion_dagster.operations.prune.retention import PrunePolicy
from sparkle_motion_dagster.production.known import look_up
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, write_plan
from theatre import FIRST, SETTINGS, Theatre

MADE_HERE = (DIALOGUE_WAVS, TIMELINE_TRACK, BASE_IMAGES, SHOT_CLIPS)
ITEMS = ("portrait_mara", "quay", "ship", "shot_1", "shot_2", "line_0001")
EDITS = ("prompt", "description", "text", "length")


def plan_with(edits: frozenset[str]) -> Plan:
    """Return the plan of a small film, with some of the edits of it made."""
    return {
        "title": "Takes",
        "metadata": {"resolution": "128x72", "seed": 3},
        "characters": [
            {
                "id": "mara",
                "name": "Mara",
                "description": "a man" if "description" in edits else "a woman",
            }
        ],
        "base_images": [
            {
                "id": "quay",
                "prompt": "a quay at night" if "prompt" in edits else "a quay",
                "characters": ["mara"],
            },
            {"id": "ship", "prompt": "a ship"},
        ],
        "shots": [
            {
                "id": "shot_1",
                "duration_sec": 0.5,
                "visual_description": "Mara waits",
                "start_base_image_id": "quay",
                "transition": "cut",
                "dialogue": [
                    {
                        "character_id": "mara",
                        "text": " ".join(["late"] * 9) if "text" in edits else "Is it late?",
                    }
                ],
            },
            {
                "id": "shot_2",
                "duration_sec": 0.75 if "length" in edits else 0.5,
                "visual_description": "the ship comes",
                "start_base_image_id": "ship",
                "transition": "cut",
            },
        ],
        "render_profile": {"video": {"model_id": "any", "max_fps": 12}},
    }


@functools.cache
def written(edits: frozenset[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return write_plan(plan_with(edits), Path(folder, "film.yaml")).read_text("utf-8")


@dataclass
class Film:
    """A film of its own home, and what people do to it."""

    root: Path
    edits: frozenset[str] = frozenset()
    engines: Engines = field(init=False)

    def __post_init__(self) -> None:
        self.home = SparkleHome(self.root / "home")
        engines = engines_of(load_profile("animatic"), on_cpu())
        self.engines = replace(
            engines,
            images=PictureSketcher(SketchSettings()),
            video=ClipSketcher(SketchSettings()),
            speech=Theatre(self.bench, self.plan).speakers(line_sketcher(FIRST)),
        )

    @property
    def plan(self) -> Path:
        path = self.root / "film.yaml"
        path.write_text(written(self.edits), encoding="utf-8")
        return path

    @property
    def bench(self) -> Workbench:
        return Workbench(self.home)

    def foreseen(self) -> Explanation:
        return forecast("film", "animatic", SETTINGS, self.engines, self.plan, self.home)

    def render(self) -> Mapping[str, StageManifest]:
        """Take the film through the stages that make what there are takes of."""
        bench = self.bench
        folder = bench.run_folder("film")
        frozen = freeze_plan("film", "animatic", self.plan, bench)
        folder.publish(frozen, bench.store)
        manifests = {frozen.stage: frozen}
        theatre = Theatre(bench, self.plan)
        for name in MADE_HERE:
            inputs = [manifests[needed] for needed in INPUTS[name]]
            stage: MakingStage = theatre.stage(name, *inputs)
            manifests[name] = stage.manifest(PIPELINE[name](stage, self.engines))
            folder.publish(manifests[name], bench.store)
        folder.forget_kept()
        return manifests

    def redo(self, item: str, recipe: Recipe, count: int) -> None:
        bench = self.bench
        folder, control = bench.run_folder("film"), RunControl(bench.run_folder("film"))
        film = film_as_frozen("film", "animatic", SETTINGS, self.engines, self.home)
        of = takeable(film, item)
        own = takes.film_has(folder, of.stage, of.item)
        after = change_choices(
            folder,
            bench,
            lambda choices: with_further_takes(
                choices, of.stage, of.call.engine, of.call.item, recipe, count, own=own
            ),
        )
        progress = Progress(folder, TAKES, there=write_down(folder, bench))
        make_takes(
            lambda engine, items: produce(engine, items, bench, progress, control),
            of.call.engine,
            of.call.item,
            after.known(of.stage, of.item),
        )

    def collect(self) -> None:
        """Remove whatever nobody needs, however young."""
        policy = PrunePolicy(record_age=timedelta(0))
        carry_out(self.home, policy, datetime.now(UTC) + timedelta(seconds=5))

    def known(self) -> set[str]:
        """Return the fingerprints of all that was ever made and is not collected."""
        return {path.stem for path in self.bench.actions.paths()}


recipes = st.sampled_from(
    [
        Recipe(),
        Recipe(seed=7),
        Recipe(seed=8),
        Recipe(prompt="a cat"),
        Recipe(settings={"pencil": 2}),
        Recipe(seed=7, settings={"pencil": 3}),
    ]
)
items = st.sampled_from(ITEMS)
steps = st.one_of(
    st.tuples(st.just("redo"), items, recipes, st.integers(1, 2)),
    st.tuples(st.just("take"), items, st.integers(1, 3)),
    st.tuples(st.just("pin"), items),
    st.tuples(st.just("unpin"), items),
    st.tuples(st.just("edit"), st.sampled_from(EDITS)),
    st.tuples(st.just("edit"), st.sampled_from(EDITS)),
    st.tuples(st.just("render")),
    st.tuples(st.just("render")),
    st.tuples(st.just("collect")),
)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
@example(
    [
        ("redo", "ship", Recipe(), 2),
        ("take", "ship", 3),
        ("pin", "quay"),
        ("edit", "prompt"),
        ("edit", "description"),
        ("render",),
        ("unpin", "quay"),
        ("collect",),
        ("render",),
        ("redo", "line_0001", Recipe(seed=8), 1),
        ("take", "line_0001", 2),
        ("pin", "shot_1"),
        ("render",),
        ("edit", "text"),
        ("render",),
    ]
)
@given(st.lists(steps, min_size=4, max_size=10))
def test_only_what_was_asked_for_is_made_and_no_take_is_lost(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[Any, ...]]
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as folder:
        film = Film(Path(folder))
        film.render()
        seen: set[object] = {decided(film)}
        for step in [*sequence, ("render",), ("collect",), ("render",)]:
            carry(film, step, seen)
            check_nothing_is_lost(film)


def test_takes_of_a_shot_that_a_model_films_are_takes_of_its_footage(tmp_path: Path) -> None:
    film = Film(tmp_path)
    film.engines = replace(film.engines, video=FootageSketcher(SketchSettings()))
    film.render()
    folder = film.bench.run_folder("film")
    film.redo("shot_1", Recipe(), 1)
    (known,) = folder.choices.read().items
    assert known.item == "shot_1@footage"
    takes.choose(folder, "shot_1", 2)
    chosen = film.render()[SHOT_CLIPS]
    # The footage is there; the clip is conformed from it.
    assert chosen.provenance.made == ("shot_1",)
    assert chosen.artifact("shot_1@footage", "footage").metadata["take"] == 2

    takes.pin(folder, "shot_1")
    film.edits = frozenset({"prompt"})
    foreseen = dict(states(film.foreseen(), SHOT_CLIPS))
    assert foreseen["shot_1@footage"] is ItemState.PINNED
    pinned = film.render()[SHOT_CLIPS]
    footage = pinned.artifact("shot_1@footage", "footage")
    assert footage.metadata["stale"] == ["start"]
    assert footage.sha256 == chosen.artifact("shot_1@footage", "footage").sha256

    # A longer shot is more than its footage can be played for, and says so before.
    takes.pin(folder, "shot_2")
    film.edits = frozenset({"length"})
    (item,) = [one for one in all_items(film.foreseen()).values() if one.id == "shot_2@footage"]
    assert item.reason.startswith("it does not fit: The footage is too short: 5 frames at 8 fps")
    with pytest.raises(PinnedError, match="sparkle unpin film shot_2"):
        film.render()
    takes.unpin(folder, "shot_2")
    film.edits = frozenset()
    takes.unpin(folder, "shot_1")
    assert film.render()[SHOT_CLIPS].provenance.made == ()


def carry(film: Film, step: tuple[Any, ...], seen: set[object]) -> None:
    """Do a step, and see what it makes."""
    before = film.known()
    folder = film.bench.run_folder("film")
    match step:
        case ("render",):
            render(film, seen)
            return
        case ("edit", edit):
            film.edits = film.edits ^ {edit}
        case ("collect",):
            film.collect()
            seen.clear()
            assert film.known() <= before
            return
        case ("redo", item, recipe, count):
            try:
                film.redo(item, recipe, count)
            except InputError:
                # As another take is; or it has no prompt: nothing is made then, nor asked for.
                count = 0
            made = film.known() - before
            asked = {take.fingerprint for one in folder.choices.read().items for take in one.takes}
            assert made <= asked
            assert len(made) <= count
            return
        case ("take", item, number):
            with contextlib.suppress(takes.NoSuchTakeError):
                takes.choose(folder, item, number)
        case ("pin", item):
            with contextlib.suppress(takes.NoSuchTakeError, takes.NotMadeError):
                takes.pin(folder, item)
        case ("unpin", item):
            with contextlib.suppress(takes.NoSuchTakeError):
                takes.unpin(folder, item)
    assert film.known() == before


def render(film: Film, seen: set[object]) -> None:
    """Render the film: what is made is what was foreseen, and nothing where it was so before."""
    foreseen, folder = film.foreseen(), film.bench.run_folder("film")
    misfits = [item.id for item in all_items(foreseen).values() if "not fit" in item.reason]
    before = film.known()
    try:
        manifests = film.render()
    except PinnedError:
        assert misfits
        return
    assert not any("it does not fit" in item.reason for item in all_items(foreseen).values())
    for name in MADE_HERE:
        made = set(manifests[name].provenance.made)
        certain = {id_ for id_, item in states(foreseen, name) if item is ItemState.MADE}
        maybe = {id_ for id_, item in states(foreseen, name) if item is ItemState.MAYBE}
        assert certain <= made <= certain | maybe, (name, certain, made, maybe)
    state = decided(film)
    if state in seen:
        assert film.known() == before
    seen.add(state)
    for known in folder.choices.read().items:
        has = takes.film_has(folder, known.stage, known.item)
        take = known.take(known.chosen or OWN)
        assert take is not None
        assert has == (known.pinned or take.fingerprint)


def decided(film: Film) -> object:
    """Return all on which a render hangs: the plan, and what was chosen and pinned."""
    choices = film.bench.run_folder("film").choices.read()
    chosen = [
        (one.stage, one.item, one.recipe.model_dump_json(), one.pinned) for one in choices.items
    ]
    return film.edits, tuple(one for one in chosen if one[2:] != (Recipe().model_dump_json(), None))


def states(foreseen: Explanation, stage: str) -> list[tuple[str, ItemState]]:
    (found,) = [one for one in foreseen.stages if one.stage == stage]
    return [(item.id, item.state) for item in found.items]


def all_items(foreseen: Explanation) -> Mapping[tuple[str, str], Any]:
    return {(stage.stage, item.id): item for stage in foreseen.stages for item in stage.items}


def check_nothing_is_lost(film: Film) -> None:
    """See that every take that was made, and whatever is pinned, is there, whole."""
    bench = film.bench
    for known in bench.run_folder("film").choices.read().items:
        prints = [known.pinned, *(take.fingerprint for take in known.takes)]
        for print_ in filter(None, prints):
            assert look_up(print_, bench).record is not None, (known.item, print_)
