"""Building a plan from a shot list: ids, keyframes, lengths and sound follow from what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sparkle_motion_dagster.lettering import lacking_in
from sparkle_motion_dagster.shotlist.models import (
    ListedLine,
    ListedScene,
    ListedShot,
    ShotList,
)
from sparkle_motion_dagster.shotlist.naming import Names, Numbers
from sparkle_motion_dagster.shotlist.pace import (
    LETTERS_A_SECOND,
    NO_PACES,
    Paces,
    spoken_seconds,
)
from sparkle_motion_dagster.shotlist.provenance import (
    KEYFRAMES,
    SCRIPT_LINE,
    SCRIPT_SHOT,
)

VIDEO_MODEL = "wan-2.1-vace-14b"
"""What makes the clips of shots that cut without an end, where models do (docs/cinematic.md)."""

FIRST_LINE_S, BETWEEN_LINES_S, _AFTER_LINES_S = 0.25, 0.2, 0.5
"""Seconds before the first line of a shot and between two (`timeline.layout`), and what stays seen
of a face that has spoken."""

_SHORTEST_S, _LONGEST_SILENT_S = 2.5, 8.0
_SHOWN_LETTERS_A_SECOND = 25.0
"""How long a silent shot is: as long as what it shows takes to be told, but within these."""

_MOVES = {
    "wide shot": "slow push in",
    "medium shot": "slow push in",
    "two-shot": "static",
    "medium close-up": "static",
    "close-up": "slow push in",
}
"""How the camera moves where nobody says."""


@dataclass(frozen=True)
class _Picture:
    """What makes two keyframes the same one."""

    setting: str
    size: str
    shows: str
    characters: tuple[str, ...]


@dataclass
class _Building:
    """A plan while it is built."""

    listed: ShotList
    paces: Paces
    people: Names = field(default_factory=Names)
    pictures: Names = field(default_factory=Names)
    shots: Numbers = field(default_factory=Numbers)
    keyframes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def person(self, name: str) -> str:
        return self.people.of(name, name, "somebody")

    def characters(self) -> Iterator[dict[str, Any]]:
        for one in self.listed.characters:
            told: dict[str, Any] = {"id": self.person(one.name), "name": one.name}
            if one.description:
                told["description"] = one.description
            if one.off_screen:
                told["off_screen"] = True
            if language := one.language or self.listed.language:
                told["voice_profile"] = {"language": language}
            yield told

    def scene(self, scene: ListedScene) -> Iterator[dict[str, Any]]:
        for number, shot in enumerate(scene.shots, start=1):
            yield self._shot(scene, shot, number)

    def _shot(self, scene: ListedScene, shot: ListedShot, number: int) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": self.shots.next(scene.place, "shot"),
            "duration_sec": _seconds(shot, self.paces),
            "visual_description": shot.shows,
            "setting": scene.setting,
            "start_base_image_id": self._keyframe(scene, shot),
            "motion_prompt": shot.camera or _MOVES[shot.size],
            "transition": shot.ending,
        }
        if shot.speaks:
            told["is_talking_closeup"] = True
        if shot.lines:
            told["dialogue"] = [self._line(line) for line in shot.lines]
        return told | _source(
            shot.line, None if scene.number is None else f"{scene.number}-{number}"
        )

    def _line(self, line: ListedLine) -> dict[str, Any]:
        told: dict[str, Any] = {"character_id": self.person(line.speaker), "text": line.text}
        if line.off_screen and not self._is_never_seen(line.speaker):
            told["off_screen"] = True
        if line.treatment is not None:
            told["treatment"] = line.treatment
        return told | _source(line.line)

    def _is_never_seen(self, name: str) -> bool:
        return any(one.off_screen for one in self.listed.characters if one.name == name)

    def _keyframe(self, scene: ListedScene, shot: ListedShot) -> str:
        """Return the keyframe that a shot starts on: a picture is made once a setting."""
        spoken = shot.speaks and len(shot.characters) == 1
        picture = _Picture(scene.setting, shot.size, "" if spoken else shot.shows, shot.characters)
        who = " ".join(shot.characters)
        called = f"{scene.place} {who} {shot.size if spoken else ''}"
        keyframe = self.pictures.of(picture, called, "picture")
        if keyframe not in self.keyframes:
            told: dict[str, Any] = {"id": keyframe, "prompt": _prompt(scene, shot)}
            if shot.characters:
                told["characters"] = [self.person(name) for name in shot.characters]
            self.keyframes[keyframe] = told | _source(shot.line)
        return keyframe


def plan_of(listed: ShotList, paces: Paces = NO_PACES) -> dict[str, Any]:
    """Return a plan, as it is written into a file, of what a shot list says.

    Args:
        listed: The shot list.
        paces: How fast its characters speak.
    """
    building = _Building(listed, paces)
    by_scene = [list(building.scene(scene)) for scene in listed.scenes]
    shots = [shot for scene in by_scene for shot in scene]
    if shots[-1]["transition"] in ("dissolve", "wipe"):
        shots[-1]["transition"] = "fade"
    plan: dict[str, Any] = {"title": listed.title}
    if listed.style:
        plan["style"] = listed.style
    if lacking_in(card := _card(listed)) is None:
        plan["title_card"] = {"text": card}
    plan["characters"] = list(building.characters())
    plan[KEYFRAMES] = list(building.keyframes.values())
    plan["shots"] = shots
    if ambience := list(_ambience(listed.scenes, by_scene)):
        plan["soundtrack"] = {"ambience": ambience}
    plan["render_profile"] = {"video": {"model_id": VIDEO_MODEL}}
    lines = {building.person(one.name): one.line for one in listed.characters if one.line}
    notes: dict[str, Any] = {"story": listed.story} if listed.story else {}
    notes |= {"script_lines": lines} if lines else {}
    return plan | ({"metadata": notes} if notes else {})


def _card(listed: ShotList) -> str:
    return listed.title if listed.credit is None else f"{listed.title}\n{listed.credit}"


def _ambience(
    scenes: Sequence[ListedScene], shots: Sequence[Sequence[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Yield a cue for each stretch of scenes that sound alike."""
    begin = 0
    for index, scene in enumerate(scenes):
        last = index + 1 == len(scenes)
        if not last and scenes[index + 1].mood == scene.mood:
            continue
        if scene.mood is not None:
            first, end = shots[begin][0]["id"], shots[index][-1]["id"]
            yield {"mood": scene.mood, "at": {"shot": first}, "until": {"shot": end}}
        begin = index + 1


