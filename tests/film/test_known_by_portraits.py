"""Who speaks in a clip is known by the portrait that was drawn of them, where people tell nothing.

Keyframes and portraits are painted people, drawn by an engine of the tests' own; finding and
following faces, moving their mouths, and everything around that are the film's own.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from pydantic import JsonValue

from devices import on_cpu
from painted_face import OTHER, PaintedFace, paint
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest
from sparkle_motion_dagster.engines.lipsync.base import LipsyncRequest
from sparkle_motion_dagster.engines.lipsync.mesh.engine import MeshEngine, MeshSettings
from sparkle_motion_dagster.faces.whose import KnownBy
from sparkle_motion_dagster.film.checks.mouths import verdicts
from sparkle_motion_dagster.film.checks.promises import FACES_FOUND, MOUTHS_SHARP
from sparkle_motion_dagster.film.mouths import move_mouths
from sparkle_motion_dagster.film.pipeline import Engines, run_stages
from sparkle_motion_dagster.film.stages import INPUTS
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.forecast import forecast
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, write_plan
from theatre import SETTINGS, Theatre, states

SIZE = (384, 180)
LOOKS = {"fair": PaintedFace(0, 0, 0), "dark": OTHER}


class Painter(ImageEngine[EngineSettings]):
    """Paints people after their descriptions; who is named first stands on the right."""

    name = "painter"
    version = 1
    settings_model = EngineSettings
    needs_portraits = True

    def make(self, requests: Sequence[ImageRequest], folder: Path) -> Generator[Made]:
        for number, request in enumerate(requests):
            size, path = request.size, folder / f"{number}.png"
            words = [str(each.description).split() for each in request.characters]
            people = [
                LOOKS[looks].at(
                    size.width * (len(words) - index - 0.5) / len(words), size.height / 2, 100
                )
                for index, (looks, *_) in enumerate(words)
            ]
            wall = (150, 165, 170 - sum(map(len, words)))
            Image.fromarray(paint(size.width, size.height, people, wall)).save(path)
            yield Made({"image": MadeFile(path, "image/png")})


class SoftMesh(MeshEngine):
    """Moves mouths as its parent does, and says of all of them that they are soft."""

    def make(self, requests: Sequence[LipsyncRequest], folder: Path) -> Generator[Made, None, None]:
        for made in super().make(requests, folder):
            soft: dict[str, JsonValue] = {"ann": 300}
            yield replace(made, metadata={**made.metadata, "soft_mouths": soft})


def film(ann: str = "fair") -> Plan:
    """Return a film of two people: pictures of the plan's own, in which they speak, and drawn ones.

    In the picture of both, whoever is named first stands on the right.
    """
    people = {"photo": ["ann", "ben"], "alone": ["ben"], "drawn": ["ann", "ben"]}
    lines = {"photo": "ann", "alone": "ben"}
    return {
        "title": "Two people",
        "characters": [
            {"id": "ann", "name": "Ann", "description": ann},
            {"id": "ben", "name": "Ben", "description": "dark"},
        ],
        "base_images": [
            {"id": name, "prompt": name, "characters": each}
            | ({"local_path": f"{name}.png"} if name in lines else {})
            for name, each in people.items()
        ],
        "shots": [
            {
                "id": f"shot_{name}",
                "duration_sec": 1.5,
                "visual_description": "somebody",
                "is_talking_closeup": name in lines,
                "start_base_image_id": name,
                "transition": "cut",
                "dialogue": [{"character_id": lines[name], "text": "My boat."}]
                if name in lines
                else [],
            }
            for name in people
        ],
        "render_profile": {
            "video": {"model_id": "any", "max_fps": 12},
            "metadata": {"resolution": "384x180"},
        },
    }


def paint_pictures(folder: Path) -> None:
    """Paint the plan's own pictures."""
    left, right = OTHER.at(100, 92, 110), LOOKS["fair"].at(280, 92, 110)
    Image.fromarray(paint(*SIZE, [left, right])).save(folder / "photo.png")
    Image.fromarray(paint(*SIZE, [OTHER.at(192, 92, 110)])).save(folder / "alone.png")


