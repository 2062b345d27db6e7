"""The lines of a plan, in order, with where the plan wants each, and how it is heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import DialogueEntry
from sparkle_motion_dagster.plan.timing import exact_seconds
from sparkle_motion_dagster.plan.voices import Effect, LineSpec


@dataclass(frozen=True)
class Slot:
    """A place of its own on the film's timeline: seconds from the film's start."""

    start_s: Fraction
    duration_s: Fraction


@dataclass(frozen=True)
class InShot:
    """A place among a shot's lines: it follows the one before, and has no planned duration."""

    shot: int
    first: bool


@dataclass(frozen=True)
class PlannedLine:
    """A line as the plan has it; ``index`` counts lines from 0.

    Attributes:
        field: Where its text stands in the plan.
        audio: The recording of it, as the plan names it; None: somebody speaks it.
        off_screen: Whether whoever speaks is not in the picture.
        effect: Through what it is heard, if through anything.
    """

    index: int
    character_id: str
    text: str
    place: Slot | InShot
    field: str = ""
    audio: str | None = None
    off_screen: bool = False
    effect: Effect | None = None


@dataclass(frozen=True)
class _Written:
    """A line where it stands in the plan."""

    spec: LineSpec
    place: Slot | InShot
    field: str


def planned_lines(plan: MoviePlan) -> tuple[PlannedLine, ...]:
    """Return the lines that are heard: from the timeline, or derived from the shots' dialogue.

    Where a plan has both, what either says of how a line is heard counts.
    """
    unseen = never_seen(plan)
    return tuple(
        _planned(plan, index, line, twin, unseen)
        for index, (line, twin) in enumerate(_written_lines(plan))
    )


def spoken_lines(plan: MoviePlan) -> tuple[PlannedLine, ...]:
    """Return the lines that somebody has to speak: those that are not recordings."""
    return tuple(line for line in planned_lines(plan) if line.audio is None)


def seen_speaking(plan: MoviePlan) -> frozenset[str]:
    """Return the characters who may be seen speaking: in a film with talking close-ups."""
    if not any(shot.is_talking_closeup for shot in plan.shots):
        return frozenset()
    return frozenset(line.character_id for line in planned_lines(plan) if not line.off_screen)


def never_seen(plan: MoviePlan) -> frozenset[str]:
    """Return the characters who are in no picture, where the plan says who is in them.

    It does where every keyframe of every talking close-up names somebody. In a film without one,
    nobody is looked for.
    """
    who = {image.id: image.characters for image in plan.base_images}
    talking = [shot for shot in plan.shots if shot.is_talking_closeup]
    if not talking or not all(
        shot.keyframes and all(who[keyframe] for keyframe in shot.keyframes) for shot in talking
    ):
        return frozenset()
    pictured = {character for characters in who.values() for character in characters}
    told = {character for shot in plan.shots for character in shot.metadata.faces or {}}
    return frozenset(character.id for character in plan.characters) - pictured - told


def taken_for_unseen(plan: MoviePlan) -> frozenset[str]:
    """Return the characters who have a line off screen for no other reason than `never_seen`."""
    return never_seen(plan) & {
        line.spec.character_id
        for line, twin in _written_lines(plan)
        if all(said is None for said in _off_screen_said(plan, line.spec, twin))
    }


def _written_lines(plan: MoviePlan) -> Iterator[tuple[_Written, LineSpec]]:
    """Yield the lines of a plan, each with what its shot says of it; without a timeline, that."""
    in_shots = list(_lines_of_shots(plan))
    lines = in_shots if plan.dialogue_timeline is None else list(_lines_of_timeline(plan))
    for line, twin in zip(lines, in_shots or lines, strict=True):
        yield line, twin.spec


def _planned(
    plan: MoviePlan, index: int, line: _Written, twin: LineSpec, unseen: frozenset[str]
) -> PlannedLine:
    spec, character = line.spec, plan.character(line.spec.character_id)
    said = (*_off_screen_said(plan, spec, twin), character.id in unseen)
    treatment = spec.treatment or twin.treatment or character.treatment
    return PlannedLine(
        index,
        spec.character_id,
        spec.text,
        line.place,
        f"{line.field}.text",
        audio=spec.audio or twin.audio,
        off_screen=next(one for one in said if one is not None),
        effect=None if treatment == "none" else treatment,
    )


def _off_screen_said(plan: MoviePlan, spec: LineSpec, twin: LineSpec) -> tuple[bool | None, ...]:
    """Return what a plan says of whether a line is spoken off screen, what counts most first."""
    return spec.off_screen, twin.off_screen, plan.character(spec.character_id).off_screen


def _lines_of_timeline(plan: MoviePlan) -> Iterator[_Written]:
    for index, entry in enumerate(plan.dialogue_timeline or ()):
        if isinstance(entry, DialogueEntry):
            slot = Slot(exact_seconds(entry.start_time_sec), exact_seconds(entry.duration_sec))
            yield _Written(entry, slot, f"dialogue_timeline[{index}]")


def _lines_of_shots(plan: MoviePlan) -> Iterator[_Written]:
    for number, shot in enumerate(plan.shots):
        for position, line in enumerate(shot.dialogue):
            place = InShot(number, first=position == 0)
            yield _Written(line, place, f"shots[{number}].dialogue[{position}]")
