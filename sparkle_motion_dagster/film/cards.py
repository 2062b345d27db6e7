"""The title cards: their pictures among the keyframes, their clips among those of the shots."""

from collections.abc import Mapping

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.builtin.card_clips import CardClipRequest, CardFilmer
from sparkle_motion_dagster.engines.builtin.card_painter import CardPainter, CardRequest
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.plan.cards import cards_of, neighbour_of
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.plan.titles import TitleCard
from sparkle_motion_dagster.production.loop import Item, Produced


def card_pictures(stage: Stage, keyframes: Mapping[str, StoredFile]) -> tuple[Produced, ...]:
    """Return the pictures of a film's cards.

    Args:
        stage: The stage that makes keyframes.
        keyframes: The pictures of the others, by id.
    """
    return stage.produce(
        CardPainter(EngineSettings()),
        [
            Item(card_id, _picture_request(stage, card_id, card, keyframes))
            for card_id, card in cards_of(stage.plan)
        ],
    )


def _picture_request(
    stage: Stage, card_id: str, card: TitleCard, keyframes: Mapping[str, StoredFile]
) -> CardRequest:
    beside = neighbour_of(stage.frozen.plan, card_id) if card.style == "picture" else None
    picture = None if beside is None else keyframes[beside]
    return CardRequest(text=card.text, style=card.style, picture=picture, size=stage.format.size)


def card_clips(stage: Stage, timeline: MeasuredTimeline) -> tuple[Produced, ...]:
    """Return the clips of a film's cards.

    Args:
        stage: The stage that makes clips.
        timeline: Where shots lie.
    """
    places = {place.shot.id: place for place in clip_places(stage.plan, timeline)}
    return stage.produce(
        CardFilmer(EngineSettings()),
        [
            Item(card_id, _clip_request(stage, card_id, card, places[card_id]))
            for card_id, card in cards_of(stage.plan)
        ],
    )


def _clip_request(stage: Stage, card_id: str, card: TitleCard, place: ClipPlace) -> CardClipRequest:
    fade = min(round(exact_seconds(card.fade_s) * stage.format.frame_rate), place.shot.frames // 2)
    # Plain cards are nobody's picture.
    grade = stage.plan.grade if card.style == "picture" else None
    return CardClipRequest(
        picture=stage.file(BASE_IMAGES, card_id, "image"),
        grade=None if grade is None else stage.frozen.files[grade],
        frames=place.frames,
        # A transition brings the card, or takes it, by itself.
        opening=0 if place.handles.opening else fade,
        closing=0 if place.handles.closing else fade,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        splices=place.splices,
        encoding=stage.settings.delivery,
    )
