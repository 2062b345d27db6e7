"""Any plan that keeps the rules becomes a film that passes its checks, or is refused beforehand."""

from __future__ import annotations

import contextlib
import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import NoSuchExample
from PIL import Image

import measure
import own_clips
import random_plans
import sounds
from sparkle_motion_dagster.plan.limits import Limits
from sparkle_motion_dagster.plan.models import MoviePlan
from studio import Plan, Studio

_NO_SHRINKING = [Phase.generate]
"""What fails is rendered once: to look for a smaller plan would render hundreds of films."""


def write_files(folder: Path) -> None:
    """Write the pictures, sounds, clips and looks that random plans name."""
    rows, columns = np.mgrid[0:48, 0:80]
    colours = np.stack([rows * 5, columns * 3, 255 - rows * 2], axis=-1).astype(np.uint8)
    picture = Image.fromarray(colours)
    picture.save(folder / "drawn.png")
    picture.save(folder / "photo.jpg")
    seen_through = picture.convert("RGBA")
    seen_through.putalpha(128)
    seen_through.save(folder / "seen_through.png")
    Image.fromarray((rows / 47).astype(np.float32)).save(folder / "deep.tif")
    picture.save(folder / "moving.gif", save_all=True, append_images=[picture.rotate(180)])
    sounds.write_wav(folder / "voice.wav", sounds.speech(8))
    sounds.write_wav(folder / "said.wav", sounds.speech(1))
    own_clips.make_clip(folder / "footage.mp4", seconds=random_plans.CLIP_S, rate="25")
    corners = [f"{0.9 * r + 0.1} {g} {0.8 * b}" for b, g, r in product((0, 1), repeat=3)]
    (folder / "warm.cube").write_text("LUT_3D_SIZE 2\n" + "\n".join(corners) + "\n")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio for all films of this file, each of which replaces the one before."""
    studio = Studio(tmp_path_factory.mktemp("random"))
    write_files(studio.plans)
    assert {path.name for path in studio.plans.iterdir()} == random_plans.FILES
    return studio


def becomes_a_film_or_is_refused(studio: Studio, plan: Plan) -> None:
    MoviePlan.model_validate(plan)
    path = studio.plans / "film.json"
    path.write_text(json.dumps(plan))
    checked, rendered = (
        studio.sparkle_here(*command, path, *options)
        for command, options in ((["plan", "check"], []), (["render"], ["--replace"]))
    )
    assert "Traceback" not in checked.stderr + rendered.stderr
    assert rendered.returncode == checked.returncode, checked.stderr + rendered.stderr
    if checked.returncode != 0:
        assert checked.returncode == 2
        assert checked.stderr.strip() in rendered.stderr
        return
    film = studio.film()
    assert str(film) in rendered.stdout
    assert measure.streams(film).title == plan["title"].strip()
    assert len(measure.frame_times(film)) >= len(plan["shots"])
    assert len(measure.sound(film)) > 0


@settings(max_examples=2, phases=_NO_SHRINKING)
@given(plan=random_plans.plans())
def test_a_random_plan(studio: Studio, plan: Plan) -> None:
    becomes_a_film_or_is_refused(studio, plan)


@pytest.mark.service
@settings(max_examples=100, phases=_NO_SHRINKING, derandomize=False, print_blob=True)
@given(plan=random_plans.plans())
def test_many_random_plans(studio: Studio, plan: Plan) -> None:
    becomes_a_film_or_is_refused(studio, plan)


def test_random_plans_say_all_that_a_plan_can_say() -> None:
    # Limits have tests of their own: a random one would refuse most films.
    never_said = {"provider", "limits", *Limits.model_fields}
    known = keys_in(MoviePlan.model_json_schema())
    said: set[str] = set()

    def all_is_said(plan: Plan) -> bool:
        said.update(keys_of(plan))
        return known - said <= never_said

    with contextlib.suppress(NoSuchExample):
        find(
            random_plans.plans(),
            all_is_said,
            settings=settings(max_examples=150, phases=_NO_SHRINKING),
        )
    assert known - said == never_said


def keys_of(value: Any) -> set[str]:
    """Return all keys in a document."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def keys_in(schema: Any) -> set[str]:
    """Return all properties that a JSON schema knows."""
    if isinstance(schema, dict):
        return set(schema.get("properties", ())).union(*map(keys_in, schema.values()))
    return set().union(*map(keys_in, schema)) if isinstance(schema, list) else set()
