"""base_images: the keyframes between which the shots move."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.checks import warning
from sparkle_motion_dagster.assets.previews import keyframe_sheet
from sparkle_motion_dagster.assets.review_gates import reviewed
from sparkle_motion_dagster.assets.stage import Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.base import EngineError, EngineSettings
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest, PictureFitter
from sparkle_motion_dagster.engines.images.base import Appearance, ImageRequest
from sparkle_motion_dagster.operations.reviews import reviews_asked
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.seeds import keyframe_seed
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.resources.engines import ImagesResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

KEYFRAMES_DIFFER = warning(
    "keyframes_differ", "The two keyframes of a shot are not near-duplicates: something happens."
)

_NEAR_DUPLICATE_BITS = 4
"""Perceptual hashes that differ in no more of their 64 bits: the pictures look the same."""


@film_asset(
    kinds={"png"},
    code_version="1",
    description="The keyframes: one more than shots; each shot ends where the next one starts.",
    check_specs=[KEYFRAMES_DIFFER.spec("base_images")],
    output_required=False,  # a review gate may end the run here
)
def base_images(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    film: FilmResource,
    images: ImagesResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Draw the keyframes; fit those that the user brings."""
    with stage_of(context, film, gpu, movie_plan) as stage:
        engine = images.answering(stage.facilities)
        drawn = stage.produce(engine, drawn_items(stage))
        fitted = stage.produce(PictureFitter(EngineSettings()), fitted_items(stage))
        keyframes = _in_plan_order(stage.plan, [*drawn, *fitted])
        yield _keyframes_differ(stage.plan, keyframes)
        output = stage.output(
            engine.identity(),
            StageResult.of(keyframes),
            {"movie_plan": movie_plan},
            {"keyframes": keyframe_sheet(keyframes)},
        )
        yield from reviewed(context, film, output, reviews_asked(stage.plan, stage.settings))


def _in_plan_order(plan: MoviePlan, keyframes: Sequence[Produced]) -> list[Produced]:
    by_id = {keyframe.item_id: keyframe for keyframe in keyframes}
    return [by_id[image.id] for image in plan.base_images]


def _keyframes_differ(plan: MoviePlan, keyframes: Sequence[Produced]) -> dg.AssetCheckResult:
    distances = [
        (shot.id, _distance(start, end))
        for shot, (start, end) in zip(plan.shots, pairwise(keyframes), strict=True)
    ]
    alike = [shot for shot, distance in distances if distance <= _NEAR_DUPLICATE_BITS]
    closest, distance = min(distances, key=lambda pair: pair[1])
    measured = {
        "shots_with_near_duplicates": ", ".join(alike) or "none",
        "closest_pair": closest,
        "bits_that_differ": distance,
        "alike_up_to_bits": _NEAR_DUPLICATE_BITS,
    }
    return KEYFRAMES_DIFFER.result(measured, kept=not alike)


def _distance(one: Produced, other: Produced) -> int:
    """Return in how many of their 64 bits the perceptual hashes of two keyframes differ."""
    return (_hash(one) ^ _hash(other)).bit_count()


def _hash(keyframe: Produced) -> int:
    phash = keyframe.record.outputs["image"].facts.phash
    if phash is None:
        raise EngineError(f"{keyframe.item_id} was made without measuring its perceptual hash")
    return int(phash, 16)


def drawn_items(stage: Stage) -> list[Item[ImageRequest]]:
    """Return the keyframes that have to be drawn."""
    return [
        Item(image.id, _image_request(stage, image))
        for image in stage.plan.base_images
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


def shot_of(plan: MoviePlan, image: BaseImageSpec) -> str:
    """Return the shot that a keyframe opens; the last keyframe closes the last shot."""
    opened = [shot.id for shot in plan.shots if shot.start_base_image_id == image.id]
    return opened[0] if opened else plan.shots[-1].id


def appearance(plan: MoviePlan, character_id: str) -> Appearance:
    """Return what a picture needs to know of a character."""
    character = plan.character(character_id)
    return Appearance(id=character.id, description=character.description)


def _image_request(stage: Stage, image: BaseImageSpec) -> ImageRequest:
    plan = stage.plan
    characters = [plan.character(character) for character in image.characters]
    return ImageRequest(
        shot=shot_of(plan, image),
        prompt=image.prompt,
        negative_prompt=image.negative_prompt,
        characters=tuple(appearance(plan, character.id) for character in characters),
        references=tuple(
            stage.frozen.files[character.reference_image]
            for character in characters
            if character.reference_image is not None
        ),
        size=stage.format.size,
        seed=keyframe_seed(plan, image),
    )
