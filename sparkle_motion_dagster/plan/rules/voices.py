"""The rules of how lines are heard: what two lists of the same lines, and pictures, agree on."""

from collections.abc import Iterator

from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.fields import shown
from sparkle_motion_dagster.plan.parts import DialogueEntry, UncheckedPlan

_HEARD = ("audio", "off_screen", "treatment")
"""What may be said of how a line is heard."""


def deliveries_agree(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield where the shots and the timeline say two things of how the same line is heard.

    It is enough that one of them says it.
    """
    in_shots = [
        (f"shots[{number}].dialogue[{index}]", line)
        for number, shot in enumerate(plan.shots)
        for index, line in enumerate(shot.dialogue)
    ]
    in_timeline = [
        (f"dialogue_timeline[{index}]", entry)
        for index, entry in enumerate(plan.dialogue_timeline or ())
        if isinstance(entry, DialogueEntry)
    ]
    for (where, line), (field, entry) in zip(in_shots, in_timeline, strict=False):
        for name in _HEARD:
            one, other = getattr(line, name), getattr(entry, name)
            if None not in (one, other) and one != other:
                yield PlanProblem(
                    f"{name} is {shown(other)} here, but {shown(one)} for the same line in "
                    f"{where}: say it once, or the same in both",
                    f"{field}.{name}",
                )


def unseen_are_in_no_picture(plan: UncheckedPlan) -> Iterator[PlanProblem]:
    """Yield where a picture shows a character who is never seen."""
    unseen = {character.id for character in plan.characters if character.off_screen}
    for number, image in enumerate(plan.base_images):
        for index, character_id in enumerate(image.characters):
            if character_id in unseen:
                yield _is_seen(
                    character_id,
                    f"in base image {shown(image.id)}",
                    f"base_images[{number}].characters[{index}]",
                )
    for number, shot in enumerate(plan.shots):
        for character_id in shot.metadata.faces or {}:
            if character_id in unseen:
                yield _is_seen(
                    character_id,
                    f"among the faces of shot {shown(shot.id)}",
                    f"shots[{number}].metadata.faces",
                )


def _is_seen(character_id: str, where: str, field: str) -> PlanProblem:
    return PlanProblem(
        f"{shown(character_id)} is off_screen, and so cannot be {where}: take it out there, or "
        "move off_screen: true from the character to the lines that it speaks unseen",
        field,
    )
