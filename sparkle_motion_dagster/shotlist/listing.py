"""Reading a plan back into a shot list: what a writer is told of a film that it is to change.

Much of a plan has no place in a shot list. What has none is left out, and what is too long is
shortened: whoever puts a changed list into the plan again compares it with this one, so that only
what was changed counts (`rewriting`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import get_args

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec, CharacterSpec
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines
from sparkle_motion_dagster.shotlist.cues import moods_of
from sparkle_motion_dagster.shotlist.headings import TIMES
from sparkle_motion_dagster.shotlist.models import (
    Camera,
    Ending,
    ListedCharacter,
    ListedLine,
    ListedScene,
    ListedShot,
    Mood,
    ShotList,
    ShotSize,
)
from sparkle_motion_dagster.shotlist.spoken import shots_of_lines
from sparkle_motion_dagster.shotlist.writing.answers import LONGEST

_MOST_IN_A_PICTURE = 3
"""Who is in a picture, as far as a writer is told."""

_SIZES: Mapping[str, ShotSize] = {size: size for size in get_args(ShotSize)}
SIZES = re.compile("|".join(sorted(_SIZES, key=len, reverse=True)), re.IGNORECASE)
"""How prompts say how near the camera is."""

_USUAL_SIZES: tuple[ShotSize, ...] = ("wide shot", "medium shot", "two-shot")
"""Of a picture that does not say its size: by how many are in it."""

_ENDINGS: Mapping[str, Ending] = {ending: ending for ending in get_args(Ending)}

_CAMERAS: Mapping[Camera, str] = {
    "static": r"\bstatic|\blocked|\bstill\b",
    "slow push in": r"\b(?:push|dolly|zoom|track)(?:es|ing)? in(?:to)?\b",
    "slow pull back": r"\b(?:pull|dolly|zoom|track)(?:s|ing)? (?:back|out)\b",
    "pan left": r"\b(?:pan|track)s? left\b",
    "pan right": r"\b(?:pan|track)s? right\b",
    "tilt up": r"\b(?:tilt|crane|rise)s? up\b",
    "tilt down": r"\b(?:tilt|crane)s? down\b",
}
"""How motion prompts say each move."""

_SOMEWHERE = re.compile(
    r"\b(?:in|on|at|inside|outside|under|beside|above|by) "
    r"((?:the|an?|her|his|their|its) [^,.;:()]{3,})",
    re.IGNORECASE,
)
"""How prompts say where something is: "on the deck of his boat"."""

_ANYWHERE = "the place"
"""Where something is of which nobody says it."""


def listed_of(plan: MoviePlan) -> ShotList:
    """Return what a plan tells, as a shot list: a shot for each of its, a scene for each place."""
    names = _names(plan.characters)
    reading = _Reading(plan, names)
    spoken_by_most = _language(plan)
    shots = [(reading.scene(number), reading.shot(number)) for number in range(len(plan.shots))]
    return ShotList(
        title=_short(plan.title, "title"),
        story=_story(plan),
        credit=_credit(plan),
        style=None if plan.style is None else _short(plan.style, "style"),
        language=spoken_by_most,
        characters=tuple(_character(one, names[one.id], spoken_by_most) for one in plan.characters),
        scenes=tuple(
            ListedScene(
                place=scene.place,
                time=scene.time,
                interior=scene.interior,
                mood=scene.mood,
                shots=tuple(shot for _, shot in together),
            )
            for scene, together in groupby(shots, key=lambda pair: pair[0])
        ),
    )


@dataclass(frozen=True)
class _Scene:
    """Where and when something is, and how it sounds: see ``ListedScene``."""

    place: str
    time: str | None
    interior: bool | None
    mood: Mood | None


class _Reading:
    """A plan while it is read back; ``names`` are its characters' in the list, by id."""

    def __init__(self, plan: MoviePlan, names: Mapping[str, str]) -> None:
        self._plan, self._names = plan, names
        self._never_seen = {one.id for one in plan.characters if one.off_screen}
        self._pictures = {one.id: one for one in plan.base_images}
        self._moods = moods_of(plan)
        self._lines: dict[int, list[PlannedLine]] = defaultdict(list)
        for number, line in zip(shots_of_lines(plan), planned_lines(plan), strict=True):
            self._lines[number].append(line)

    def scene(self, number: int) -> _Scene:
        parts = [part.strip() for part in self._setting(self._plan.shots[number]).split(",")]
        time = parts.pop() if len(parts) > 1 and TIMES.search(parts[-1]) else None
        interior = {"interior": True, "exterior": False}.get(parts[-1]) if len(parts) > 1 else None
        return _Scene(
            place=_short(", ".join(parts if interior is None else parts[:-1]), "place")
            or _ANYWHERE,
            time=None if time is None else _short(time, "time"),
            interior=interior,
            mood=self._moods[number],
        )

    def shot(self, number: int) -> ListedShot:
        shot, lines = self._plan.shots[number], self._lines[number]
        seen = tuple(self._seen(shot, lines))
        return ListedShot(
            size=self._size(shot, seen, talks=bool(lines) and shot.is_talking_closeup),
            shows=_short(shot.visual_description, "shows"),
            characters=tuple(self._names[one] for one in seen),
            camera=_camera(shot.motion_prompt or ""),
            lines=tuple(self._line(line, seen) for line in lines),
            ending=_ENDINGS.get(shot.transition, "cut"),
        )

    def _setting(self, shot: ShotSpec) -> str:
        """Return where a shot is, as it says; else as the prompt of its first picture does."""
        if shot.setting is not None:
            return shot.setting
        told = next((one.prompt for one in self._shown(shot)), shot.visual_description)
        somewhere, time = _SOMEWHERE.search(told), TIMES.search(told)
        place = SIZES.sub("", told) if somewhere is None else somewhere[1]
        place = re.sub(
            rf"\W+(?:at|in the)? *(?:{TIMES.pattern})\b.*", "", place, flags=re.IGNORECASE
        )
        return ", ".join([place.split(",")[0].strip(), *([time[0]] if time else [])])

    def _shown(self, shot: ShotSpec) -> Iterator[BaseImageSpec]:
        return (self._pictures[keyframe] for keyframe in shot.keyframes)

    def _seen(self, shot: ShotSpec, lines: Sequence[PlannedLine]) -> Iterable[str]:
        """Return who is seen, by id: who is in the pictures, and who speaks for all to see."""
        pictured = [one for picture in self._shown(shot) for one in picture.characters]
        speaking = [line.character_id for line in lines if not line.off_screen]
        seen = [*pictured, *(speaking if shot.is_talking_closeup else ())]
        return [one for one in dict.fromkeys(seen) if one not in self._never_seen][
            :_MOST_IN_A_PICTURE
        ]

    def _size(self, shot: ShotSpec, seen: Sequence[str], *, talks: bool) -> ShotSize:
        told = next((SIZES.search(one.prompt) for one in self._shown(shot)), None)
        if told is not None:
            return _SIZES[told[0].lower()]
        return "medium close-up" if talks else _USUAL_SIZES[min(len(seen), 2)]

    def _line(self, line: PlannedLine, seen: Sequence[str]) -> ListedLine:
        unseen = line.character_id not in (*seen, *self._never_seen)
        return ListedLine(
            speaker=self._names[line.character_id],
            text=_short(line.text, "text"),
            off_screen=line.off_screen or unseen,
            treatment=line.effect,
        )


