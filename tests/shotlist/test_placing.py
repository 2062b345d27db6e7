"""Somebody's own pictures become keyframes: by their names, by the faces in them, in order."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from painted_face import PaintedFace, paint
from sparkle_motion_dagster.film.plan_files import digest_of, facts_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.files import file_references
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.shotlist.own_pictures.placing import Placement
from sparkle_motion_dagster.shotlist.own_pictures.stills import MOST_FILES
from sparkle_motion_dagster.shotlist.scripts.script_plans import write_plan

SIZE = (320, 180)
ANN = PaintedFace(x=90, y=95, height=110)
BEN = PaintedFace(
    x=230, y=95, height=110, skin=(150, 105, 80), hair=(25, 20, 20), clothes=(150, 60, 50)
)
SCRIPT = """Title: Two people

EXT. PIER - DAY

A dog sleeps in the sun.

ANN
Is that your dog?

BEN
I thought it was yours.

Ann and Ben look at each other.

ANN
No.

INT. BOAT - NIGHT

A lamp.

Ben wakes up.

BEN
Then whose is it?
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "film.fountain"
    path.write_text(SCRIPT)
    (tmp_path / "stills").mkdir()
    return path


def bring(script: Path, name: str, people: Sequence[PaintedFace] = (), shade: int = 90) -> None:
    """Put a picture into the folder."""
    picture = (
        paint(*SIZE, people) if people else np.full((180, 320, 3), (shade, 120, 150), np.uint8)
    )
    Image.fromarray(picture).save(script.parent / "stills" / name)


def placed(script: Path) -> Placement:
    placement = write_plan(script, script.with_suffix(".yaml"), script.parent / "stills").placement
    assert placement is not None
    return placement


def where(placement: Placement) -> dict[str, str]:
    return {one.file.removeprefix("stills/"): one.where for one in placement.placed}


def unused(placement: Placement) -> dict[str, str]:
    return {one.file.removeprefix("stills/"): one.why for one in placement.unused}


def plan_of(script: Path) -> MoviePlan:
    """Return the plan, all of whose files have been found and opened."""
    loaded = load_plan(script.with_suffix(".yaml"))
    for reference in file_references(loaded.plan):
        file = loaded.files[reference.name]
        facts_of(file, digest_of(file, reference, loaded), reference, loaded.plan)
    return loaded.plan


def pictures_by_shot(plan: MoviePlan) -> list[str | None]:
    pictures = {image.id: image.picture for image in plan.base_images}
    found = [pictures[shot.start_base_image_id or ""] for shot in plan.shots]
    return [None if one is None else one.removeprefix("stills/") for one in found]


def test_names_say_which_shot_a_picture_is(script: Path) -> None:
    for name in ("1-1.png", "scene 1 shot 5.png", "1-2.png", "1-2 too.png", "9-9.png"):
        bring(script, name, [ANN] if "1-2" in name or "5" in name else ())
    bring(script, "ANN.png", [ANN])
    bring(script, "pier_ben_medium_close_up.webp", [BEN])
    placement = placed(script)
    assert where(placement) == {
        "1-1.png": "shot 1-1",
        "1-2 too.png": "shot 1-2",
        "ANN.png": "Ann's reference",
        "pier_ben_medium_close_up.webp": "shot 1-3",
        "scene 1 shot 5.png": "shot 1-5",
    }
    assert unused(placement) == {
        "1-2.png": "1-2 too.png is for the shot 1-2, too",
        "9-9.png": "there is no shot 9-9 in the plan",
    }
    assert placement.drawn == ("1-4", "2-1", "2-2", "2-3")
    plan = plan_of(script)
    # Shots 1-2 and 1-5 show Ann alike, in one keyframe, but for the pictures that are brought.
    assert pictures_by_shot(plan) == [
        *("1-1.png", "1-2 too.png", "pier_ben_medium_close_up.webp", None),
        *("scene 1 shot 5.png", None, None, None),
    ]
    assert plan.character("ann").reference_image == "stills/ANN.png"


