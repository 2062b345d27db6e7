"""A variant of a film says what was asked for, and its film makes that and nothing else."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sparkle_motion_dagster.api.variant_places import Wanted
from sparkle_motion_dagster.api.varying import Changes, Variant, vary_plan
from sparkle_motion_dagster.artifacts.choices import Choices
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    MOVIE_PLAN,
    SHOT_CLIPS,
    TAKES,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.plan.paths import value_at
from sparkle_motion_dagster.plan.reading.loading import load_plan
from studio import Studio

PLAN = """\
# Two keepers, one boat.
title: The Boat   # as on the poster
metadata: {seed: 5}
characters:
  - id: mara   # she waits
    name: Mara
  - id: tom
    name: Tom
    voice_profile: {voice_id: james}
base_images:
  - {id: quay, prompt: "close-up of Mara on a quay at dusk", characters: [mara]}
  - {id: deck, prompt: "close-up of Tom on the deck of a boat at dusk", characters: [tom]}
  - {id: own, prompt: "a chart", local_path: pictures/chart.png}
shots:
  # She speaks first.
  - id: waits
    duration_sec: 1.5
    visual_description: Mara waits
    start_base_image_id: quay
    transition: cut
    is_talking_closeup: true
    dialogue: [{character_id: mara, text: "Tom?"}]
  - id: comes
    duration_sec: 1.5
    visual_description: Tom comes
    start_base_image_id: deck
    transition: cut
    is_talking_closeup: true
    dialogue: [{character_id: tom, text: "Here."}]
  - {id: chart, duration_sec: 1, visual_description: map, start_base_image_id: own, transition: cut}
render_profile: {video: {model_id: camera, max_fps: 12}, metadata: {resolution: 128x72}}
"""

CHANGES: Mapping[str, Any] = {
    "title": "Le Bateau",
    "characters.mara.voice_profile.rate": 1.2,
    "line_0002.text": "There.",
    "base_images.deck.metadata.seed": 9,
    "shots.chart.motion_prompt": "slow push in",
    "shots.waits.seed": 11,
}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio with the film that all variants here are of."""
    studio = Studio(tmp_path_factory.mktemp("variants"))
    (studio.plans / "pictures").mkdir()
    Image.new("RGB", (128, 72), "tan").save(studio.plans / "pictures" / "chart.png")
    plan = studio.plans / "boat.yaml"
    plan.write_text(PLAN)
    studio.make_file(plan, "boat")
    return studio


