"""What no schema can say of a shot list: whether it can be filmed as it was asked for."""

from collections.abc import Iterator

from sparkle_motion_dagster.shotlist.models import ListedShot, ShotList
from sparkle_motion_dagster.shotlist.writing.brief import Brief

MOST_IN_A_PICTURE = 3
"""People whom a picture can hold."""

MOST_SAID = 220
"""Letters that are said in a shot: some 16 seconds."""


def craft_problems(listed: ShotList, brief: Brief, before: ShotList | None = None) -> Iterator[str]:
    """Yield what is wrong with a shot list, in words that whoever wrote it can mend it by.

    Args:
        listed: The shot list.
        brief: What it answers.
        before: The story that it changes, whose longest shot may say more than others; None: it is
            a new one.
    """
    names = [one.name for one in listed.characters]
    yield from (
        f"characters: {name!r} is there more than once."
        for name in sorted({name for name in names if names.count(name) > 1})
    )
    never_seen = {one.name for one in listed.characters if one.off_screen}
    most_said = max([MOST_SAID, *map(_said, _shots(before))])
    count = sum(1 for _ in _shots(listed))
    if count > brief.most_shots:
        yield f"There are {count} shots, and at most {brief.most_shots} fit into the film."
    for number, scene in enumerate(listed.scenes):
        for index, shot in enumerate(scene.shots):
            place = f"scenes[{number}].shots[{index}]"
            yield from (f"{place}: {wrong}" for wrong in _shot_problems(shot, names, never_seen))
            if (said := _said(shot)) > most_said:
                yield (
                    f"{place}: {said} letters are said in it; at most {most_said} can be. "
                    "Divide it into shots."
                )


def _shots(listed: ShotList | None) -> Iterator[ListedShot]:
    return (shot for scene in (listed.scenes if listed else ()) for shot in scene.shots)


def _said(shot: ListedShot) -> int:
    return sum(len(line.text) for line in shot.lines)


def _shot_problems(shot: ListedShot, names: list[str], never_seen: set[str]) -> Iterator[str]:
    for name in shot.characters:
        if name not in names:
            yield f"{name!r} is in the picture and not among the characters ({_known(names)})."
        elif name in never_seen:
            yield f"{name!r} is in the picture, and is off_screen in the whole film."
    if len(set(shot.characters)) < len(shot.characters):
        yield "somebody is in the picture twice."
    if len(shot.characters) > MOST_IN_A_PICTURE:
        yield f"{len(shot.characters)} are in the picture, and at most {MOST_IN_A_PICTURE} can be."
    for line in shot.lines:
        if not any(letter.isalnum() for letter in line.text):
            yield f"{line.speaker!r} says nothing in a line."
        if line.speaker not in names:
            yield f"{line.speaker!r} speaks and is not among the characters ({_known(names)})."
        elif line.speaker not in {*shot.characters, *never_seen} and not line.off_screen:
            yield f"{line.speaker!r} speaks and is not in the picture; that is an off_screen line."


def _known(names: list[str]) -> str:
    return ", ".join(names) or "there are none"
