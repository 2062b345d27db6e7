"""The pictures that near-duplicates are looked for among: keyframes of many films, as drawn."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageEnhance
from ruamel.yaml import YAML

from benchmarks.films import write
from benchmarks.plain import facilities
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.writer.template.story import story_of
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.film.keyframes import make_keyframes
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.stages import BASE_IMAGES, MOVIE_PLAN
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_REPOSITORY = Path(__file__).parents[1]
_PROFILE = "animatic"
_SIZE = "640x360"
_LONGEST_S = 30.0


@dataclass(frozen=True)
class Keyframe:
    """A keyframe that was drawn: of which film, what it was asked to show, and where it lies.

    ``place`` is what films that play in such a place have in common, such as ``harbour``. A title
    card, letters on black, has no prompt.
    """

    film: str
    item: str
    prompt: str
    place: str
    path: Path
    sha256: str


def drawn_keyframes(home: SparkleHome, films: int | None = None) -> list[Keyframe]:
    """Draw the keyframes of three example plans and of stories by the template writer, cards too.

    Args:
        home: Where their films are published, as far as their keyframes.
        films: How many films at most; None: all.
    """
    plans = dict(list(_plans().items())[:films])
    folder = home.root.parent / "plans"
    folder.mkdir(parents=True, exist_ok=True)
    return [
        keyframe
        for name, plan in plans.items()
        for keyframe in publish_keyframes(home, name, write(plan, folder / f"{name}.yaml"))
    ]


def publish_keyframes(home: SparkleHome, name: str, path: Path) -> Iterator[Keyframe]:
    """Make the keyframes of a plan's film, and publish them."""
    bench, profile = Workbench(home), load_profile(_PROFILE)
    frozen = freeze_plan(name, _PROFILE, path, bench)
    folder = bench.run_folder(name)
    folder.publish(frozen, bench.store)
    stage = MakingStage(
        name=BASE_IMAGES,
        run_id=name,
        profile=_PROFILE,
        settings=profile.film,
        frozen=thaw_plan(frozen, bench),
        workbench=bench,
        inputs={MOVIE_PLAN: frozen},
        progress=Progress(folder, BASE_IMAGES),
        control=RunControl(folder),
        facilities=facilities(),
    )
    made = make_keyframes(stage, engines_of(profile, stage.facilities).images)
    folder.publish(stage.manifest(made.result), bench.store)
    for picture in made.pictures:
        prompt = picture.record.request.get("prompt")
        if not isinstance(prompt, str):  # of title cards, letters on black, and own pictures
            prompt = ""
        image = picture.files["image"]
        place = _place(picture.item_id)
        yield Keyframe(name, picture.item_id, prompt, place, image.path, image.sha256)


def _plans() -> Mapping[str, dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    plans: dict[str, dict[str, Any]] = {}
    for path in sorted((_REPOSITORY / "examples" / "plans").glob("*.yaml")):
        plan = yaml.load(path)
        # Those that bring files of their own, or are the same film in another shape, add nothing.
        if path.stem in {"harbour_light", "silent_garden", "twenty_shots"}:
            plans[path.stem] = plan
    asked = yaml.load(_REPOSITORY / "tests" / "data" / "prompts.yaml")
    for number, one in enumerate(asked):
        brief = Brief(
            prompt=one["prompt"] * one.get("repeat", 1),
            seconds=min(one.get("seconds", _LONGEST_S), _LONGEST_S),
            language=one.get("language"),
        )
        plans[f"story_{number:02}"] = plan_of(story_of(brief, seed=1))
    for plan in plans.values():
        plan.setdefault("render_profile", {}).setdefault("metadata", {})["resolution"] = _SIZE
    return plans


def _place(item: str) -> str:
    """Return what the template writer's names begin with: the place, before who is there."""
    return "_".join(item.split("_")[:2])


def jpeg(quality: int) -> Callable[[Image.Image], Image.Image]:
    """Return what codes a picture as JPEG, and decodes it."""

    def coded(picture: Image.Image) -> Image.Image:
        data = io.BytesIO()
        picture.save(data, format="JPEG", quality=quality)
        return Image.open(io.BytesIO(data.getvalue())).convert("RGB")

    return coded


def scaled(factor: float) -> Callable[[Image.Image], Image.Image]:
    """Return what makes a picture larger or smaller."""
    return lambda picture: picture.resize(
        (round(picture.width * factor), round(picture.height * factor))
    )


def cropped(area: float, dice: random.Random) -> Callable[[Image.Image], Image.Image]:
    """Return what cuts a part out of a picture, anywhere, of nearly its shape.

    Args:
        area: The share that is left.
        dice: Where it is cut out, and how much its shape differs (by 4 % at most).
    """

    def cut(picture: Image.Image) -> Image.Image:
        shape = dice.uniform(0.96, 1.04)
        width = min(round(picture.width * area**0.5 * shape), picture.width)
        height = min(round(picture.height * area**0.5 / shape), picture.height)
        left = dice.randint(0, picture.width - width)
        top = dice.randint(0, picture.height - height)
        return picture.crop((left, top, left + width, top + height))

    return cut


def tinted(dice: random.Random) -> Callable[[Image.Image], Image.Image]:
    """Return what shifts brightness by up to 10 %, saturation by 20 %, each colour by 8 levels."""

    def shifted(picture: Image.Image) -> Image.Image:
        picture = ImageEnhance.Brightness(picture).enhance(dice.uniform(0.9, 1.1))
        picture = ImageEnhance.Color(picture).enhance(dice.uniform(0.8, 1.2))
        offset = np.array([dice.uniform(-8, 8) for _ in range(3)])
        return Image.fromarray(np.clip(np.asarray(picture) + offset, 0, 255).astype(np.uint8))

    return shifted


def versions(dice: random.Random) -> Mapping[str, Callable[[Image.Image], Image.Image]]:
    """Return the ways in which a picture comes back, by what people call them."""

    def sent_around(picture: Image.Image) -> Image.Image:
        small = scaled(0.5)(cropped(0.8, dice)(picture))
        return jpeg(50)(tinted(dice)(small))

    return {
        "160 px wide": scaled(0.25),
        "4 times as wide": scaled(4),
        "JPEG, quality 95": jpeg(95),
        "JPEG, quality 50": jpeg(50),
        "JPEG, quality 30": jpeg(30),
        "brightness, saturation, tint shifted": tinted(dice),
        "cropped to 95 % of the area": cropped(0.95, dice),
        "cropped to 90 %": cropped(0.9, dice),
        "cropped to 80 %": cropped(0.8, dice),
        "cropped to 70 %": cropped(0.7, dice),
        "cropped to 80 %, half the size, shifted, JPEG 50": sent_around,
    }
