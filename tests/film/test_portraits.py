"""Portraits: of whom one is drawn, and which keyframes' requests hold it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devices import on_cpu
from sketch_engine.engine import SketchEngine, SketchSettings
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.images.base import ImageEngine
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.film.checks.keyframes import verdicts as keyframe_verdicts
from sparkle_motion_dagster.film.checks.promises import PORTRAITS_SHOW_FACES
from sparkle_motion_dagster.film.keyframes import Keyframes, make_keyframes
from sparkle_motion_dagster.film.portraits import portrait_problems
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.workbench import Workbench
from studio import Plan, write_plan
from theatre import Theatre


class PortraitSketcher(SketchEngine):
    """Sketches that are drawn after portraits."""

    needs_portraits = True


def plan_of(pictures: Mapping[str, list[str]], size: str = "128x72") -> Plan:
    """Return a film of pictures with these people; those of "own" are the plan's own picture."""
    return {
        "title": "People",
        "characters": [
            {"id": "mara", "name": "Mara", "description": "an old woman in a yellow coat"},
            {"id": "tom", "name": "Tom", "reference_image": "tom.png"},
            {"id": "rex", "name": "Rex"},
            {"id": "narrator", "name": "Narrator", "off_screen": True},
        ],
        "base_images": [
            {"id": name, "prompt": name, "characters": people}
            | ({"local_path": "tom.png"} if name == "own" else {})
            for name, people in pictures.items()
        ],
        "shots": [
            {
                "id": f"s_{name}",
                "duration_sec": 1,
                "visual_description": "somebody",
                "start_base_image_id": name,
                "transition": "cut",
            }
            for name in pictures
        ],
        "render_profile": {"video": {"model_id": "any"}, "metadata": {"resolution": size}},
    }


def drawn(engine: ImageEngine[Any], plan: Plan, folder: Path) -> Keyframes:
    Image.new("RGB", (60, 80), "blue").save(folder / "tom.png")
    theatre = Theatre(Workbench(SparkleHome(folder / "home")), write_plan(plan, folder / "p.yaml"))
    return make_keyframes(theatre.stage(BASE_IMAGES), engine)


def looks(picture: Produced) -> dict[str, str | None]:
    """Return the digest of the picture that each character in a keyframe follows."""
    characters: Any = picture.record.request["characters"]
    return {each["id"]: each.get("reference", {}).get("sha256") for each in characters}


def test_portraits_are_drawn_of_whom_nobody_brings_a_picture(tmp_path: Path) -> None:
    pictures = {"both": ["tom", "mara"], "own": ["rex"], "nobody": []}
    engine = PortraitSketcher(SketchSettings())
    keyframes = drawn(engine, plan_of(pictures), tmp_path)
    (mara,) = keyframes.portraits
    both, _, nobody = keyframes.pictures
    tom = keyframes.pictures[1].record.request["picture"]
    assert isinstance(tom, dict)
    assert mara.item_id == "portrait_mara"
    assert looks(both) == {"tom": tom["sha256"], "mara": mara.files["image"].sha256}
    assert looks(nobody) == {}
    assert keyframes.result.made[0] == "portrait_mara"
    # Another format shows the same people.
    again = drawn(engine, plan_of(pictures, "72x128"), tmp_path)
    assert [portrait.made for portrait in again.portraits] == [False]
    assert [picture.made for picture in again.pictures] == [True, True, True]


@pytest.mark.parametrize(
    ("name", "description", "who"),
    [
        ("Mara", "an old woman\nin a yellow coat.\n", "an old woman in a yellow coat"),
        ("Rex the dog", None, "Rex the dog"),
        ("Rex the dog", "brown", "Rex the dog: brown"),
        ("Żółć 猫", None, "Żółć 猫"),
    ],
)
def test_a_portrait_is_asked_for_in_one_sentence(
    name: str, description: str | None, who: str, tmp_path: Path
) -> None:
    plan = plan_of({"alone": ["mara"]})
    plan["characters"][0] |= {"name": name, "description": description}
    (portrait,) = drawn(PortraitSketcher(SketchSettings()), plan, tmp_path).portraits
    assert portrait.record.request["prompt"] == (
        f"portrait of {who}, head and shoulders, facing the camera, neutral expression, plain "
        "neutral background"
    )


def test_an_engine_that_needs_no_portraits_is_asked_for_none(tmp_path: Path) -> None:
    keyframes = drawn(SketchEngine(SketchSettings()), plan_of({"both": ["tom", "mara"]}), tmp_path)
    assert keyframes.portraits == ()
    assert keyframes.result.made[0] == "both"
    assert looks(keyframes.pictures[0]) == {"tom": None, "mara": None}


def test_a_portrait_without_a_face_is_told_of_whoever_is_seen_speaking(tmp_path: Path) -> None:
    """A sketch shows no face. Who speaks changes nothing that a person has approved."""
    plan = plan_of({"both": ["tom", "mara", "rex"]})
    verdicts, contents = [], []
    for talks in (False, True):
        plan["shots"][0] |= {"is_talking_closeup": talks}
        plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": "No."}]
        keyframes = drawn(PortraitSketcher(SketchSettings()), plan, tmp_path)
        theatre = Theatre(Workbench(SparkleHome(tmp_path / "home")), tmp_path / "p.yaml")
        stage = theatre.stage(BASE_IMAGES)
        said = {one.check: one for one in keyframe_verdicts(stage, keyframes)}
        verdicts.append(said[PORTRAITS_SHOW_FACES])
        contents.append(stage.manifest(keyframes.result).content_digest)
    assert [verdict.kept for verdict in verdicts] == [True, False]
    assert [verdict.measured["looked_at"] for verdict in verdicts] == [0, 1]
    assert verdicts[1].measured["faceless"] == "portrait_mara"
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    ("strength", "name", "fields"),
    [
        (0.6, "Portrait_Mara", ["base_images[1].id"]),
        (0.6, "portrait_tom", []),  # he brings a picture
        (0.6, "portrait_narrator", []),
        (0.0, "portrait_mara", []),
    ],
)
def test_a_keyframe_is_not_called_as_a_portrait_is(
    strength: float, name: str, fields: list[str]
) -> None:
    plan = MoviePlan.model_validate(plan_of({"both": ["tom", "mara"], name: []}))
    engine = SdxlEngine(SdxlSettings(reference_strength=strength), on_cpu())
    problems = list(portrait_problems(plan, engine))
    assert [problem.field for problem in problems] == fields
    assert all("is what the portrait of 'mara' is called" in each.message for each in problems)
