"""The rules that tie a plan's parts together, each with an error of its own.

What concerns a single field (patterns, blank texts, bounds) is part of the models.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest

from sparkle_motion_dagster.plan.aspects import aspect_is_the_resolutions
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import in_seconds, known, shown
from sparkle_motion_dagster.plan.parts import DialogueEntry, TimelineEntry, UncheckedPlan
from sparkle_motion_dagster.plan.rules.own_clips import (
    clips_are_cut_to,
    clips_fill_their_shots,
    clips_show_no_keyframes,
)
from sparkle_motion_dagster.plan.rules.soundtrack import cues_lie_in_the_film
from sparkle_motion_dagster.plan.rules.titles import cards_are_possible, texts_have_their_time
from sparkle_motion_dagster.plan.rules.transitions import (
    every_keyframe_is_shown,
    keyframes_are_known,
    shots_end_as_they_say,
    transitions_fit,
)
from sparkle_motion_dagster.plan.rules.voices import deliveries_agree, unseen_are_in_no_picture
from sparkle_motion_dagster.plan.values import MAX_FILM_S

TOLERANCE_S = 1e-3
"""How far apart two moments that should be one may lie, in seconds."""

ORDER_TOLERANCE_S = 1e-6
"""How much earlier than the entry before it a timeline entry may start, in seconds."""


def broken_rules(plan: UncheckedPlan) -> tuple[PlanProblem, ...]:
    """Return every way in which a plan breaks a rule, in the order of the rules."""
    return tuple(
        problem
        for rule in (
            clips_show_no_keyframes,
            keyframes_are_known,
            clips_are_cut_to,
            clips_fill_their_shots,
            shots_end_as_they_say,
            every_keyframe_is_shown,
            transitions_fit,
            _ids_are_unique,
            _characters_are_known,
            _pictures_show_everybody_once,
            _film_is_not_too_long,
            _timeline_covers_the_film,
            _dialogue_agrees_with_the_timeline,
            deliveries_agree,
            unseen_are_in_no_picture,
            _pictures_are_named_once,
            _faces_are_in_the_picture,
            cues_lie_in_the_film,
            cards_are_possible,
            texts_have_their_time,
            aspect_is_the_resolutions,
        )
        for problem in rule(plan)
    )


def _ids_are_unique(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    yield from _unique("shots", [shot.id for shot in plan.shots])
    yield from _unique("base_images", [image.id for image in plan.base_images])
    yield from _unique("characters", [character.id for character in plan.characters])


def _unique(name: str, ids: list[str]) -> Iterator[PlanProblem]:
    first: dict[str, int] = {}
    for index, item_id in enumerate(ids):
        earlier = first.setdefault(item_id.casefold(), index)
        if earlier != index:
            yield PlanProblem(
                f"{shown(item_id)} is taken: {name}[{earlier}] is called {shown(ids[earlier])} "
                "(upper and lower case count as the same)",
                f"{name}[{index}].id",
            )


def _characters_are_known(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    ids = {character.id: None for character in plan.characters}
    for field, character_id in _character_references(plan):
        if character_id not in ids:
            yield PlanProblem(
                f"{shown(character_id)} is no character; {known('characters', list(ids))}", field
            )


def _pictures_show_everybody_once(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    for number, image in enumerate(plan.base_images):
        for index, character_id in enumerate(image.characters):
            if character_id in image.characters[:index]:
                yield PlanProblem(
                    f"{shown(character_id)} is in base image {shown(image.id)} already: "
                    "name everybody once",
                    f"base_images[{number}].characters[{index}]",
                )


def _character_references(plan: UncheckedPlan) -> Iterator[tuple[str, str]]:
    for number, image in enumerate(plan.base_images):
        for index, character_id in enumerate(image.characters):
            yield f"base_images[{number}].characters[{index}]", character_id
    for number, shot in enumerate(plan.shots):
        for index, line in enumerate(shot.dialogue):
            yield f"shots[{number}].dialogue[{index}].character_id", line.character_id
        for character_id in shot.metadata.faces or {}:
            yield f"shots[{number}].metadata.faces", character_id
    for number, entry in _spoken(plan.dialogue_timeline or ()):
        yield f"dialogue_timeline[{number}].character_id", entry.character_id


def _faces_are_in_the_picture(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    for number, shot in enumerate(plan.shots):
        for character_id, box in (shot.metadata.faces or {}).items():
            right, bottom = (box.left + box.width, box.top + box.height) if box else (1.0, 1.0)
            if max(right, bottom) > 1 + ORDER_TOLERANCE_S:
                yield PlanProblem(
                    f"the face of {shown(character_id)} ends at {right:g} of the width and "
                    f"{bottom:g} of the height: a picture ends at 1",
                    f"shots[{number}].metadata.faces",
                )


def _film_is_not_too_long(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    if plan.planned_seconds > MAX_FILM_S:
        yield PlanProblem(
            f"the shots last {in_seconds(plan.planned_seconds)} together, but a film lasts at most "
            f"{in_seconds(MAX_FILM_S)}",
            "shots",
        )


def _timeline_covers_the_film(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    entries = plan.dialogue_timeline
    if entries is None:
        return
    if not entries:
        yield PlanProblem(
            "is empty; it must cover the film, or be left out to follow the shots' dialogue",
            "dialogue_timeline",
        )
        return
    first, last = entries[0], entries[-1]
    if first.start_time_sec > TOLERANCE_S:
        yield PlanProblem(
            f"the timeline starts at {in_seconds(first.start_time_sec)}, but a film starts at 0 s: "
            "put a silence before it",
            "dialogue_timeline[0].start_time_sec",
        )
    for index, (before, entry) in enumerate(pairwise(entries), start=1):
        yield from _follows(index, before, entry)
    if abs(last.end_time_sec - plan.planned_seconds) > TOLERANCE_S:
        yield PlanProblem(
            f"the timeline ends at {in_seconds(last.end_time_sec)}, but the last shot ends at "
            f"{in_seconds(plan.planned_seconds)}: both must end together",
            f"dialogue_timeline[{len(entries) - 1}].duration_sec",
        )


def _follows(index: int, before: TimelineEntry, entry: TimelineEntry) -> Iterator[PlanProblem]:
    start, previous_end = entry.start_time_sec, before.end_time_sec
    field = f"dialogue_timeline[{index}].start_time_sec"
    if start + ORDER_TOLERANCE_S < before.start_time_sec:
        yield PlanProblem(
            f"entry {index} starts at {in_seconds(start)}, before entry {index - 1}, which starts "
            f"at {in_seconds(before.start_time_sec)}: entries stand in the order of their start",
            field,
        )
    elif start - previous_end > TOLERANCE_S:
        yield PlanProblem(
            f"entry {index} starts at {in_seconds(start)}, but entry {index - 1} ends at "
            f"{in_seconds(previous_end)}: fill the gap with a silence",
            field,
        )
    elif previous_end - start > TOLERANCE_S:
        yield PlanProblem(
            f"entry {index} starts at {in_seconds(start)}, but entry {index - 1} only ends at "
            f"{in_seconds(previous_end)}: the two must not overlap",
            field,
        )


def _dialogue_agrees_with_the_timeline(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    in_shots = [
        (f"shots[{number}].dialogue[{index}]", line.character_id, line.text)
        for number, shot in enumerate(plan.shots)
        for index, line in enumerate(shot.dialogue)
    ]
    if plan.dialogue_timeline is None or not in_shots:
        return
    in_timeline = [
        (f"dialogue_timeline[{index}]", entry.character_id, entry.text)
        for index, entry in _spoken(plan.dialogue_timeline)
    ]
    pairs = zip_longest(in_shots, in_timeline)
    for number, (in_shot, in_time) in enumerate(pairs, start=1):
        if in_shot is None or in_time is None:
            yield PlanProblem(
                f"the shots hold {_count(len(in_shots), 'spoken line')}, but the timeline holds "
                f"{len(in_timeline)}: both must hold the same lines, or only one of them any",
                "dialogue_timeline" if in_time is None else in_time[0],
            )
            return
        if (in_shot[1], in_shot[2].split()) != (in_time[1], in_time[2].split()):
            yield PlanProblem(
                f"spoken line {number} is {_quoted(in_time)} here, but {_quoted(in_shot)} in "
                f"{in_shot[0]}: speakers and texts must agree, in order",
                in_time[0],
            )
            return


def _pictures_are_named_once(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    for index, image in enumerate(plan.base_images):
        if image.asset_uri and image.local_path and image.asset_uri != image.local_path:
            yield PlanProblem(
                f"base image {shown(image.id)} has two pictures, asset_uri "
                f"{shown(image.asset_uri)} and local_path {shown(image.local_path)}: keep one",
                f"base_images[{index}].asset_uri",
            )


def _spoken(entries: Iterable[TimelineEntry]) -> Iterator[tuple[int, DialogueEntry]]:
    for index, entry in enumerate(entries):
        if entry.type == "dialogue":
            yield index, entry


def _quoted(line: tuple[str, str, str]) -> str:
    return f"{line[1]}: {shown(' '.join(line[2].split()))}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
