"""Whose pictures go where: somebody's own stills become keyframes of a plan, and tell who is who.

What a file's name says counts most, then how many faces are in the picture, then the order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sparkle_motion_dagster.faces.looks import difference
from sparkle_motion_dagster.faces.records import Looks
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.shotlist.naming import free
from sparkle_motion_dagster.shotlist.own_pictures.picture_names import (
    ShotNumber,
    plain_name,
    shot_number,
)
from sparkle_motion_dagster.shotlist.own_pictures.stills import Still, Unused, unreadable
from sparkle_motion_dagster.shotlist.provenance import (
    KEYFRAMES,
    PICTURE,
    REFERENCE,
    SCRIPT_SHOT,
    PlanText,
)
from sparkle_motion_dagster.units import FrameSize

_ALIKE = 1.0
"""How different somebody looks in two pictures at most to be known by one of them.

Of 51 generated pictures of one face each, 27 have a stranger nearer than this. So it counts only
among the people of a film, and only where everybody else looks very different.
"""

_CLEARLY = 1.5
"""How many times as different the next one looks at least."""


@dataclass(frozen=True)
class Placed:
    """A picture that is used.

    Attributes:
        file: The picture, as the plan names it.
        where: What it is now, in words: "shot 2-3".
        why: How that is known, in words.
    """

    file: str
    where: str
    why: str


@dataclass(frozen=True)
class Placement:
    """What became of somebody's pictures.

    Attributes:
        placed: Those that are used, in the order of their names.
        unused: The files that are not, and why.
        drawn: The shots whose keyframe nobody brings.
    """

    placed: tuple[Placed, ...]
    unused: tuple[Unused, ...]
    drawn: tuple[str, ...]


def place_pictures(plan: PlanText, files: Iterable[Still | Unused], frame: FrameSize) -> Placement:
    """Write into a plan which of its keyframes and characters are somebody's own pictures.

    A picture whose name says a shot goes there, whatever was there; two that are for shots of one
    keyframe part it in two. One with a character's name is that character's reference. All others
    fill keyframes without a picture, in order, each the first one with as many people as faces are
    found in it: those who speak there come first. One without faces goes where nobody speaks.

    Args:
        plan: The plan, which is changed.
        files: The pictures, in order.
        frame: Of which shape the film's frame is.
    """
    placing = _Placing(plan, frame)
    stills = []
    for one in files:
        if isinstance(one, Still):
            stills.append(one)
        else:
            placing.unused.append(one)
    others = [one for one in stills if not placing.by_name(one)]
    placing.fill_named()
    for one in others:
        placing.by_faces(one)
    return placing.result([one.file for one in stills])


@dataclass
class _Placing:
    """A plan while pictures are put into it."""

    plan: PlanText
    frame: FrameSize
    placed: dict[str, Placed] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    _named: dict[str, Still] = field(default_factory=dict)
    _looks: dict[str, Looks] = field(default_factory=dict)

    def by_name(self, still: Still) -> bool:
        """Take a picture whose name says what it is; tell whether it does."""
        name = plain_name(still.stem)
        for character in self.plan.get("characters", ()):
            if name in (plain_name(character["name"]), plain_name(character["id"])):
                self._refer(character, still)
                return True
        number = shot_number(still.stem)
        for shot in self.plan["shots"]:
            ids = (shot["id"], shot.get("start_base_image_id"))
            if still.stem.casefold() in ids or (number and number == _number(shot)):
                self._name(shot, still)
                return True
        if number is not None:
            self.unused.append(Unused(still.file, f"there is no shot {number} in the plan"))
        return number is not None

    def fill_named(self) -> None:
        """Give shots the pictures whose names say so, in the film's order."""
        filled: dict[str, tuple[Still, str]] = {}
        for shot in self.plan["shots"]:
            still = self._named.get(shot["id"])
            if still is None or (people := self._people(still)) is None:
                continue
            if shot["start_base_image_id"] in filled:
                self._part(shot)
            keyframe = self._keyframe(shot["start_base_image_id"])
            filled[keyframe["id"]] = (still, f"its name; {_counted(people)}")
            keyframe[PICTURE] = still.file
            seen = keyframe.get("characters", ())
            if len(people) == len(seen) == 1:
                self._looks.setdefault(seen[0], people[0])
        for name, (still, why) in filled.items():
            self._say(still, self._where(name), why)

    def by_faces(self, still: Still) -> None:
        """Put a picture where as many people are as it has faces, the first such place."""
        if (where := self._in_plan(still.file)) is not None:
            self._say(still, where, "the plan has it there")
            return
        if (people := self._people(still)) is None:
            return
        known = self._known(people[0]) if len(people) == 1 else None
        fitting = [one for one in self._open() if self._fits(one, people, known)]
        keyframe = next(iter(sorted(fitting, key=self._is_silent)), None)
        if keyframe is None:
            self.unused.append(Unused(still.file, self._why_not(people, known)))
            return
        keyframe[PICTURE] = still.file
        why = "its order" if known is None else f"it looks like {self._called(known)}"
        self._say(still, self._where(keyframe["id"]), f"{why}; {_counted(people)}")

    def result(self, order: Sequence[str]) -> Placement:
        """Return what became of the pictures, in an order of their files."""
        drawn = {one["id"] for one in self._open()}
        return Placement(
            tuple(self.placed[file] for file in order if file in self.placed),
            tuple(self.unused),
            tuple(
                _label(shot)
                for shot in self.plan["shots"]
                if shot.get("start_base_image_id") in drawn
            ),
        )

    def _refer(self, character: PlanText, still: Still) -> None:
        if character.get("off_screen"):
            self.unused.append(Unused(still.file, f"{character['name']} is never seen"))
            return
        try:
            looks = still.looks()
        except MediaError as error:
            self.unused.append(unreadable(still, error))
            return
        if looks is None:
            self.unused.append(
                Unused(still.file, f"no face is found by which {character['name']} could be known")
            )
            return
        character[REFERENCE] = still.file
        self._looks[character["id"]] = looks
        self._say(still, f"{character['name']}'s reference", "its name")

    def _name(self, shot: PlanText, still: Still) -> None:
        if shot.get("start_base_image_id") is None:
            self.unused.append(Unused(still.file, f"the shot {_label(shot)} is a clip"))
        elif (other := self._named.setdefault(shot["id"], still)) is not still:
            self.unused.append(
                Unused(still.file, f"{other.path.name} is for the shot {_label(shot)}, too")
            )

    def _people(self, still: Still) -> tuple[Looks, ...] | None:
        """Return who is in a picture; None: it is none, which is noted."""
        try:
            return still.people(self.frame)
        except MediaError as error:
            self.unused.append(unreadable(still, error))
            return None

    def _part(self, shot: PlanText) -> None:
        """Give a shot a keyframe of its own, like the one that it shares with others."""
        shared = self._keyframe(shot["start_base_image_id"])
        name = free(shared["id"], {one["id"] for one in self.plan[KEYFRAMES]})
        own = {key: value for key, value in shared.items() if key != PICTURE} | {"id": name}
        self.plan[KEYFRAMES].insert(self.plan[KEYFRAMES].index(shared) + 1, own)
        shot["start_base_image_id"] = name

    def _keyframe(self, name: str) -> PlanText:
        found: PlanText = next(one for one in self.plan[KEYFRAMES] if one["id"] == name)
        return found

    def _open(self) -> list[PlanText]:
        """Return the keyframes that nobody brings, in the order in which the film shows them."""
        shown = dict.fromkeys(shot.get("start_base_image_id") for shot in self.plan["shots"])
        found = (self._keyframe(name) for name in shown if name is not None)
        return [one for one in found if not (one.get(PICTURE) or one.get("asset_uri"))]

    def _fits(self, keyframe: PlanText, people: Sequence[Looks], known: str | None) -> bool:
        seen = list(keyframe.get("characters", ()))
        if known is not None:
            return seen == [known]
        if people:
            return len(seen) == len(people)
        return self._is_silent(keyframe)

    def _is_silent(self, keyframe: PlanText) -> bool:
        return not any(
            shot.get("is_talking_closeup") and shot.get("start_base_image_id") == keyframe["id"]
            for shot in self.plan["shots"]
        )

    def _known(self, looks: Looks) -> str | None:
        """Return the character whom somebody looks like; None: that is not clear."""
        alike = sorted((difference(looks, own), name) for name, own in self._looks.items())
        if len(alike) < 2:
            return None
        (least, name), (next_one, _) = alike[:2]
        return name if least < _ALIKE and next_one > _CLEARLY * least else None

    def _why_not(self, people: Sequence[Looks], known: str | None) -> str:
        if known is not None:
            return f"it looks like {self._called(known)}, who has a picture wherever one is alone"
        if not people:
            return "no face is found in it, and somebody speaks in all shots without a picture"
        return f"{_counted(people)}, and no shot without a picture shows as many people"

    def _in_plan(self, file: str) -> str | None:
        """Return what a picture is that the plan has already; None: it has not."""
        names = [one["id"] for one in self.plan[KEYFRAMES] if one.get(PICTURE) == file]
        if names:
            return self._where(names[0])
        owners = (one for one in self.plan.get("characters", ()) if one.get(REFERENCE) == file)
        return next((f"{one['name']}'s reference" for one in owners), None)

    def _where(self, keyframe: str) -> str:
        shots = [
            _label(one) for one in self.plan["shots"] if one.get("start_base_image_id") == keyframe
        ]
        return f"shot{'s' if len(shots) > 1 else ''} {', '.join(shots)}"

    def _called(self, character: str) -> str:
        return next(str(one["name"]) for one in self.plan["characters"] if one["id"] == character)

    def _say(self, still: Still, where: str, why: str) -> None:
        self.placed[still.file] = Placed(still.file, where, why)


def _number(shot: PlanText) -> ShotNumber | None:
    told = shot.get("metadata", {}).get(SCRIPT_SHOT)
    return ShotNumber.read(told) if isinstance(told, str) else None


def _label(shot: PlanText) -> str:
    """Return what a shot is called by: its number in the script, else its id."""
    return str(_number(shot) or shot["id"])


def _counted(people: Sequence[Looks]) -> str:
    return {0: "no face is found", 1: "a face is found"}.get(
        len(people), f"{len(people)} faces are found"
    )
