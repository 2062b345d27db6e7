"""What can be changed in a story by rules: all that is not named stays word for word."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.writer.template.casting import Cast
from sparkle_motion_dagster.engines.writer.template.dice import Dice
from sparkle_motion_dagster.engines.writer.template.plots.parts import (
    PLOTS,
    Beat,
    Said,
    endings,
    plot,
)
from sparkle_motion_dagster.engines.writer.template.reading.language import language_of, spoken
from sparkle_motion_dagster.engines.writer.template.staging import Stage
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.shotlist.models import ListedLine, ListedScene, ListedShot, ShotList

_LONGEST_NAME, _LONGEST_LINE = 30, 150

Numbered = list[list[tuple[int, ListedShot]]]
"""The shots of each scene, by their numbers in the story as it was."""


@dataclass(frozen=True)
class Changing:
    """A story while it is changed: its shots keep the numbers that the request knows them by."""

    listed: ShotList
    shots: Numbered
    dice: Dice

    def tongue(self) -> tables.Tongue:
        """Return the language of the story's lines."""
        said = " ".join(line.text for _, shot in self.flat() for line in shot.lines)
        return spoken(self.listed.language, language_of(said or self.listed.title))

    def flat(self) -> list[tuple[int, ListedShot]]:
        """Return its shots in order."""
        return [one for scene in self.shots for one in scene]

    def each(self, change: Callable[[int, ListedShot], ListedShot | None]) -> "Changing":
        """Return it with each shot changed; None: without it."""
        changed = [
            [(number, new) for number, shot in scene if (new := change(number, shot)) is not None]
            for scene in self.shots
        ]
        return Changing(self.listed, changed, self.dice)

    def told(self) -> ShotList:
        """Return the story; scenes that lost their last shot are gone.

        Raises:
            EngineInputError: Nothing is left of it.
        """
        scenes = [
            scene.model_copy(update={"shots": tuple(shot for _, shot in shots)})
            for scene, shots in zip(self.listed.scenes, self.shots, strict=True)
            if shots
        ]
        if not scenes:
            raise EngineInputError("Nothing is left of the story: every shot of it would be cut.")
        scenes[-1] = _ended(scenes[-1])
        return self.listed.model_copy(update={"scenes": tuple(scenes)})


