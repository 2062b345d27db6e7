"""The keyframes: drawn by the image engine, or the user's own, fitted to the frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest, PictureFitter
from sparkle_motion_dagster.engines.images.base import (
    ImageEngine,
    ImageRequest,
    OwnPicture,
    Setting,
)
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.media.pictures import viewing_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.seeds import keyframe_seed
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult


@dataclass(frozen=True)
class Keyframes:
    """The keyframes of a film, in the plan's order."""

    result: StageResult
    pictures: tuple[Produced, ...]


def make_keyframes(stage: Stage, engine: ImageEngine[Any]) -> Keyframes:
    """Return the keyframes of a film."""
    drawn = stage.produce(engine, _drawn(stage, engine))
    fitted = stage.produce(PictureFitter(EngineSettings()), _fitted(stage))
    by_id = {picture.item_id: picture for picture in (*drawn, *fitted)}
    pictures = tuple(by_id[image.id] for image in stage.plan.base_images)
    return Keyframes(StageResult.of(engine.identity(), pictures), pictures)


def _drawn(stage: Stage, engine: ImageEngine[Any]) -> list[Item[ImageRequest]]:
    """Return the keyframes that have to be drawn."""
    images = stage.plan.base_images
    return [
        Item(image.id, _image_request(stage, image, setting))
        for image, setting in zip(images, settings_of(stage.plan, engine), strict=True)
        if image.picture is None
    ]


def settings_of(plan: MoviePlan, engine: ImageEngine[Any]) -> Sequence[Setting | None]:
    """Return what each keyframe of a plan takes over from those before it."""
    images = plan.base_images
    return engine.settings_of(
        [image.prompt for image in images], [keyframe_seed(plan, image) for image in images]
    )


def _fitted(stage: Stage) -> list[Item[FitRequest]]:
    """Return the keyframes that the user brings."""
    return [
        Item(
            image.id,
            FitRequest(picture=_own_picture(stage, image.picture), size=stage.format.size),
        )
        for image in stage.plan.base_images
        if image.picture is not None
    ]


def _own_picture(stage: Stage, reference: str) -> OwnPicture:
    file = stage.frozen.files[reference]
    viewing = viewing_of(file.path)
    return OwnPicture(
        sha256=file.sha256,
        path=file.path,
        converted=viewing.converts,
        background=stage.settings.background if viewing.sees_through else None,
    )


def _image_request(stage: Stage, image: BaseImageSpec, setting: Setting | None) -> ImageRequest:
    characters = [stage.plan.character(character) for character in image.characters]
    return ImageRequest(
        shot=_shot_of(stage.plan, image),
        prompt=image.prompt,
        negative_prompt=image.negative_prompt,
        setting=setting,
        characters=tuple(stage.appearance(character.id) for character in characters),
        references=tuple(
            _own_picture(stage, character.reference_image)
            for character in characters
            if character.reference_image is not None
        ),
        size=stage.format.size,
        seed=keyframe_seed(stage.plan, image),
    )


def _shot_of(plan: MoviePlan, image: BaseImageSpec) -> str:
    """Return the shot that a keyframe opens; the last keyframe closes the last shot."""
    opened = [shot.id for shot in plan.shots if shot.start_base_image_id == image.id]
    return opened[0] if opened else plan.shots[-1].id
