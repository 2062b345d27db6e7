"""Films from people's own pictures: faces in them are found, kept in view, and speak."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from painted_face import PaintedFace, paint
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.images.storyboard.scene import KeyframeScene
from sparkle_motion_dagster.faces.readings import MouthReadings
from sparkle_motion_dagster.faces.records import ClipFaces, PictureFaces
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from studio import EXAMPLES, Plan, Rendered, Studio, example

SIZE = (320, 180)
ANN = PaintedFace(x=110, y=90, height=110)
BEN = PaintedFace(
    x=235, y=95, height=100, skin=(150, 105, 80), hair=(25, 20, 20), clothes=(150, 60, 50)
)


def film_of_pictures() -> Plan:
    return {
        "title": "Two people, and a window",
        "characters": [
            {"id": "ann", "name": "Ann", "description": "a woman"},
            {"id": "ben", "name": "Ben", "description": "a man"},
            {"id": "radio", "name": "A voice", "off_screen": True},
        ],
        "base_images": [
            {"id": "ann_close", "prompt": "Ann", "characters": ["ann"], "local_path": "ann.png"},
            {"id": "both", "prompt": "Both", "characters": ["ann", "ben"], "local_path": "two.png"},
            {"id": "window", "prompt": "A window", "local_path": "window.png"},
        ],
        "shots": [
            talking("alone", "ann_close", 2.0, ("ann", "Papa, my boat.")),
            talking("together", "both", 2.0, ("ben", "Maybe.")),
            talking("listening", "ann_close", 1.0, ("radio", "Good night.")),
            talking("outside", "window", 1.5, ("ben", "Rain.")),
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1", "max_fps": 8},
            "metadata": {"resolution": "320x180"},
        },
    }


def talking(shot: str, keyframe: str, seconds: float, line: tuple[str, str]) -> Plan:
    speaker, text = line
    return {
        "id": shot,
        "duration_sec": seconds,
        "visual_description": "somebody speaks",
        "is_talking_closeup": True,
        "start_base_image_id": keyframe,
        "transition": "cut",
        "motion_prompt": "push in",
        "dialogue": [{"character_id": speaker, "text": text}],
    }


def paint_pictures(studio: Studio) -> None:
    pictures = {
        "ann": paint(*SIZE, [ANN]),
        "two": paint(*SIZE, [ANN, BEN]),
        "window": np.full((180, 320, 3), (90, 120, 150), np.uint8),
    }
    pictures["window"][40:140, 100:220] = (200, 220, 240)
    for name, picture in pictures.items():
        Image.fromarray(picture).save(studio.plans / f"{name}.png")


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, Explanation, Rendered]:
    """A studio with the film, what was said before there was anything, and what was made."""
    studio = Studio(tmp_path_factory.mktemp("pictures"))
    paint_pictures(studio)
    studio.write(film_of_pictures())
    foreseen = explained(studio)
    return studio, foreseen, studio.make(film_of_pictures())


@pytest.fixture
def film(master: tuple[Studio, Explanation, Rendered], tmp_path: Path) -> Studio:
    return master[0].copy(tmp_path)


class ByMesh(Studio):
    """A studio whose animatic moves real faces, and no others."""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"SPARKLE_PROFILES": str(self.root / "profiles")}

    def write_profile(self) -> None:
        animatic = (CONFIGS / "profiles" / "animatic.yaml").read_text("utf-8")
        text = animatic.replace("profile: animatic", "profile: faces").replace("viseme", "mesh")
        (self.root / "profiles").mkdir()
        (self.root / "profiles" / "faces.yaml").write_text(text, "utf-8")


def explained(studio: Studio) -> Explanation:
    result = studio.sparkle_here("explain", "film", "--json")
    assert result.returncode == 0, result.stderr
    return Explanation.model_validate_json(result.stdout)


def in_state(explanation: Explanation, *states: ItemState) -> set[tuple[str, str]]:
    return {
        (stage.stage, item.id)
        for stage in explanation.stages
        for item in stage.items
        if item.state in states
    }


def assert_comes_true(explanation: Explanation, render: Rendered) -> None:
    made = {(stage, item) for stage, items in render.made.items() for item in items}
    will, may = (in_state(explanation, state) for state in (ItemState.MADE, ItemState.MAYBE))
    assert will <= made <= will | may


def frames(studio: Studio, stage: str, shot: str) -> list[YuvFrame]:
    return list(read_frames(studio.home.runs / "film" / stage / f"{shot}.mp4"))


def changes(studio: Studio, shot: str) -> NDArray[np.int64]:
    """Return by how much lip sync has changed each pixel of a shot at most, (rows, columns)."""
    before, after = (frames(studio, stage, shot) for stage in ("shot_clips", "lipsync_clips"))
    differences = [
        np.abs(one.y.astype(int) - other.y) for one, other in zip(before, after, strict=True)
    ]
    return np.asarray(np.max(differences, axis=0))


def faces_of(studio: Studio, shot: str) -> ClipFaces:
    path = studio.home.runs / "film" / "lipsync_clips" / f"{shot}@faces.json"
    return ClipFaces.model_validate_json(path.read_bytes())


def test_what_is_foreseen_comes_true(master: tuple[Studio, Explanation, Rendered]) -> None:
    _, foreseen, rendered = master
    assert_comes_true(foreseen, rendered)
    assert ("base_images", "both@faces") in in_state(foreseen, ItemState.MADE)
    # Whether there is anybody to follow, is known when somebody has looked.
    assert ("lipsync_clips", "alone@faces") in in_state(foreseen, ItemState.MAYBE)
    waits = {
        reason
        for stage in foreseen.stages
        for item in stage.items
        if item.id == "alone@faces"
        for reason in item.waits_for
    }
    assert "the faces in ann_close" in waits


def test_faces_are_found_where_people_are(master: tuple[Studio, Explanation, Rendered]) -> None:
    studio, _, _ = master
    folder = studio.home.runs / "film" / "base_images"
    counts = {
        name: len(
            PictureFaces.model_validate_json((folder / f"{name}@faces.json").read_bytes()).faces
        )
        for name in ("ann_close", "both", "window")
    }
    assert counts == {"ann_close": 1, "both": 2, "window": 0}
    group = KeyframeScene.model_validate_json((folder / "both@faces.scene.json").read_bytes()).group
    assert group is not None
    assert group.left < ANN.x / 320 < BEN.x / 320 < group.right
    assert not (folder / "window@faces.scene.json").exists()


def test_the_camera_keeps_faces_in_the_frame(master: tuple[Studio, Explanation, Rendered]) -> None:
    for track in faces_of(master[0], "together").tracks:
        assert (track.start, track.end) == (0, 16)
        points = track.points
        assert (points.min() >= 0) & (points[..., 0].max() <= 320) & (points[..., 1].max() <= 180)


def test_the_speakers_face_moves_and_nobody_elses(
    master: tuple[Studio, Explanation, Rendered],
) -> None:
    studio, _, rendered = master
    ann, ben = sorted(faces_of(studio, "together").tracks, key=lambda track: track.points[0, 0, 0])
    changed = changes(studio, "together")
    for track, moves in ((ann, False), (ben, True)):
        mouth = track.points[:, [13, 14, 61, 291]].reshape(-1, 2)
        left, top = mouth.min(axis=0).astype(int)
        right, bottom = mouth.max(axis=0).astype(int)
        assert (changed[top:bottom, left:right].max() > 40) == moves
    metadata = rendered.manifests["lipsync_clips"].artifact("together", "clip").metadata
    assert list(metadata["faces"]) == ["ben"]  # type: ignore[arg-type]
    assert metadata["portraits"] == []


def test_a_portrait_comes_only_where_nobody_is_seen(
    master: tuple[Studio, Explanation, Rendered],
) -> None:
    clips = master[2].manifests["lipsync_clips"]
    portraits = {
        shot: clips.artifact(shot, "clip").metadata["portraits"]
        for shot in ("alone", "together", "outside")
    }
    assert portraits == {"alone": [], "together": [], "outside": ["ben"]}


def test_a_voice_off_screen_moves_no_face(master: tuple[Studio, Explanation, Rendered]) -> None:
    rendered = master[2]
    clips = rendered.manifests["lipsync_clips"]
    assert clips.find("listening@faces", "faces") is None
    before, after = (
        rendered.manifests[stage].artifact("listening", "clip").sha256
        for stage in ("shot_clips", "lipsync_clips")
    )
    assert before == after


def test_faces_are_read_anew_in_the_finished_clips(
    master: tuple[Studio, Explanation, Rendered],
) -> None:
    checks = master[2].checks
    assert [checks[name].passed for name in ("mouths_move", "faces_kept", "who_speaks")] == [
        True,
        True,
        True,
    ]
    assert checks["mouths_move"].metadata["lines"].value == 2
    assert checks["faces_kept"].metadata["faces"].value == 2
    read = master[0].home.runs / "film" / "lipsync_clips" / "together@mouths.json"
    assert len(MouthReadings.model_validate_json(read.read_bytes()).faces) == 2


def test_an_edited_line_looks_for_no_face_again(film: Studio) -> None:
    plan = film_of_pictures()
    plan["shots"][0]["dialogue"][0]["text"] = "My boat, Papa."
    film.write(plan)
    foreseen = explained(film)
    rendered = film.make(plan)
    assert_comes_true(foreseen, rendered)
    assert rendered.made["lipsync_clips"] == ["alone", "alone@mouths"]
    assert "base_images" not in rendered.made


def test_another_picture_is_looked_at_again(film: Studio) -> None:
    Image.fromarray(paint(*SIZE, [BEN])).save(film.plans / "window.png")
    foreseen = explained(film)
    rendered = film.make(film_of_pictures())
    assert_comes_true(foreseen, rendered)
    assert rendered.made["base_images"] == ["window", "window@faces"]
    assert rendered.made["lipsync_clips"] == ["outside", "outside@faces", "outside@mouths"]
    clip = rendered.manifests["lipsync_clips"].artifact("outside", "clip")
    assert clip.metadata["portraits"] == []


@pytest.mark.service
def test_mesh_says_whose_face_is_not_found(film: Studio) -> None:
    studio = ByMesh(film.root)
    studio.write_profile()
    clips = studio.render(
        film_of_pictures(), "mesh", "--profile", "faces", "--run-id", "mesh"
    ).manifests["lipsync_clips"]
    unseen = {
        shot: clips.artifact(shot, "clip").metadata["without_face"]
        for shot in ("alone", "together", "outside")
    }
    assert unseen == {"alone": [], "together": [], "outside": ["ben"]}
    found = studio.checks()["faces_found"]
    assert not found.passed
    assert found.metadata["without_face"].value == "outside (ben)"


@pytest.mark.service
def test_the_examples_pictures_speak(studio: Studio) -> None:
    """They are drawings of the storyboard's, which nobody tells the film."""
    shutil.copytree(EXAMPLES / "portraits", studio.plans / "portraits")
    plan = example("portraits", "480x270")
    plan["shots"], plan["base_images"] = plan["shots"][:2], plan["base_images"][:2]
    plan["shots"][1]["transition"] = "cut"
    plan["render_profile"]["video"]["max_fps"] = 12
    clips = studio.render(plan).manifests["lipsync_clips"]
    told = [clips.artifact(shot["id"], "clip").metadata for shot in plan["shots"]]
    assert [metadata["portraits"] for metadata in told] == [[], []]
    assert [list(metadata["faces"]) for metadata in told] == [["noah"], ["iris"]]  # type: ignore[arg-type]
    assert [changes(studio, shot["id"]).max() > 40 for shot in plan["shots"]] == [True, True]
