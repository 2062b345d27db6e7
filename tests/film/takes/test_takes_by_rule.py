"""The rule of a profile: how many takes are made, which one the film has, and what nobody decides.

On real films: drawn keyframes, and lines of an engine of the tests' own that is listened to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from pydantic import JsonValue, ValidationError
from ruamel.yaml import YAML

from listeners import whisper
from mumblers import Deaf, mumbler, spoken_by
from sparkle_motion_dagster.artifacts.choices import ItemChoices, Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.base import EngineSettings, QuotaSpentError
from sparkle_motion_dagster.film.casting.failover import NobodySpeaksError
from sparkle_motion_dagster.film.casting.providers import Caps
from sparkle_motion_dagster.film.sound.dialogue import Dialogue, speak_lines
from sparkle_motion_dagster.film.stages import BASE_IMAGES, DIALOGUE_WAVS, SHOT_CLIPS, TAKES
from sparkle_motion_dagster.film.takes.listing import item_takes
from sparkle_motion_dagster.film.takes.rules import TakesRule
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.forecast import forecast
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.production.workbench import Workbench
from studio import REPOSITORY, Plan, Studio, short_film, write_plan
from theatre import FIRST, SECOND, SETTINGS, Theatre, states

LEAST, MOST = "makes at least ", "at most "
MOST_WORDS = TakesRule(count=3, choose="most_words_heard")
LINE = "Nobody knows the way through the forest."


@dataclass(frozen=True)
class Ruled:
    """A studio with a film whose keyframes are each the sharpest of three takes."""

    studio: Studio

    def sparkle(self, *words: str) -> str:
        done = self.studio.sparkle_here(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def render(self) -> int:
        """Render it, and return how many action records that added."""
        before = self.studio.actions()
        self.sparkle("render", str(self.studio.plans / "film.yaml"), "--profile", "sharpest")
        return self.studio.actions() - before

    def make(self) -> int:
        """Make it again without Dagster, and return how many action records that added."""
        path = self.studio.plans / "film.yaml"
        return self.studio.make_file(path, "film.sharpest", "sharpest").new_actions

    @property
    def folder(self) -> RunFolder:
        return RunFolder(self.studio.home, "film.sharpest")

    def manifest(self, stage: str) -> StageManifest:
        found = self.folder.read(stage)
        assert found is not None
        return found

    def keyframe(self, name: str) -> Artifact:
        return self.manifest(BASE_IMAGES).artifact(name, "image")

    def known(self, name: str) -> ItemChoices:
        found = self.folder.choices.read().of(BASE_IMAGES, name)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a profile that is the animatic's, and has a rule."""
    folder = tmp_path_factory.mktemp("profiles")
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load((REPOSITORY / "configs" / "profiles" / "animatic.yaml").read_text())
    film = profile["resources"]["film"]["config"]
    film["profile"] = "sharpest"
    film["settings"]["takes"] = {"count": 3, "choose": "sharpest"}
    with (folder / "sharpest.yaml").open("w") as file:
        yaml.dump(profile, file)
    return folder


@pytest.fixture(scope="module")
def rendered(profiles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ruled, str, int]:
    """The film, what was foreseen of it, and how many action records it added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKLE_PROFILES", str(profiles))
        ruled = Ruled(Studio(tmp_path_factory.mktemp("ruled")))
        plan = ruled.studio.write(short_film())
        foreseen = ruled.sparkle("explain", str(plan), "--profile", "sharpest")
        return ruled, foreseen, ruled.render()


@pytest.fixture
def ruled(
    rendered: tuple[Ruled, str, int],
    profiles: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Ruled:
    """A copy of its own."""
    monkeypatch.setenv("SPARKLE_PROFILES", str(profiles))
    return Ruled(rendered[0].studio.copy(tmp_path / "copy"))


def measured_here(path: Path) -> float:
    """The variance of the Laplacian of a picture's luma at 512 pixels, worked out once more."""
    red, green, blue = np.moveaxis(np.asarray(Image.open(path).convert("RGB"), float), -1, 0)
    luma = np.rint(16 + 219 / 255 * (0.2126 * red + 0.7152 * green + 0.0722 * blue))
    shape = (512, round(512 * luma.shape[0] / luma.shape[1]))
    way = cv2.INTER_AREA if luma.shape[1] > 512 else cv2.INTER_LINEAR
    return float(
        cv2.Laplacian(cv2.resize(luma.astype(np.uint8), shape, interpolation=way), cv2.CV_64F).var()
    )


