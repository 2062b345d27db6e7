"""Two characters in six shots, drawn by real model code on tiny weights: each looks like itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster import DagsterInstance
from PIL import Image
from pydantic import JsonValue

from cinema import PROFILE, CinematicStudio
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from studio import Plan, Rendered

STYLE = "35mm, muted colours"
PEOPLE: Mapping[str, list[str]] = {
    "pier": [],
    "mara_alone": ["mara"],
    "tom_alone": ["tom"],
    "together": ["mara", "tom"],
    "changed_places": ["tom", "mara"],
    "mara_later": ["mara"],
    "at_last": ["mara", "tom"],
}
"""Who is in each keyframe, from left to right."""


def six_shots() -> Plan:
    """Return a film in which one character brings a picture, and the other one none."""
    names = list(PEOPLE)
    return {
        "title": "Two people",
        "style": STYLE,
        "characters": [
            {"id": "mara", "name": "Mara", "description": "an old woman in a yellow coat"},
            {"id": "tom", "name": "Tom", "reference_image": "tom.png"},
        ],
        "base_images": [
            {"id": name, "prompt": f"a pier, picture {number}", "characters": people}
            for number, (name, people) in enumerate(PEOPLE.items())
        ],
        "shots": [
            {
                "id": f"shot_{number}",
                "duration_sec": 1,
                "visual_description": "they wait",
                "setting": "the harbour of a northern town",
                "start_base_image_id": names[number],
                "end_base_image_id": names[number + 1],
            }
            for number in range(6)
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1"},
            "metadata": {"resolution": "128x72"},
        },
    }


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> CinematicStudio:
    studio = CinematicStudio(tmp_path_factory.mktemp("people"))
    Image.new("RGB", (60, 80), "blue").save(studio.plans / "tom.png")
    draw(studio, six_shots())
    return studio


def draw(studio: CinematicStudio, plan: Plan) -> Rendered:
    stills: list[str | Path] = ["--run-id", "film", "--job", "stills_only"]
    result = studio.sparkle_here("render", studio.write(plan), "--profile", PROFILE, *stills)
    assert result.returncode == 0, result.stderr
    return studio.rendered()


def drawn(studio: CinematicStudio) -> dict[str, Artifact]:
    """Return the pictures by their item, all that were made."""
    manifest = studio.manifests()["base_images"]
    return {each.id: each for each in manifest.artifacts if each.name == "image"}


def request(studio: CinematicStudio, picture: Artifact) -> dict[str, Any]:
    record = ActionLog(studio.home.actions).find(picture.fingerprint)
    assert record is not None
    return record.request


def test_every_picture_follows_whoever_is_in_it(studio: CinematicStudio) -> None:
    pictures = drawn(studio)
    own = studio.manifests()["movie_plan"].artifact("tom.png", "file").sha256
    looks = {"mara": pictures["portrait_mara"].sha256, "tom": own}
    assert set(pictures) == {"portrait_mara", *PEOPLE}
    for name, people in PEOPLE.items():
        told = pictures[name].metadata
        assert told.get("references", {}) == {person: looks[person] for person in people}
        halves: dict[str, JsonValue] = dict(zip(people, ([0, 0.5], [0.5, 1]), strict=False))
        assert told.get("bands", {}) == (halves if len(people) == 2 else {})
        asked = request(studio, pictures[name])["characters"]
        assert {each["id"]: each["reference"]["sha256"] for each in asked} == told.get(
            "references", {}
        )


def test_a_portrait_is_drawn_of_whoever_brings_no_picture(studio: CinematicStudio) -> None:
    portrait = drawn(studio)["portrait_mara"]
    assert (portrait.facts.width, portrait.facts.height) == (512, 512)
    assert "references" not in portrait.metadata
    asked = request(studio, portrait)
    assert asked["prompt"].startswith("portrait of an old woman in a yellow coat, head and")
    assert asked["style"] == request(studio, drawn(studio)["pier"])["style"] == STYLE
    # Faces are looked for in keyframes: nobody speaks in a portrait.
    assert studio.manifests()["base_images"].find("portrait_mara@faces", "faces") is None


def test_the_web_ui_shows_portraits_beside_keyframes(studio: CinematicStudio) -> None:
    with DagsterInstance.from_config(str(studio.home.dagster)) as instance:
        shown = instance.get_latest_materialization_event(dg.AssetKey(BASE_IMAGES))
    assert shown is not None
    assert shown.asset_materialization is not None
    sheets = shown.asset_materialization.metadata
    assert "data:image/jpeg" in str(sheets["portraits"].value)
    assert sheets["portraits"] != sheets["keyframes"]


def test_a_keyframe_that_is_called_like_a_portrait_is_refused(studio: CinematicStudio) -> None:
    plan = six_shots()
    plan["base_images"][0]["id"] = plan["shots"][0]["start_base_image_id"] = "portrait_mara"
    path = studio.write(plan, "clash")
    refused = studio.sparkle_here("plan", "check", path, "--profile", PROFILE)
    assert refused.returncode == 2
    assert "base_images[0].id: 'portrait_mara' is what the portrait of 'mara'" in refused.stderr
    # Who draws no portraits has none that it could be taken for.
    assert studio.sparkle_here("plan", "check", path).returncode == 0


def test_an_edited_description_makes_that_portrait_and_its_pictures(
    studio: CinematicStudio,
) -> None:
    plan = six_shots()
    plan["characters"][0]["description"] = "a young woman in a red coat"
    explained = studio.sparkle(
        "explain", "film", "--json", "--plan", studio.write(plan), "--profile", PROFILE
    )
    assert explained.returncode == 0, explained.stderr
    with_mara = {name for name, people in PEOPLE.items() if "mara" in people}
    (foreseen,) = (
        stage
        for stage in Explanation.model_validate_json(explained.stdout).stages
        if stage.stage == "base_images"
    )
    by_state = {
        state: {item.id for item in foreseen.items if item.state is state} for state in ItemState
    }
    assert by_state[ItemState.MADE] >= {"portrait_mara", *with_mara}
    made = set(draw(studio, plan).made["base_images"])
    assert made == {"portrait_mara", *with_mara, *(f"{name}@faces" for name in with_mara)}
    assert by_state[ItemState.MADE] <= made <= by_state[ItemState.MADE] | by_state[ItemState.MAYBE]
