"""The rules of cards and texts on screen."""

import math
from collections.abc import Iterator
from itertools import combinations

from sparkle_motion_dagster.plan.cards import END_CARD, cards_of, neighbour_of
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timing import ROUNDING_S
from sparkle_motion_dagster.plan.titles import OnScreenText
from sparkle_motion_dagster.plan.transitions import seconds_of
from sparkle_motion_dagster.plan.values import MAX_FILM_S


def cards_are_possible(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield what is wrong with cards: their names are taken, or their fades are too long."""
    for card_id, card in cards_of(plan):
        for name, ids in (
            ("shots", [shot.id for shot in plan.shots]),
            ("base_images", [image.id for image in plan.base_images]),
        ):
            for number, taken in enumerate(ids):
                if taken.casefold() == card_id:
                    yield PlanProblem(
                        f"{shown(taken)} is what the {card_id} itself is called: choose another id",
                        f"{name}[{number}].id",
                    )
        if 2 * card.fade_s > card.seconds + ROUNDING_S:
            yield PlanProblem(
                f"it takes {card.fade_s:g} s to come and as long to go, but is shown for "
                f"{card.seconds:g} s only: fade faster, or show it longer",
                f"{card_id}.fade",
            )
        overlap = seconds_of(plan.shots[-1]) / 2 if card_id == END_CARD else 0.0
        if overlap > card.seconds:
            yield PlanProblem(
                f"half of the transition before it takes {overlap:g} s, but it is shown for "
                f"{card.seconds:g} s only",
                f"{card_id}.seconds",
            )
        if card.style == "picture" and neighbour_of(plan, card_id) is None:
            yield PlanProblem(
                "the shot beside it has no keyframe that it could stand on: choose black or paper",
                f"{card_id}.style",
            )
    seconds = math.fsum(card.seconds for _, card in cards_of(plan))
    if plan.planned_seconds <= MAX_FILM_S < plan.planned_seconds + seconds:
        yield PlanProblem(
            f"with its cards the film lasts {plan.planned_seconds + seconds:g} s, but a film lasts "
            f"at most {MAX_FILM_S:g} s",
            "shots",
        )


def texts_have_their_time(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield which texts on screen end before they begin, after their shot, or lie on another."""
    for number, shot in enumerate(plan.shots):
        for index, text in enumerate(shot.on_screen_text):
            field = f"shots[{number}].on_screen_text[{index}]"
            if text.start >= shot.duration_sec:
                yield PlanProblem(
                    f"it comes at {text.start:g} s, but shot {shown(shot.id)} lasts only "
                    f"{shot.duration_sec:g} s",
                    f"{field}.from",
                )
            elif text.end is not None and text.end <= text.start:
                yield PlanProblem(
                    f"it has gone at {text.end:g} s, but comes only at {text.start:g} s",
                    f"{field}.to",
                )
            elif text.end is not None and text.end > shot.duration_sec + ROUNDING_S:
                yield PlanProblem(
                    f"it stays until {text.end:g} s, but shot {shown(shot.id)} lasts only "
                    f"{shot.duration_sec:g} s: leave it out where the text stays to the end",
                    f"{field}.to",
                )
        for (one, first), (other, second) in combinations(enumerate(shot.on_screen_text), 2):
            if first.place == second.place and _overlap(first, second, shot):
                yield PlanProblem(
                    f"it lies on {shown(first.text)} (on_screen_text[{one}]), which is at the same "
                    f"place, {first.place}, at the same time: move one of them",
                    f"shots[{number}].on_screen_text[{other}]",
                )


def _overlap(one: OnScreenText, other: OnScreenText, shot: ShotSpec) -> bool:
    def end(text: OnScreenText) -> float:
        return shot.duration_sec if text.end is None else text.end

    begins, ends = max(one.start, other.start), min(end(one), end(other))
    return begins + ROUNDING_S < ends