def test_each_keyframe_is_made_three_times_and_the_sharpest_is_in_the_film(
    rendered: tuple[Ruled, str, int],
) -> None:
    ruled, _, _ = rendered
    takes = ruled.manifest(TAKES)
    images = [image.id for image in ruled.manifest(BASE_IMAGES).artifacts if image.name == "image"]
    assert len(images) == 3
    for name in images:
        known = ruled.known(name)
        assert [take.number for take in known.takes] == [1, 2, 3]
        assert (known.chosen, known.pinned) == (None, None)
        own_seed = takes.artifact(f"{BASE_IMAGES}.{name}@take1", "image").seed
        assert own_seed is not None
        recipes = [Recipe(), *(Recipe(seed=derive_seed(own_seed, n)) for n in (2, 3))]
        assert [take.recipe for take in known.takes] == recipes
        folder = ruled.studio.home.runs / "film.sharpest" / TAKES
        sharp = {
            take.fingerprint: measured_here(folder / f"{BASE_IMAGES}.{name}@take{take.number}.png")
            for take in known.takes
        }
        shown = ruled.keyframe(name)
        assert shown.fingerprint == max(sharp, key=lambda one: sharp[one])
        told: Mapping[str, JsonValue] = shown.metadata
        assert str(told["take_why"]).startswith("the sharpest of 3 takes: ")
        assert isinstance(told["take_measures"], dict)
        assert set(told["take_measures"]) == {"1", "2", "3"}


def test_all_that_was_made_to_choose_from_is_counted(rendered: tuple[Ruled, str, int]) -> None:
    made = rendered[0].manifest(BASE_IMAGES).provenance.made
    # Of three keyframes, three takes, and what was measured of each.
    assert len(made) == len(set(made)) == 3 * 3 * 2
    kept = rendered[0].manifest(TAKES).provenance
    assert kept.made == ()
    assert sum(item.endswith(("@take1", "@take2", "@take3")) for item in kept.taken) == 9


def test_an_engine_that_varies_with_nothing_makes_one_take_and_that_is_said(
    rendered: tuple[Ruled, str, int],
) -> None:
    clip = rendered[0].manifest(SHOT_CLIPS).artifact("shot_001", "clip")
    assert clip.metadata["take"] == 1
    assert "camera makes the same of every seed" in str(clip.metadata["take_why"])
    assert rendered[0].folder.choices.read().of(SHOT_CLIPS, "shot_001") is None


def test_the_takes_are_foreseen_and_no_choice_is(rendered: tuple[Ruled, str, int]) -> None:
    _, foreseen, made = rendered
    for number in (1, 2, 3):
        assert f"frame_000@take{number}" in foreseen
    assert "frame_000" in foreseen
    assert "one of its takes: which, a rule decides then" in foreseen
    least, most = (
        int(foreseen.split(before)[1].split()[0].rstrip(",."))
        for before in ("at least ", "at most ")
    )
    assert least <= made <= most


def test_rendered_again_it_makes_nothing_and_is_the_same(ruled: Ruled) -> None:
    before = ruled.manifest(BASE_IMAGES).artifacts
    assert "Nothing to do" in ruled.sparkle("explain", "film.sharpest")
    assert ruled.render() == 0
    assert ruled.manifest(BASE_IMAGES).artifacts == before


def test_where_a_person_has_chosen_the_rule_neither_decides_nor_makes(ruled: Ruled) -> None:
    name = "frame_000"
    in_film = ruled.keyframe(name).fingerprint
    other = next(one for one in ruled.known(name).takes if one.fingerprint != in_film)
    ruled.sparkle("take", "film.sharpest", name, str(other.number))
    ruled.make()
    assert ruled.keyframe(name).fingerprint == other.fingerprint
    plan = short_film()
    plan["base_images"][0]["prompt"] = "A harbour in the morning sun"
    ruled.studio.write(plan)
    foreseen = ruled.sparkle(
        "explain", str(ruled.studio.plans / "film.yaml"), "--profile", "sharpest"
    )
    assert f"{name}@take" not in foreseen
    ruled.make()
    assert ruled.keyframe(name).seed == other.recipe.seed or other.number == 1
    assert "take_why" not in ruled.keyframe(name).metadata


def test_an_edit_makes_all_takes_of_it_again_and_loses_none(ruled: Ruled) -> None:
    plan = short_film()
    plan["base_images"][0]["prompt"] = "A harbour in the morning sun"
    before = ruled.known("frame_000")
    ruled.studio.write(plan)
    ruled.make()
    after = ruled.known("frame_000")
    assert [take.recipe for take in after.takes] == [take.recipe for take in before.takes]
    prints = {take.fingerprint for take in (*before.takes, *after.takes)}
    assert len(prints) == 6
    assert ruled.keyframe("frame_000").fingerprint in {take.fingerprint for take in after.takes}


def test_further_takes_differ_from_those_of_the_rule(ruled: Ruled) -> None:
    before = ruled.studio.actions()
    ruled.sparkle("redo", "film.sharpest", "frame_001", "--takes", "1")
    assert ruled.studio.actions() - before == 2  # the take, and what is measured of it
    known = ruled.known("frame_001")
    assert [take.number for take in known.takes] == [1, 2, 3, 4]
    assert known.takes[0].recipe == Recipe()
    assert len({take.fingerprint for take in known.takes}) == 4
    (listed,) = [
        one for one in item_takes(ruled.studio.home, ruled.folder) if one.item == "frame_001"
    ]
    assert all(take.measures is not None for take in listed.takes)
    assert listed.why.startswith("the sharpest of 3 takes")


