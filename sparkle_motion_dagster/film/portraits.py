"""Portraits: a picture of each character, after which all keyframes with them are drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.images.base import ImageEngine, ImageRequest, OwnPicture
from sparkle_motion_dagster.film.own_pictures import own_picture
from sparkle_motion_dagster.film.stage import Stage, appearance_of
from sparkle_motion_dagster.film.stages import BASE_IMAGES, portrait_id
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import CharacterSpec
from sparkle_motion_dagster.plan.seeds import derive_seed
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.units import FrameSize

PORTRAIT_SIZE = FrameSize(width=512, height=512)
"""In pixels: more than twice what CLIP sees of a picture (224), and enough for people to judge.

It is not the film's: whoever is in a film looks alike in every format of it.
"""


@dataclass(frozen=True)
class Portraits:
    """What the characters of a film look like.

    Attributes:
        drawn: The portraits of those of whom the plan brings no picture.
        references: The picture of each character that is drawn, by id.
    """

    drawn: tuple[Produced, ...]
    references: Mapping[str, OwnPicture]


def make_portraits(stage: Stage, engine: ImageEngine[Any]) -> Portraits:
    """Return the portraits of a film's characters; none where an engine needs none.

    Args:
        stage: The stage that makes keyframes.
        engine: Who draws them.
    """
    if not engine.needs_portraits:
        return Portraits((), {})
    plan = stage.frozen.plan
    drawn = stage.produce(
        engine,
        [
            Item(portrait_id(character.id), _portrait_request(plan, character))
            for character in _in_drawn_keyframes(plan)
            if character.reference_image is None
        ],
    )
    files = {portrait.item_id: portrait.files["image"] for portrait in drawn}
    references = {
        character.id: _as_reference(files[portrait_id(character.id)])
        if character.reference_image is None
        else own_picture(stage.frozen, stage.settings, character.reference_image)
        for character in _in_drawn_keyframes(plan)
    }
    return Portraits(drawn, references)


def picture_of(stage: Stage, character: CharacterSpec) -> OwnPicture | None:
    """Return the picture that tells who somebody is: the plan's own, else the portrait; None: none.

    Args:
        stage: A stage that is made from keyframes.
        character: Whose.
    """
    if character.reference_image is not None:
        return own_picture(stage.frozen, stage.settings, character.reference_image)
    portrait = portrait_id(character.id)
    # Where nobody draws portraits, a keyframe may be called like one.
    if any(image.id == portrait for image in stage.plan.base_images):
        return None
    drawn = stage.optional_file(BASE_IMAGES, portrait, "image")
    return None if drawn is None else _as_reference(drawn)


def portrait_problems(plan: MoviePlan, engine: ImageEngine[Any]) -> Iterator[PlanProblem]:
    """Yield which keyframes are called as the portraits are that an engine will draw."""
    if not engine.needs_portraits:
        return
    portrayed = {
        portrait_id(character.id).casefold(): character.id
        for character in _in_drawn_keyframes(plan)
        if character.reference_image is None
    }
    for number, image in enumerate(plan.base_images):
        if (character := portrayed.get(image.id.casefold())) is not None:
            yield PlanProblem(
                f"{shown(image.id)} is what the portrait of {shown(character)} is called: choose "
                "another id",
                f"base_images[{number}].id",
            )


def _in_drawn_keyframes(plan: MoviePlan) -> list[CharacterSpec]:
    """Return the characters that are in a keyframe which nobody brings, in the plan's order."""
    seen = {
        character
        for image in plan.base_images
        if image.picture is None
        for character in image.characters
    }
    return [character for character in plan.characters if character.id in seen]


def _as_reference(portrait: StoredFile) -> OwnPicture:
    return OwnPicture(sha256=portrait.sha256, path=portrait.path)


def _portrait_request(plan: MoviePlan, character: CharacterSpec) -> ImageRequest:
    appearance, item_id = appearance_of(character), portrait_id(character.id)
    # A name that is all that is known of somebody ends in a colon.
    who = " ".join((appearance.description or character.name).split()).rstrip(".,:; ")
    return ImageRequest(
        shot=item_id,
        prompt=f"portrait of {who}, head and shoulders, facing the camera, neutral expression, "
        "plain neutral background",
        style=plan.style,
        characters=(appearance,),
        size=PORTRAIT_SIZE,
        seed=derive_seed(plan.metadata.seed or 0, item_id),
    )
