"""The shots of a plan, as a changed shot list tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sparkle_motion_dagster.plan.shot import TIMED_TRANSITIONS
from sparkle_motion_dagster.shotlist.matching import matched
from sparkle_motion_dagster.shotlist.models import ListedScene, ListedShot, ShotList
from sparkle_motion_dagster.shotlist.naming import free
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.rewriting.changes import changed
from sparkle_motion_dagster.shotlist.rewriting.lines import LinesLeft, SpokenLine, merged_lines

_ALIKE = 0.2
"""The share of their words that two shots have in common at least that are the same one."""

_SHORTEST_S = 1.0

_NOTICED_S = 0.5
"""How much more or less time what is told must take for a shot to be longer, or shorter, so that
another word leaves a clip as it is."""


@dataclass(frozen=True)
class Telling:
    """A shot as a shot list tells it.

    Attributes:
        scene: The scene that it is in.
        listed: It, in the list.
        built: It, in the plan that is built from the list.
        picture: The keyframe that it starts on there.
    """

    scene: ListedScene
    listed: ListedShot
    built: PlanText
    picture: PlanText

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from other shots, wherever it is and however it is filmed."""
        return (self.listed.shows, self.listed.characters, self.listed.lines)

    @property
    def content(self) -> tuple[Any, ...]:
        """What its picture shows, whenever that is and however near."""
        shows = None if self.listed.speaks else self.listed.shows
        return (self.scene.place, self.scene.interior, shows, self.listed.characters)

    @property
    def words(self) -> frozenset[str]:
        """What it tells of."""
        shot = self.listed
        told = [shot.shows, shot.size, *shot.characters, *(line.text for line in shot.lines)]
        return frozenset(" ".join(told).casefold().split())


@dataclass(frozen=True)
class MergedShot:
    """A shot of the plan that is made.

    Attributes:
        shot: It; of one that is new, without its lines.
        lines: What is said in it.
        now: As it is told now.
        was: As it was told before; None: it is new.
        old: As the plan has it; None: it is new.
    """

    shot: PlanText
    lines: Sequence[SpokenLine]
    now: Telling
    was: Telling | None = None
    old: PlanText | None = None

    @property
    def id(self) -> str:
        """The id of the shot."""
        return str(self.shot["id"])

    @property
    def looks_otherwise(self) -> bool:
        """Whether the picture that it starts on is to be another one: a clip has none."""
        if self.was is None or "clip" in self.shot:
            return self.was is None
        return any(self.was.picture.get(one) != self.now.picture.get(one) for one in PICTURED)

    @property
    def differs_in_time_alone(self) -> bool:
        """Whether its picture is the same, at another time."""
        was, now = self.was, self.now
        return (
            was is not None
            and was.content == now.content
            and was.listed.size == now.listed.size
            and was.scene.time != now.scene.time
        )

    def with_fields(self, **fields: Any) -> "MergedShot":
        """Return it with some fields of the shot as they are given; those that are None go."""
        gone = [name for name, value in fields.items() if value is None]
        told = {**self.shot, **fields}
        return replace(self, shot={name: told[name] for name in told if name not in gone})


PICTURED = ("prompt", "characters")
"""What of a keyframe a shot list tells."""


def tellings(listed: ShotList, built: PlanText, pictures: str) -> list[Telling]:
    """Return the shots of a list and of the plan that is built from it, in order.

    Args:
        listed: The list.
        built: The plan.
        pictures: The plan's field of keyframes.
    """
    keyframes = {one["id"]: one for one in built[pictures]}
    shots = [(scene, shot) for scene in listed.scenes for shot in scene.shots]
    return [
        Telling(scene, shot, told, keyframes[told["start_base_image_id"]])
        for (scene, shot), told in zip(shots, built["shots"], strict=True)
    ]


def merged_shots(
    old: Sequence[PlanText],
    lines: Sequence[Sequence[SpokenLine]],
    before: Sequence[Telling],
    now: Sequence[Telling],
) -> list[MergedShot]:
    """Return the shots of a plan as they are told now: those that stay have the ids they had.

    Args:
        old: The shots as the plan has them.
        lines: What is said in each.
        before: The same shots as they were told before.
        now: As they are told now.
    """
    of = matched(
        [one.key for one in before],
        [one.key for one in now],
        lambda was, is_: _likeness(before[was], now[is_]),
    )
    taken = {one["id"].casefold() for one in old}
    merged = []
    for index, told in enumerate(now):
        if index in of:
            number = of[index]
            merged.append(_merged(old[number], lines[number], before[number], told))
            continue
        shot_id = free(told.built["id"], taken)
        taken.add(shot_id)
        shot = {**told.built, "id": shot_id}
        spoken = [SpokenLine(line, None) for line in shot.pop("dialogue", ())]
        merged.append(MergedShot(shot, spoken, told))
    left = _lines_left(lines, before, merged, of)
    return [replace(one, lines=[*map(left.moved, one.lines)]) for one in merged]


def _lines_left(
    lines: Sequence[Sequence[SpokenLine]],
    before: Sequence[Telling],
    merged: Sequence[MergedShot],
    of: Mapping[int, int],
) -> LinesLeft:
    """Return the lines of shots that are gone, or no longer in theirs."""
    now = {number: merged[index].lines for index, number in of.items()}
    left = LinesLeft()
    for number, told in enumerate(before):
        left.add(lines[number], told.built.get("dialogue", ()), now.get(number, ()))
    return left


def _likeness(was: Telling, now: Telling) -> float:
    share = len(was.words & now.words) / len(was.words | now.words)
    return share if share >= _ALIKE else 0.0


def _merged(old: PlanText, lines: Sequence[SpokenLine], was: Telling, now: Telling) -> MergedShot:
    fields = ["visual_description", "setting", "is_talking_closeup"]
    moved = was.listed.camera != now.listed.camera
    if moved or old.get("motion_prompt") == was.built["motion_prompt"]:
        fields.append("motion_prompt")
    shot = changed(old, was.built, now.built, fields)
    if was.listed.ending != now.listed.ending:
        shot["transition"] = now.listed.ending
        if shot["transition"] not in TIMED_TRANSITIONS:
            shot.pop("transition_sec", None)
    spoken = merged_lines(lines, was.built.get("dialogue", ()), now.built.get("dialogue", ()))
    if "clip" not in shot:
        shot["duration_sec"] = _seconds(old, was, now)
        if any(line.in_timeline for line in spoken):  # what has a time of its own needs it still
            shot["duration_sec"] = max(shot["duration_sec"], old["duration_sec"])
    return MergedShot(shot, spoken, now, was, old)


def _seconds(old: Mapping[str, float], was: Telling, now: Telling) -> float:
    """Return how long a shot is now: longer, or shorter, by as much as what is told takes.

    One that was as long as it was reckoned is so again. Where nobody speaks, its length was chosen.
    """
    own: float = old["duration_sec"]
    planned: float = was.built["duration_sec"]
    wanted: float = now.built["duration_sec"]
    longer = wanted - planned
    if abs(longer) < _NOTICED_S:
        return own
    if own == planned or bool(was.listed.lines) != bool(now.listed.lines):
        return wanted
    if not now.listed.lines:
        return own
    return max(round(own + longer, 2), _SHORTEST_S)