@dataclass(frozen=True)
class Reading:
    """A theatre in which each line is spoken three times, and the best understood one is kept."""

    theatre: Theatre

    def speak(self, wrong: int) -> tuple[Dialogue, StageManifest, int]:
        """Have lines spoken by somebody whose first takes are wrong; return how many were."""
        one = mumbler(FIRST, wrong)
        settings = SETTINGS.model_copy(update={"takes": MOST_WORDS})
        stage = replace(self.theatre.stage(DIALOGUE_WAVS), settings=settings)
        dialogue = speak_lines(stage, self.theatre.speakers(one), self.theatre.hearing)
        manifest = stage.manifest(dialogue.result)
        self.theatre.bench.run_folder("film").publish(manifest, self.theatre.bench.store)
        return dialogue, manifest, len(spoken_by(one))

    def foreseen(self) -> Mapping[str, ItemState]:
        settings = SETTINGS.model_copy(update={"takes": MOST_WORDS})
        engines, home = self.theatre.engines(mumbler(FIRST, 0)), self.theatre.bench.home
        found = forecast("film", "animatic", settings, engines, self.theatre.plan, home)
        return states(found, DIALOGUE_WAVS)


def one_line() -> Plan:
    plan = short_film()
    plan["dialogue_timeline"] = None
    for shot in plan["shots"]:
        shot["dialogue"] = []
    plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": LINE}]
    return plan


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    bench = Workbench(SparkleHome(tmp_path / "home"))
    return Theatre(bench, write_plan(one_line(), tmp_path / "film.yaml"), whisper())


def test_the_line_is_kept_of_which_most_words_are_heard(theatre: Theatre) -> None:
    reading = Reading(theatre)
    before = reading.foreseen()
    assert {before[f"line_0001@take{number}"] for number in (1, 2, 3)} == {ItemState.MADE}
    dialogue, manifest, spoken = reading.speak(wrong=1)
    assert spoken == 3
    assert dialogue.heard is not None
    assert dialogue.heard[0].error_rate < 0.3
    told = manifest.artifact("line_0001", "audio").metadata
    assert told["take"] == 2
    made = manifest.provenance.made
    assert {"line_0001@take1", "line_0001", "line_0001@take3"} <= set(made)
    assert len(manifest.provenance.made) == len(set(made))
    assert "most words are heard" in str(told["take_why"])
    known = theatre.bench.run_folder("film").choices.read().of(DIALOGUE_WAVS, "line_0001")
    assert known is not None
    assert manifest.artifact("line_0001", "audio").fingerprint == known.takes[1].fingerprint
    assert set(reading.foreseen().values()) == {ItemState.CURRENT}
    assert reading.speak(wrong=0)[2] == 0


def test_all_takes_of_a_line_count_for_what_a_provider_may_speak(theatre: Theatre) -> None:
    spent = mumbler(FIRST, 0, QuotaSpentError("spent"))
    twice = mumbler(SECOND, 0, caps=Caps(characters_per_film=2 * len(LINE) + 5))
    settings = SETTINGS.model_copy(update={"takes": MOST_WORDS})
    stage = replace(theatre.stage(DIALOGUE_WAVS), settings=settings)
    with pytest.raises(NobodySpeaksError, match=f"it would speak {3 * len(LINE)} characters"):
        speak_lines(stage, theatre.speakers(spent, twice), None)
    assert spoken_by(twice) == []


def test_of_takes_that_nobody_hears_the_first_is_kept(theatre: Theatre) -> None:
    nobody = Reading(replace(theatre, hearing=None))
    _, manifest, spoken = nobody.speak(wrong=0)
    assert spoken == 3
    told = manifest.artifact("line_0001", "audio").metadata
    assert told["take"] == 1
    assert "nobody listens" in str(told["take_why"])


def test_equals_are_decided_by_their_numbers(theatre: Theatre) -> None:
    deaf = Reading(replace(theatre, hearing=Deaf(EngineSettings())))
    _, manifest, _ = deaf.speak(wrong=3)
    assert manifest.artifact("line_0001", "audio").metadata["take"] == 1


@pytest.mark.parametrize(
    ("rule", "kinds"),
    [
        ({"choose": "sharpest"}, ("keyframes", "clips")),
        ({"choose": "best_seam"}, ("clips",)),
        ({"choose": "most_words_heard"}, ("lines",)),
        ({"choose": "first", "of": ["portraits"]}, ("portraits",)),
    ],
)
def test_a_rule_is_for_what_it_can_tell_apart(
    rule: dict[str, object], kinds: tuple[str, ...]
) -> None:
    assert TakesRule.model_validate({"count": 2, **rule}).kinds == kinds


def test_a_rule_for_what_it_cannot_tell_apart_is_refused() -> None:
    with pytest.raises(ValidationError, match="lines cannot be told apart by sharpest"):
        TakesRule.model_validate({"count": 2, "choose": "sharpest", "of": ["lines"]})