def engines() -> Engines:
    """Return the animatic's engines, but for the painter, and the one that moves real faces."""
    return replace(
        engines_of(load_profile("animatic"), on_cpu()),
        images=Painter(EngineSettings()),
        lipsync=SoftMesh(MeshSettings()),
    )


def rendered(folder: Path, plan: Plan) -> Mapping[str, StageManifest]:
    """Take a film through its stages as far as its mouths."""
    bench = Workbench(SparkleHome(folder / "home"))
    theatre = Theatre(bench, write_plan(plan, folder / "plan.yaml"))
    taken_in = theatre.intake()
    left = {taken_in.stage: taken_in}
    for manifest in run_stages(lambda name: theatre.stage(name, *left.values()), engines()):
        bench.run_folder("film").publish(manifest, bench.store)
        left[manifest.stage] = manifest
        if manifest.stage == "lipsync_clips":
            break
    return left


def test_a_face_is_known_by_its_portrait_and_an_edited_one_makes_what_hangs_on_it(
    tmp_path: Path,
) -> None:
    paint_pictures(tmp_path)
    before = rendered(tmp_path, film())
    clip = before["lipsync_clips"].artifact("shot_photo", "clip")
    faces = clip.metadata["faces"]
    assert isinstance(faces, dict)
    told = faces["ann"]
    assert isinstance(told, dict)
    assert told["known_by"] == str(KnownBy.LIKENESS)
    runs = tmp_path / "home" / "runs" / "film"
    filmed = runs / "shot_clips" / before["shot_clips"].artifact("shot_photo", "clip").file
    left, right = moved(filmed, runs / "lipsync_clips" / clip.file)
    assert 10 * left < right
    assert right > 200

    # Another portrait: of the pictures that it does not draw, the mouths alone are moved anew.
    edited = film("fair hair")
    plan, home = write_plan(edited, tmp_path / "plan.yaml"), SparkleHome(tmp_path / "home")
    foreseen = forecast("film", "animatic", SETTINGS, engines(), plan, home)
    after = rendered(tmp_path, edited)
    made = {stage: set(manifest.provenance.made) for stage, manifest in after.items()}
    for name in ("base_images", "shot_clips", "lipsync_clips"):
        said = states(foreseen, name)
        sure = {item for item, state in said.items() if state is ItemState.MADE}
        maybe = {item for item, state in said.items() if state is ItemState.MAYBE}
        assert sure <= made[name] <= sure | maybe, name
    assert made["base_images"] == {
        "portrait_ann",
        "drawn",
        "drawn@faces",
    }
    assert made["shot_clips"] == {"shot_drawn"}
    assert made["lipsync_clips"] == {"shot_photo"}
    # The same face has the same mouth, byte for byte, and so nothing reads it anew.
    again = after["lipsync_clips"].artifact("shot_photo", "clip")
    assert again.sha256 == clip.sha256

    theatre = Theatre(Workbench(home), plan)
    stage = theatre.stage("lipsync_clips", *(after[each] for each in INPUTS["lipsync_clips"][1:]))
    mouths = move_mouths(stage, engines().lipsync, engines().video)
    checked = {verdict.check: verdict for verdict in verdicts(stage, mouths)}
    assert not checked[MOUTHS_SHARP].kept
    soft = "shot_photo (ann, 300 pixels high); shot_alone (ann, 300 pixels high)"
    assert checked[MOUTHS_SHARP].measured["soft"] == soft
    assert checked[FACES_FOUND].kept


def moved(before: Path, after: Path) -> tuple[int, int]:
    """Return how many pixels of each half of a clip change by more than encoding changes them."""
    changes = sum(
        (np.abs(one.y.astype(int) - other.y) > 24).astype(int)
        for one, other in zip(read_frames(before), read_frames(after), strict=True)
    )
    left, right = np.hsplit(np.asarray(changes), 2)
    return int(left.sum()), int(right.sum())
