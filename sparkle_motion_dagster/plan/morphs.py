"""Dialogues in which one face becomes another, where a viewer expects a cut."""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.lines import InShot, planned_lines
from sparkle_motion_dagster.plan.timing import exact_seconds

_FROM_AFAR = re.compile(
    r"\b(?:wide|establishing|long shot|full shot|aerial|bird's.eye|distan(?:t|ce)|far away|tiny"
    r"|silhouettes?)\b",
    re.IGNORECASE,
)
"""Words by which a prompt says that nobody is seen from near."""


def morphs(plan: MoviePlan) -> Iterator[tuple[str, str]]:
    """Yield where one speaker's face becomes another's, and the word that makes it a cut.

    That is where a shot goes from a picture of one character to a picture of another, both seen
    from near, and somebody speaks in it or in the next one.

    Args:
        plan: The plan.

    Yields:
        The field of the plan, such as ``shots[3]``, and a sentence.
    """
    spoken = _spoken_shots(plan)
    for number, shot in enumerate(plan.shots):
        faces = _faces(plan, shot)
        if faces and shot.transition == "match" and spoken & {number, number + 1}:
            one, other = faces
            yield (
                f"shots[{number}]",
                f"while they speak, the face of {one} becomes that of {other}. "
                + _advice(shot, is_last=number == len(plan.shots) - 1),
            )


def _advice(shot: ShotSpec, *, is_last: bool) -> str:
    if is_last:
        return (
            "For a cut, write transition: cut, take end_base_image_id out, and show "
            f"{shot.end_base_image_id} in a shot of its own"
        )
    return "For a cut, write transition: cut, and take end_base_image_id out"


def _faces(plan: MoviePlan, shot: ShotSpec) -> tuple[str, str] | None:
    """Return the names of the two who are seen alone, from near, where a shot starts and ends."""
    pictures = {image.id: image for image in plan.base_images}
    seen = [
        plan.character(picture.characters[0])
        for picture in map(pictures.__getitem__, shot.keyframes)
        if len(picture.characters) == 1 and not _FROM_AFAR.search(picture.prompt)
    ]
    ids = {character.id for character in seen}
    return (seen[0].name, seen[1].name) if len(ids) > 1 else None


def _spoken_shots(plan: MoviePlan) -> frozenset[int]:
    """Return the shots, from 0, in which somebody speaks if all is spoken as planned."""
    places = [line.place for line in planned_lines(plan)]
    return frozenset(
        number
        for number, (start, end) in enumerate(pairwise(_cuts(plan)))
        for place in places
        if (
            place.shot == number
            if isinstance(place, InShot)
            else place.start_s < end and place.start_s + place.duration_s > start
        )
    )


def _cuts(plan: MoviePlan) -> list[Fraction]:
    """Return when shots begin, and when the last one ends, in seconds."""
    cuts = [Fraction(0)]
    for shot in plan.shots:
        cuts.append(cuts[-1] + exact_seconds(shot.duration_sec))
    return cuts