def varied(studio: Studio, *arguments: str | Path) -> str:
    done = studio.sparkle_here("vary", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refused(studio: Studio, *arguments: str | Path) -> str:
    done = studio.sparkle_here("vary", *arguments)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def here(studio: Studio, name: str, changes: Mapping[str, Any]) -> Variant:
    with pytest.MonkeyPatch.context() as patch:
        for key, value in studio.environment.items():
            patch.setenv(key, value)
        wanted = Wanted(file=studio.plans / f"{name}.yaml")
        return vary_plan(studio.home, studio.plans / "boat.yaml", Changes(changes), wanted)


def to_make(explanation: Explanation) -> frozenset[tuple[str, str]]:
    """Return what is made, or may be."""
    return frozenset(
        (stage.stage, item.id)
        for stage in explanation.stages
        for item in stage.items
        if item.state in (ItemState.MADE, ItemState.MAYBE)
    )


def test_another_title_makes_only_what_shows_it(harbour: Studio) -> None:
    said = varied(harbour, "boat", "--set", "title=Le Port", "--run-id", "port")
    plan = harbour.plans / "port.yaml"
    assert plan.read_text() == PLAN.replace("The Boat ", "Le Port  ", 1)
    assert "The next render makes 1 item, and takes" in said
    assert f"Render it: sparkle render {plan}" in said
    made = harbour.make_file(plan, "port")
    assert made.made == {VIDEO_FINAL: ["film"]}
    assert made.new_actions == 1
    assert made.digests.keys() == {
        name.replace("boat.", "port.") for name in harbour.rendered("boat").digests
    }


def test_another_voice_makes_her_lines_and_what_they_are_heard_in(harbour: Studio) -> None:
    said = varied(
        harbour, "boat", "--set", "characters.mara.voice_profile.rate=1.3", "--run-id", "faster"
    )
    assert "line_0001" in said
    assert "line_0002" not in said
    made = harbour.make_file(harbour.plans / "faster.yaml", "faster").made
    assert made[DIALOGUE_WAVS] == ["line_0001"]
    assert BASE_IMAGES not in made
    assert SHOT_CLIPS not in made
    assert set(made[LIPSYNC_CLIPS]) == {"waits"}
    assert made.keys() == {DIALOGUE_WAVS, TIMELINE_TRACK, LIPSYNC_CLIPS, VIDEO_FINAL}


@pytest.fixture(scope="module")
def made_by(harbour: Studio) -> Mapping[str, frozenset[tuple[str, str]]]:
    """What each change makes, by itself."""
    return {
        field: to_make(here(harbour, f"alone-{number}", {field: value}).explanation)
        for number, (field, value) in enumerate(CHANGES.items())
    }


NUMBERS = itertools.count()


@settings(max_examples=12)
@given(fields=st.sets(st.sampled_from(sorted(CHANGES)), min_size=2))
def test_all_that_no_change_touches_is_taken_from_the_store(
    harbour: Studio, made_by: Mapping[str, frozenset[tuple[str, str]]], fields: set[str]
) -> None:
    changes = {field: CHANGES[field] for field in sorted(fields)}
    variant = here(harbour, f"several-{next(NUMBERS)}", changes)
    assert to_make(variant.explanation) == frozenset().union(*(made_by[one] for one in fields))
    assert variant.explanation.taken > 0


def test_what_each_change_makes_is_what_holds_it(
    made_by: Mapping[str, frozenset[tuple[str, str]]],
) -> None:
    film = (VIDEO_FINAL, "film")
    assert made_by["title"] == {film}
    assert made_by["shots.chart.motion_prompt"] == {(SHOT_CLIPS, "chart"), film}
    assert made_by["base_images.deck.metadata.seed"] >= {(BASE_IMAGES, "deck"), film}
    assert not {
        item for _, item in made_by["base_images.deck.metadata.seed"] if item in {"quay", "waits"}
    }
    assert (DIALOGUE_WAVS, "line_0001") not in made_by["line_0002.text"]
    assert (DIALOGUE_WAVS, "line_0002") in made_by["line_0002.text"]


def test_another_aspect_says_which_keyframes_are_drawn_anew(harbour: Studio) -> None:
    said = varied(
        harbour, "boat", "--set", "render_profile.metadata.resolution=72x128", "--run-id", "tall"
    )
    assert "base_images     quay, deck, own" in said.replace("@faces", "")
    assert load_plan(harbour.plans / "tall.yaml").plan.resolution is not None
    assert "dialogue_wavs" not in said


def test_a_language_translates_nothing_and_says_so(harbour: Studio, tmp_path: Path) -> None:
    language = "characters.mara.voice_profile.language=fr-FR"
    said = varied(harbour, "boat", "--set", language, "--run-id", "boat-fr")
    assert "a language translates no line" in said
    assert "`--texts FILE`" in said
    assert "--language fr-FR" in said
    texts = tmp_path / "fr.yaml"
    texts.write_text("line_0001: Tom, c'est toi?\nline_0002: Oui.\n")
    said = varied(harbour, "boat", "--set", language, "--texts", texts, "--run-id", "bateau")
    assert "translates" not in said
    plan = load_plan(harbour.plans / "bateau.yaml").plan
    assert [shot.dialogue[0].text for shot in plan.shots[:2]] == ["Tom, c'est toi?", "Oui."]
    texts.write_text("line_0009: Rien.\n")
    assert "Lines are line_0001 to line_0002" in refused(
        harbour, "boat", "--texts", texts, "--run-id", "rien"
    )


def test_the_choices_of_the_film_hold_where_the_variant_asks_for_the_same(
    harbour: Studio,
) -> None:
    studio = harbour
    for words in (("redo", "boat", "quay"), ("take", "boat", "quay", "2"), ("pin", "boat", "deck")):
        done = studio.sparkle_here(*words)
        assert done.returncode == 0, done.stderr
    try:
        chosen = RunFolder(studio.home, "boat").choices.read()
        assert len(chosen.items) == 2
        said = varied(studio, "boat", "--set", "title=Again", "--run-id", "again")
        assert "does not hold" not in said
        assert RunFolder(studio.home, "again").choices.read() == chosen
        studio.make_file(studio.plans / "boat.yaml", "boat")
        made = studio.make_file(studio.plans / "again.yaml", "again")
        assert made.made == {VIDEO_FINAL: ["film"]}
        takes = RunFolder(studio.home, "again").read(TAKES)
        assert takes is not None
        assert f"{BASE_IMAGES}.quay@take2" in {one.id for one in takes.artifacts}
        said = varied(
            studio, "boat", "--set", "base_images.quay.prompt=a quay at dusk", "--run-id", "empty"
        )
        assert "What was chosen or pinned of quay does not hold here" in said
        (kept,) = RunFolder(studio.home, "empty").choices.read().items
        assert (kept.stage, kept.item) == (BASE_IMAGES, "deck")
        # What a person has chosen of the variant since stays.
        assert studio.sparkle_here("unpin", "again", "deck").returncode == 0
        own = RunFolder(studio.home, "again").choices.read()
        varied(studio, "boat", "--set", "title=Again", "--run-id", "again")
        assert RunFolder(studio.home, "again").choices.read() == own
    finally:
        RunFolder(studio.home, "boat").choices.change(lambda _: Choices())


def test_a_plan_as_it_was_frozen_names_its_files_from_anywhere(
    harbour: Studio, tmp_path: Path
) -> None:
    studio = harbour.copy(tmp_path / "copy")
    (studio.plans / "boat.yaml").unlink()
    (studio.plans / "pictures" / "chart.png").unlink()
    varied(studio, "boat", "--set", "title=Saved", "--to", tmp_path / "far" / "saved.yaml")
    plan = load_plan(tmp_path / "far" / "saved.yaml", home=studio.home).plan
    assert plan.base_images[2].local_path is not None
    assert plan.base_images[2].local_path.startswith("artifact://sha256/")
    made = studio.make_file(tmp_path / "far" / "saved.yaml", "saved")
    assert made.made == {VIDEO_FINAL: ["film"]}


def test_a_plan_file_written_elsewhere_names_the_same_files(
    harbour: Studio, tmp_path: Path
) -> None:
    target = tmp_path / "else" / "chart.json"
    changes = ("--set", "title=Elsewhere", "--unset", "characters.tom.voice_profile")
    said = varied(harbour, harbour.plans / "boat.yaml", *changes, "--to", target)
    data = json.loads(target.read_text())
    assert value_at(data, ("characters", 1, "voice_profile")) is None
    assert data["base_images"][2]["local_path"].startswith("artifact://sha256/")
    assert "  base_images" not in said


def test_a_file_that_was_edited_since_is_not_what_the_film_was_made_of(
    harbour: Studio, tmp_path: Path
) -> None:
    studio = harbour.copy(tmp_path / "copy")
    file = studio.plans / "boat.yaml"
    file.write_text(PLAN.replace("Here.", "Not here."))
    said = varied(studio, "boat", "--set", "title=New", "--run-id", "new")
    assert "is not as boat was made of any more" in said
    assert "Not here." not in (studio.plans / "new.yaml").read_text()
    varied(studio, file, "--set", "title=New", "--run-id", "newer")
    assert "Not here." in (studio.plans / "newer.yaml").read_text()


def test_nothing_is_written_over_and_names_are_free(harbour: Studio) -> None:
    first = varied(harbour, "boat", "--set", "title=One")
    second = varied(harbour, "boat", "--set", "title=Two")
    again = varied(harbour, "boat", "--set", "title=One")
    assert "boat-variant.yaml is the plan of boat-variant," in first
    assert "boat-variant-2.yaml is the plan of boat-variant-2," in second
    assert "boat-variant.yaml is the plan of boat-variant," in again
    there = refused(harbour, "boat", "--set", "title=Three", "--run-id", "boat-variant")
    assert "is there already, and says something else" in there
    assert "is there already" in refused(
        harbour, "boat", "--set", "title=Three", "--to", harbour.plans / "boat.yaml"
    )
    assert load_plan(harbour.plans / "boat.yaml").plan.title == "The Boat"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--set", "shots.wait.seed=1"), "shots has no 'wait'. Did you mean 'waits'"),
        (("--set", "shots.waits.seed=many"), "shots[0].seed: should be a whole number"),
        (("--set", "shots.waits.start_base_image_id=nowhere"), "shots[0].start_base_image_id"),
        (("--set", "title"), "--set title: write NAME=VALUE"),
        (("--set", "title=[1"), "--set title has a value that cannot be read"),
        (("--set", "title=The Boat"), "The plan says all that already"),
        ((), "The plan says all that already"),
        (("--unset", "style"), "style is not set"),
        (("--set", "base_images.own.local_path=gone.png"), "there is no file 'gone.png'"),
        (("--set", "title=X", "--run-id", "No Name"), "is no run id"),
        (("--set", "title=X", "--to", "x.txt"), "a plan file ends in one of .yaml"),
        (("--set", "title=X", "--profile", "nobody"), "There is no profile 'nobody'"),
        (
            ("--set", "title=X", "--run-id", "x", "--profile", "cinematic"),
            "render it as x under the profile animatic",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    harbour: Studio, arguments: tuple[str, ...], said: str
) -> None:
    before = sorted(harbour.plans.rglob("*"))
    assert said in refused(harbour, "boat", *arguments)
    assert sorted(harbour.plans.rglob("*")) == before


def test_there_is_nothing_to_vary_of_no_film(harbour: Studio) -> None:
    assert "There is no film 'nobody'" in refused(harbour, "nobody", "--set", "title=X")


def test_a_variant_can_be_rendered_at_once(harbour: Studio) -> None:
    done = harbour.sparkle("vary", "boat", "--set", "title=Now", "--run-id", "now", "--render")
    assert done.returncode == 0, done.stderr
    assert harbour.film("now").is_file()
    assert MOVIE_PLAN in harbour.manifests("now")