def _prompt(scene: ListedScene, shot: ListedShot) -> str:
    """Return what a keyframe shows, in the words that pictures are asked for with."""
    who = " and ".join(shot.characters)
    if shot.speaks:
        return f"{shot.size} of {who}, {scene.setting}"
    size = "insert close-up" if shot.size == "close-up" and not shot.characters else shot.size
    return f"{size}, {scene.setting}: {shot.shows}"


def _seconds(shot: ListedShot, paces: Paces) -> float:
    """Return how long a shot is planned to be."""
    if not shot.lines:
        told = len(shot.shows) / _SHOWN_LETTERS_A_SECOND
        return round(min(max(_SHORTEST_S, told), _LONGEST_SILENT_S), 1)
    said = sum(
        spoken_seconds(line.text, paces.get(line.speaker, LETTERS_A_SECOND)) for line in shot.lines
    )
    between = BETWEEN_LINES_S * (len(shot.lines) - 1)
    return round(max(_SHORTEST_S, FIRST_LINE_S + said + between + _AFTER_LINES_S), 1)


def _source(line: int | None, shot: str | None = None) -> dict[str, Any]:
    """Return where an element comes from in the script, and which shot of which scene it is."""
    told = {SCRIPT_LINE: line, SCRIPT_SHOT: shot}
    known = {name: value for name, value in told.items() if value is not None}
    return {"metadata": known} if known else {}