def test_without_names_faces_and_order_decide(script: Path) -> None:
    bring(script, "a.png")
    bring(script, "b.png", [ANN, BEN])
    bring(script, "c.png", [ANN])
    bring(script, "d.png", [BEN])
    bring(script, "e.png", [BEN.at(150, 90, 120)])
    bring(script, "f.png", shade=10)
    bring(script, "g.png", shade=40)
    bring(script, "h.png", shade=70)
    placement = placed(script)
    assert where(placement) == {
        "a.png": "shot 1-1",
        "b.png": "shot 1-4",
        "c.png": "shots 1-2, 1-5",
        "d.png": "shot 1-3",
        "e.png": "shot 2-3",
        "f.png": "shot 2-1",
        "g.png": "shot 2-2",
    }
    assert list(unused(placement)) == ["h.png"]
    assert placement.drawn == ()


def test_a_face_that_looks_like_somebodys_reference_is_theirs(script: Path) -> None:
    bring(script, "Ann.png", [ANN])
    bring(script, "ben.png", [BEN])
    bring(script, "1.png", [BEN.at(150, 90, 120)])
    bring(script, "2.png", [ANN.at(200, 90, 120)])
    assert where(placed(script)) == {
        "1.png": "shot 1-3",
        "2.png": "shots 1-2, 1-5",
        "Ann.png": "Ann's reference",
        "ben.png": "Ben's reference",
    }


def test_writing_again_keeps_pictures_and_takes_new_ones(script: Path) -> None:
    bring(script, "a.png")
    bring(script, "1-5.png", [ANN])
    bring(script, "1-2.png", [ANN.at(160, 90, 120)])
    first = placed(script)
    before = script.with_suffix(".yaml").read_bytes()
    assert where(placed(script)) == where(first)
    assert script.with_suffix(".yaml").read_bytes() == before
    script.write_text(SCRIPT.replace("No.", "Never.").replace("A dog sleeps", "A cat sleeps"))
    write_plan(script, script.with_suffix(".yaml"))
    pictures = ["a.png", "1-2.png", None, None, "1-5.png", None, None, None]
    assert pictures_by_shot(plan_of(script)) == pictures
    bring(script, "b.png", [BEN])
    assert where(placed(script)) == {**where(first), "b.png": "shot 1-3"}


def test_what_is_no_picture_of_the_folder_is_said(script: Path, tmp_path: Path) -> None:
    stills = script.parent / "stills"
    bring(script, "1-1.png")
    outside = tmp_path.parent / f"{tmp_path.name}-secret.png"
    shutil.copy(stills / "1-1.png", outside)
    (stills / "1-2.png").symlink_to(outside)
    (stills / "1-3.png").symlink_to("1-3.png")
    (stills / "1-4.png").write_text("INT. ROOM")
    (stills / "notes.txt").write_text("not one")
    (stills / "folder").mkdir()
    (stills / ".hidden").write_text("")
    os.mkfifo(stills / "pipe.png")
    bring(script, "bell\x07.png")
    Image.new("RGB", (4, 4)).save(os.fsencode(stills) + b"/\xff.png", "PNG")
    placement = placed(script)
    assert where(placement) == {"1-1.png": "shot 1-1"}
    assert {
        name.strip("'").removeprefix("stills/"): why for name, why in unused(placement).items()
    }.keys() == {
        *("1-2.png", "1-3.png", "1-4.png", "notes.txt", "folder", "pipe.png"),
        *(r"bell\x07.png", r"\udcff.png"),
    }
    assert "link out of the plan's folder" in unused(placement)["1-2.png"]
    plan_of(script)


def test_a_folder_that_cannot_be_used_is_refused(script: Path, tmp_path: Path) -> None:
    plan = script.with_suffix(".yaml")
    for number in range(MOST_FILES + 1):
        (tmp_path / "stills" / f"{number}").touch()
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    for folder, says in (
        (tmp_path / "stills", "more than 1000 files"),
        (tmp_path / "nowhere", "cannot be read"),
        (script, "cannot be read"),
        (elsewhere, "outside of the plan's folder"),
    ):
        with pytest.raises(ScriptError, match=says):
            write_plan(script, plan, folder)
    assert not plan.exists()
