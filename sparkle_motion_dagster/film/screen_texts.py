"""What is written on the screen: whether the font has it, whether it has room, and time."""

from collections.abc import Iterator
from dataclasses import dataclass

from sparkle_motion_dagster.engines.builtin.card_painter import COLOURS
from sparkle_motion_dagster.engines.builtin.clip_finisher import DRAWN_AT
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.lettering import font, lacking_in
from sparkle_motion_dagster.media.titling.cards import lettering
from sparkle_motion_dagster.media.titling.setting import TextTooLongError
from sparkle_motion_dagster.plan.captions import captioning
from sparkle_motion_dagster.plan.cards import cards_of
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.titles import OnScreenText


@dataclass(frozen=True)
class _Placed:
    """A text over a shot, and its field in the plan."""

    field: str
    shot: ShotSpec
    text: OnScreenText

    @property
    def seconds(self) -> float:
        """How long it is shown, as planned."""
        end = self.shot.duration_sec if self.text.end is None else self.text.end
        return end - self.text.start


def unwritable(plan: MoviePlan, settings: FilmSettings) -> Iterator[PlanProblem]:
    """Yield which texts cannot be written on the screen: letters are lacking, or room is."""
    size = settings.format_of(plan).size
    for card_id, card in cards_of(plan):
        field = f"{card_id}.text"
        if (problem := _lacking(card.text)) is not None:
            yield PlanProblem(problem, field)
            continue
        try:
            lettering(card.text, size, COLOURS[card.style])
        except TextTooLongError as error:
            yield PlanProblem(f"it is too long for a card of {size}: {error}", field)
    for placed in _placed(plan):
        text, field = placed.text, f"{placed.field}.text"
        if (problem := _lacking(text.text)) is not None:
            yield PlanProblem(problem, field)
            continue
        try:
            DRAWN_AT[text.place](text.text, size)
        except TextTooLongError as error:
            yield PlanProblem(
                f"it is too long for {text.place} in a picture of {size}: {error}", field
            )
    if settings.captions_of(plan) != "off":
        yield from _unwritable_captions(plan)


def brief(plan: MoviePlan) -> Iterator[tuple[str, str]]:
    """Yield what people should know of texts that are gone before they can be read.

    Yields:
        The field of the plan, such as ``title_card``, and a sentence.
    """
    shown = [(card_id, card.text, card.seconds) for card_id, card in cards_of(plan)]
    shown += [(placed.field, placed.text.text, placed.seconds) for placed in _placed(plan)]
    for field, text, seconds in shown:
        needed = captioning.columns(text) / captioning.COLUMNS_A_SECOND
        if needed > seconds:
            yield (
                field,
                f"its text takes about {needed:.1f} s to read, and is shown for {seconds:g} s",
            )


def _placed(plan: MoviePlan) -> Iterator[_Placed]:
    for number, shot in enumerate(plan.shots):
        for index, text in enumerate(shot.on_screen_text):
            yield _Placed(f"shots[{number}].on_screen_text[{index}]", shot, text)


def _lacking(text: str) -> str | None:
    """Return what is in the way of writing a text; None: nothing."""
    lacking = lacking_in(text)
    if lacking is not None:
        return (
            f"it has {lacking}. Titles are written in Noto Sans: Latin, Greek, Cyrillic and "
            "Devanagari letters, digits and marks"
        )
    is_seen = any(font().width(character) for character in text if not character.isspace())
    return None if is_seen else "nothing of it would be seen"


def _unwritable_captions(plan: MoviePlan) -> Iterator[PlanProblem]:
    lines = planned_lines(plan)
    speaking = {line.character_id for line in lines}
    texts = [
        (f"characters[{number}].name", character.name)
        for number, character in enumerate(plan.characters)
        if character.id in speaking
    ]
    texts += [(line.field, line.text) for line in lines]
    for field, text in texts:
        if (lacking := lacking_in(text)) is not None:
            yield PlanProblem(
                f"it has {lacking}, so that captions cannot be part of the picture: leave them "
                "to the player (burned_captions: off)",
                field,
            )
