"""A plan as it is rendered: its title cards are shots like the others.

Its author's plan is what is frozen, compared and named in errors. Everything from the track on
goes by this one, in which cards have ids of their own, and all that follows a card comes later.
"""

from collections.abc import Iterator
from typing import TypeVar

from sparkle_motion_dagster.plan.parts import (
    BaseImageSpec,
    SilenceEntry,
    TimelineEntry,
    UncheckedPlan,
)
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.plan.titles import TitleCard

PlanT = TypeVar("PlanT", bound=UncheckedPlan)

TITLE_CARD = "title_card"
END_CARD = "end_card"
"""The ids of cards: of their fields in the plan, their shots and their keyframes."""


def cards_of(plan: UncheckedPlan) -> Iterator[tuple[str, TitleCard]]:
    """Yield the cards of a plan by their ids, in the film's order."""
    for card_id, card in ((TITLE_CARD, plan.title_card), (END_CARD, plan.end_card)):
        if card is not None:
            yield card_id, card


def card_of(plan: UncheckedPlan, item_id: str) -> TitleCard | None:
    """Return the card whose shot, or keyframe, an item is; None: it is none."""
    return dict(cards_of(plan)).get(item_id)


def neighbour_of(plan: UncheckedPlan, card_id: str) -> str | None:
    """Return the keyframe that a film shows beside a card; None: the shot there has none."""
    if card_id == TITLE_CARD:
        return next(iter(plan.shots[0].keyframes), None)
    return next(reversed(plan.shots[-1].keyframes), None)


def with_cards(plan: PlanT) -> PlanT:
    """Return a plan as it is rendered; one without cards is that already."""
    title, end = plan.title_card, plan.end_card
    shots, images, timeline = plan.shots, plan.base_images, plan.dialogue_timeline
    soundtrack = plan.soundtrack
    if end is not None:
        *others, last = shots
        # Nothing matches a card: what ended the film ends on its keyframe, and cuts.
        if last.transition == "match":
            last = last.model_copy(update={"transition": "cut"})
        shots = (*others, last, _shot(END_CARD, end))
        images = (*images, _picture(END_CARD, end))
    if title is not None:
        shots = (_shot(TITLE_CARD, title), *shots)
        images = (_picture(TITLE_CARD, title), *images)
        timeline = None if timeline is None else tuple(_later(timeline, title.seconds))
        soundtrack = None if soundtrack is None else soundtrack.later(title.seconds)
    if shots is plan.shots:
        return plan
    return plan.model_copy(
        update={
            "shots": shots,
            "base_images": images,
            "dialogue_timeline": timeline,
            "soundtrack": soundtrack,
        }
    )


def author_field(plan: UncheckedPlan, rendered_shot: int) -> str:
    """Return where the length of a shot stands that has a number in the plan as it is rendered."""
    number = rendered_shot - (plan.title_card is not None)
    if number < 0:
        return f"{TITLE_CARD}.seconds"
    return f"{END_CARD}.seconds" if number == len(plan.shots) else f"shots[{number}].duration_sec"


def _shot(card_id: str, card: TitleCard) -> ShotSpec:
    return ShotSpec(
        id=card_id,
        duration_sec=card.seconds,
        visual_description=card.text,
        start_base_image_id=card_id,
        transition="cut",
        motion_prompt="static",
    )


def _picture(card_id: str, card: TitleCard) -> BaseImageSpec:
    return BaseImageSpec(id=card_id, prompt=card.text)


def _later(timeline: tuple[TimelineEntry, ...], seconds: float) -> Iterator[TimelineEntry]:
    """Yield a timeline's entries later, behind a silence; sums are those of decimal numbers."""
    yield SilenceEntry(type="silence", start_time_sec=0.0, duration_sec=seconds)
    for entry in timeline:
        start = float(exact_seconds(entry.start_time_sec) + exact_seconds(seconds))
        yield entry.model_copy(update={"start_time_sec": start})