def _names(characters: Sequence[CharacterSpec]) -> Mapping[str, str]:
    """Return what each character is called, by id: each has a name of its own."""
    names: dict[str, str] = {}
    for one in characters:
        name, number = _short(one.name, "name"), 2
        while name in names.values():
            name, number = f"{_short(one.name, 'name')} {number}", number + 1
        names[one.id] = name
    return names


def _character(one: CharacterSpec, name: str, spoken_by_most: str | None) -> ListedCharacter:
    language = one.voice_profile.language
    return ListedCharacter(
        name=name,
        description=None if one.description is None else _short(one.description, "description"),
        off_screen=bool(one.off_screen),
        language=None if language == spoken_by_most else language,
    )


def _story(plan: MoviePlan) -> str | None:
    """Return what happens, as a plan that was written tells it."""
    told = (plan.metadata.model_extra or {}).get("story")
    return _short(told, "story") if isinstance(told, str) else None


def _credit(plan: MoviePlan) -> str | None:
    """Return what the title card says below the title."""
    title, _, rest = ("" if plan.title_card is None else plan.title_card.text).partition("\n")
    return _short(rest, "credit") if rest.strip() and title.strip() == plan.title else None


def _language(plan: MoviePlan) -> str | None:
    """Return the language that most characters say that they speak."""
    said = Counter(one.voice_profile.language for one in plan.characters)
    del said[None]
    return next((language for language, _ in said.most_common(1)), None)


def _camera(motion: str) -> Camera | None:
    """Return the first move that a motion prompt tells of which shot lists know."""
    found = {
        move: place.start()
        for move, said in _CAMERAS.items()
        if (place := re.search(said, motion, re.IGNORECASE)) is not None
    }
    return min(found, key=found.__getitem__, default=None)


def _short(text: str, name: str) -> str:
    """Return a text in one line, as long as that field of a shot list may be."""
    plain, most = " ".join(text.split()), LONGEST[name]
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"
