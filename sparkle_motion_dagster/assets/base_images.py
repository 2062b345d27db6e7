"""base_images: the keyframes between which the shots move."""

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.stage import Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.engines.images.fitter import FitRequest, PictureFitter
from sparkle_motion_dagster.plan.models import BaseImageSpec, MoviePlan
from sparkle_motion_dagster.plan.seeds import keyframe_seed
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.production.stage import StageResult
from sparkle_motion_dagster.resources.engines import ImagesResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.units import FrameSize


@film_asset(
    kinds={"png"},
    code_version="1",
    description="The keyframes: one more than shots; each shot ends where the next one starts.",
)
def base_images(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    film: FilmResource,
    images: ImagesResource,
) -> dg.Output[StageManifest]:
    """Draw the keyframes; fit those that the user brings."""
    with stage_of(context, film, movie_plan) as stage:
        engine = images.answering()
        drawn = stage.produce(engine, drawn_items(stage.plan, stage.format.size))
        fitted = stage.produce(PictureFitter(EngineSettings()), fitted_items(stage))
        return stage.output(
            engine.identity(), StageResult.of([*drawn, *fitted]), {"movie_plan": movie_plan}
        )


def drawn_items(plan: MoviePlan, size: FrameSize) -> list[Item[ImageRequest]]:
    """Return the keyframes that have to be drawn."""
    return [
        Item(image.id, _image_request(plan, image, size))
        for image in plan.base_images
        if image.picture is None
    ]


def fitted_items(stage: Stage) -> list[Item[FitRequest]]:
    """Return the keyframes that the user brings."""
    return [
        Item(
            image.id,
            FitRequest(picture=stage.frozen.files[image.picture], size=stage.format.size),
        )
        for image in stage.plan.base_images
        if image.picture is not None
    ]


def appearance(plan: MoviePlan, character_id: str) -> Appearance:
    """Return what a picture needs to know of a character."""
    character = plan.character(character_id)
    return Appearance(id=character.id, description=character.description)


def _image_request(plan: MoviePlan, image: BaseImageSpec, size: FrameSize) -> ImageRequest:
    return ImageRequest(
        prompt=image.prompt,
        negative_prompt=image.negative_prompt,
        characters=tuple(appearance(plan, character) for character in image.characters),
        size=size,
        seed=keyframe_seed(plan, image),
    )