def cut(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story without the shots whose numbers are said."""
    gone: set[int] = set()
    there = {number for number, _ in story.flat()}
    for begin, end in re.findall(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", match["which"]):
        first, last = int(begin), int(end or begin)
        missing = next((number for number in (first, last) if number not in there), None)
        if missing is not None:
            raise EngineInputError(f"The story has no shot {missing}: it has {len(there)} shots.")
        gone |= set(range(min(first, last), max(first, last) + 1))
    return story.each(lambda number, shot: None if number in gone else shot)


def change_line(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story in which a line says something else."""
    wanted, text = int(match["number"]), match["text"].strip()
    count = sum(len(shot.lines) for _, shot in story.flat())
    if not 1 <= wanted <= count:
        raise EngineInputError(f"The story has no line {wanted}: it has {count} lines.")
    if len(text) > _LONGEST_LINE:
        raise EngineInputError(f"A line has at most {_LONGEST_LINE} letters, and this {len(text)}.")
    return _with_lines(story, {wanted: text})


def _with_lines(story: Changing, texts: dict[int, str]) -> Changing:
    """Return a story with other words in some lines, by their numbers."""
    counted = iter(range(1, 1 + sum(len(shot.lines) for _, shot in story.flat())))

    def change(_: int, shot: ListedShot) -> ListedShot:
        numbers = [next(counted) for _ in shot.lines]
        if texts.keys().isdisjoint(numbers):
            return shot
        lines = (
            line.model_copy(update={"text": texts.get(number, line.text)})
            for number, line in zip(numbers, shot.lines, strict=True)
        )
        return shot.model_copy(update={"lines": tuple(lines)})

    return story.each(change)


def rename(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story in which somebody has another name."""
    old, new = match["old"].strip(), match["new"].strip()
    names = [one.name for one in story.listed.characters]
    known = next((name for name in names if name.casefold() == old.casefold()), None)
    if known is None:
        raise EngineInputError(f"Nobody in the story is called {old}: there are {_list(names)}.")
    if new in names or len(new) > _LONGEST_NAME:
        raise EngineInputError(f"{known} cannot be called {new}: that is somebody else, or long.")

    def told(text: str) -> str:
        return re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", lambda _: new, text)

    def people(seen: Sequence[str]) -> tuple[str, ...]:
        return tuple(new if name == known else name for name in seen)

    def line(said: ListedLine) -> ListedLine:
        speaker = new if said.speaker == known else said.speaker
        return said.model_copy(update={"speaker": speaker, "text": told(said.text)})

    def shot(_: int, one: ListedShot) -> ListedShot:
        lines = tuple(line(said) for said in one.lines)
        changed = {"shows": told(one.shows), "characters": people(one.characters), "lines": lines}
        return one.model_copy(update=changed)

    members = tuple(
        one.model_copy(update={"name": new}) if one.name == known else one
        for one in story.listed.characters
    )
    short = story.listed.story and told(story.listed.story)
    update = {"characters": members, "title": told(story.listed.title), "story": short}
    listed = story.listed.model_copy(update=update)
    return Changing(listed, story.each(shot).shots, story.dice)


def set_time(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story that plays at one time of day."""
    scenes = tuple(
        scene.model_copy(update={"time": match["time"].lower()}) for scene in story.listed.scenes
    )
    listed = story.listed.model_copy(update={"scenes": scenes})
    return Changing(listed, story.shots, story.dice)


def other_ending(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story whose last two lines say something else, each by who says it now."""
    said = [line for _, shot in story.flat() for line in shot.lines]
    if not said:
        raise EngineInputError("Nobody says anything in the story: its ending has no words.")
    new = endings()["happier" if "happ" in match["how"].lower() else "sadder"]
    texts = [line.of(story.tongue()) for line in new]
    two = len(said) > 1 and said[-2].speaker != said[-1].speaker
    last = len(said)
    return _with_lines(story, {last - 1: texts[0], last: texts[1]} if two else {last: texts[0]})


def shorter(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story without its silent shots, but for the first and the last one."""
    silent = {number for number, shot in story.flat()[1:-1] if not shot.lines}
    if not silent:
        raise EngineInputError(
            "Somebody speaks in every shot between the first and the last one. Say which shots to "
            "cut."
        )
    return story.each(lambda number, shot: None if number in silent else shot)


def longer(story: Changing, match: re.Match[str]) -> Changing:
    """Return a story in which the first two people say more at the end of the first scene."""
    names = [one.name for one in story.listed.characters if not one.off_screen]
    if len(names) < len("AB"):
        raise EngineInputError("It takes two people to say more; only one of the story is seen.")
    cast = Cast(tuple(one for one in story.listed.characters if one.name in names[:2]))
    stage = Stage(cast, story.tongue(), story.dice, cast.names)
    said = {line.text for _, shot in story.flat() for line in shot.lines}
    for beat in _sayings(story.dice):
        shots = [(0, shot) for _, part in stage.shots(beat, "setup") for shot in part]
        if said.isdisjoint(line.text for _, shot in shots for line in shot.lines):
            first, *others = story.shots
            *before, (number, last) = first
            on = last.model_copy(update={"ending": "cut"})
            shots[-1] = (0, shots[-1][1].model_copy(update={"ending": last.ending}))
            return Changing(story.listed, [[*before, (number, on), *shots], *others], story.dice)
    raise EngineInputError("The story has all that these rules have to say. A model has more.")


def _sayings(dice: Dice) -> Iterator[Beat]:
    """Yield what two people can say anywhere, whatever the story turns on."""
    for name in dice.shuffled("more", PLOTS[:-1]):
        for beat in plot(name).setup:
            lines = [shot for shot in beat.shots if isinstance(shot, Said)]
            if lines and not any(
                "{thing}" in line.en.lower() or "{at}" in line.en for line in lines
            ):
                yield beat.model_copy(update={"shots": tuple(lines)})


def _ended(scene: ListedScene) -> ListedScene:
    """Return the last scene of a film, which fades out."""
    last = scene.shots[-1]
    if last.ending == "fade":
        return scene
    faded = last.model_copy(update={"ending": "fade"})
    return scene.model_copy(update={"shots": (*scene.shots[:-1], faded)})


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"
