"""The keyframes: drawn by the image engine, or the user's own, fitted to the frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest, PictureFitter
from sparkle_motion_dagster.engines.images.base import (
    ImageEngine,
    ImageRequest,
    OwnPicture,
    Setting,
)
from sparkle_motion_dagster.film.cards import card_pictures
from sparkle_motion_dagster.film.faces.search import find_faces
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.own_pictures import own_picture
from sparkle_motion_dagster.film.portraits import make_portraits
from sparkle_motion_dagster.film.reuse import Reuse, draw
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stage import Stage, appearance_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.seeds import keyframe_seed
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of


@dataclass(frozen=True)
class Keyframes:
    """The keyframes of a film, in the plan's order.

    ``portraits`` were drawn of its characters before. ``unseen_style`` is the plan's style, where
    whoever draws the keyframes does not follow it. ``reused`` says which keyframes were made
    before, for another one, and are taken instead.
    """

    result: StageResult
    pictures: tuple[Produced, ...]
    portraits: tuple[Produced, ...]
    unseen_style: str | None
    reused: Mapping[str, Reuse]


def make_keyframes(stage: Stage, engine: ImageEngine[Any]) -> Keyframes:
    """Return the keyframes of a film."""
    portraits = make_portraits(stage, engine)
    asked = drawn_keyframes(stage.frozen, stage.settings, engine, portraits.references)
    drawings = draw(stage, engine, asked)
    drawn = tuple(one.shown for one in drawings)
    fitted = stage.produce(PictureFitter(EngineSettings()), _fitted(stage.frozen, stage.settings))
    by_id = {picture.item_id: picture for picture in (*drawn, *fitted)}
    images = {item_id: picture.files["image"] for item_id, picture in by_id.items()}
    by_id |= {card.item_id: card for card in card_pictures(stage, images)}
    pictures = tuple(by_id[image.id] for image in stage.plan.base_images)
    faces = find_faces(stage, fitted if engine.knows_faces else (*drawn, *fitted))
    # Who has nothing to draw need not have a model.
    identity = engine.identity() if drawn else engine.introduction()
    shown = (*portraits.drawn, *pictures, *faces)
    artifacts = [artifact for one in shown for artifact in artifacts_of(one)]
    artifacts += [artifact for one in drawings for artifact in one.kept]
    happened = {one.shown.item_id: one.happened for one in drawings}
    result = StageResult.of(identity, [happened.get(one.item_id, one) for one in shown], artifacts)
    style = unseen_style(stage.frozen.plan, engine)
    reused = {one.shown.item_id: one.reuse for one in drawings if one.reuse is not None}
    return Keyframes(result, pictures, portraits.drawn, style, reused)


def unseen_style(plan: MoviePlan, engine: ImageEngine[Any]) -> str | None:
    """Return a plan's style, where an engine that draws its keyframes does not follow it."""
    is_drawn = any(image.picture is None for image in plan.base_images)
    return plan.style if is_drawn and "style" in engine.unused_fields else None


def drawn_keyframes(
    frozen: FrozenPlan,
    settings: FilmSettings,
    engine: ImageEngine[Any],
    references: Mapping[str, OwnPicture],
) -> list[Item[ImageRequest]]:
    """Return the keyframes that have to be drawn, and what the engine is asked for.

    Args:
        frozen: The plan, its files imported.
        settings: What the profile says of the film.
        engine: Who draws them.
        references: The pictures of characters, by id.
    """
    plan = frozen.plan
    shown = _as_shown(plan)
    places = engine.settings_of(
        [image.prompt for image in shown], [keyframe_seed(plan, image) for image in shown]
    )
    place_of = {image.id: place for image, place in zip(shown, places, strict=True)}
    return [
        Item(image.id, _image_request(plan, settings, image, place_of[image.id], references))
        for image in plan.base_images
        if image.picture is None
    ]


def _as_shown(plan: MoviePlan) -> list[BaseImageSpec]:
    """Return the keyframes in the order in which the film first shows them: so its places go on."""
    images = {image.id: image for image in plan.base_images}
    return [images[name] for name in dict.fromkeys(chain(*(shot.keyframes for shot in plan.shots)))]


def _fitted(frozen: FrozenPlan, settings: FilmSettings) -> list[Item[FitRequest]]:
    """Return the keyframes that the user brings."""
    size = settings.format_of(frozen.plan).size
    return [
        Item(
            image.id,
            FitRequest(picture=own_picture(frozen, settings, image.picture), size=size),
        )
        for image in frozen.plan.base_images
        if image.picture is not None
    ]


def _image_request(
    plan: MoviePlan,
    settings: FilmSettings,
    image: BaseImageSpec,
    setting: Setting | None,
    references: Mapping[str, OwnPicture],
) -> ImageRequest:
    shot = _shot_of(plan, image)
    return ImageRequest(
        shot=shot.id,
        prompt=image.prompt,
        place=shot.setting,
        style=plan.style,
        negative_prompt=image.negative_prompt,
        setting=setting,
        characters=tuple(
            appearance_of(plan.character(character), references.get(character))
            for character in image.characters
        ),
        size=settings.format_of(plan).size,
        seed=keyframe_seed(plan, image),
    )


def _shot_of(plan: MoviePlan, image: BaseImageSpec) -> ShotSpec:
    """Return the first shot that a keyframe opens, else the first that it closes."""
    opened = (shot for shot in plan.shots if shot.start_base_image_id == image.id)
    closed = (shot for shot in plan.shots if shot.end_base_image_id == image.id)
    return next(chain(opened, closed))
