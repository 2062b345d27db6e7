"""Pictures of the user: shown as they are, frozen at intake, made again when they change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

import measure
from sparkle_motion_dagster.artifacts.addresses import digest_address
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.operations.uploads import keep_upload
from studio import Plan, Studio, short_film

SIZE = (128, 72)


def draw(path: Path, seed: int) -> None:
    """Write a smooth picture of another shape than the film's frame."""
    noise = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((400, 300), Image.Resampling.BICUBIC).save(path)


def plan_with_picture() -> Plan:
    plan = short_film()
    plan["base_images"][0]["local_path"] = "photos/harbour.png"
    return plan


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio whose film opens on a picture of the user's."""
    studio = Studio(tmp_path_factory.mktemp("pictures"))
    draw(photo_in(studio), 1)
    studio.make(plan_with_picture())
    return studio


def photo_in(studio: Studio) -> Path:
    folder = studio.plans / "photos"
    folder.mkdir(exist_ok=True)
    return folder / "harbour.png"


def test_the_film_opens_on_the_users_picture(studio: Studio) -> None:
    photo = photo_in(studio)
    fitted = ImageOps.fit(Image.open(photo).convert("RGB"), SIZE, Image.Resampling.LANCZOS)
    first = measure.pictures(studio.film(), {0})[0]
    assert measure.psnr(first, np.asarray(fitted)) > 30
    kept = studio.manifests()["movie_plan"].artifact("photos/harbour.png", "file")
    assert (kept.media_type, kept.facts.width, kept.facts.height) == ("image/png", 400, 300)


def test_a_changed_picture_makes_its_keyframe_and_clip_again(studio: Studio) -> None:
    draw(photo_in(studio), 2)
    assert studio.make(plan_with_picture()).made == {
        "base_images": ["frame_000", "frame_000@faces"],
        "shot_clips": ["shot_001"],
        "video_final": ["film"],
    }


def test_a_frozen_plan_needs_neither_its_file_nor_its_pictures(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    photo = photo_in(studio)
    draw(photo, 1)
    plan = studio.write(plan_with_picture())
    assert studio.sparkle("add", plan).returncode == 0
    plan.unlink()
    shutil.rmtree(photo.parent)
    result = studio.dagster(
        *("job", "execute", "-m", "sparkle_motion_dagster.definitions"),
        *("--job", "render_movie", "--tags", json.dumps({"dagster/partition": "film"})),
    )
    assert result.returncode == 0, result.stderr
    assert len(measure.frame_times(studio.film())) == 36


def uploaded(studio: Studio, picture: Path) -> str:
    """Upload a picture, and return its address."""
    copy = studio.root / "copy"
    shutil.copyfile(picture, copy)
    return digest_address(keep_upload(studio.home, copy, digest_file(copy), "sea.png").sha256)


def plan_with_upload(address: str) -> Plan:
    plan = short_film()
    plan["base_images"][0]["asset_uri"] = address
    return plan


def test_an_uploaded_picture_makes_the_same_film(studio: Studio) -> None:
    of_the_folder = studio.make(plan_with_picture())
    address = uploaded(studio, photo_in(studio))
    of_the_upload = studio.make(plan_with_upload(address), "uploaded")
    assert of_the_upload.made == {}
    assert of_the_upload.content | {"movie_plan": ""} == of_the_folder.content | {"movie_plan": ""}
    kept = of_the_upload.manifests["movie_plan"].artifact(address, "file")
    assert (kept.media_type, kept.facts.width, kept.facts.height) == ("image/png", 400, 300)


def test_an_upload_that_is_not_there_or_damaged_is_told_by_field(tmp_path: Path) -> None:
    studio = Studio(tmp_path)
    photo = photo_in(studio)
    draw(photo, 3)
    address = digest_address(digest_file(photo))
    plan = studio.write(plan_with_upload(address))
    lines = plan.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "asset_uri:" in text)
    result = studio.sparkle_here("plan", "check", plan)
    assert result.returncode == 2
    assert f"line {line}, base_images[0].asset_uri: {address} is not in" in result.stderr
    uploaded(studio, photo)
    assert studio.sparkle_here("plan", "check", plan).returncode == 0
    stored = studio.home.store / address[-64:-62] / address[-64:]
    stored.chmod(0o644)
    draw(stored.with_name("other.png"), 4)
    stored.with_name("other.png").replace(stored)
    result = studio.sparkle_here("plan", "check", plan)
    assert result.returncode == 2
    assert f"base_images[0].asset_uri: {address} is damaged in the store" in result.stderr
