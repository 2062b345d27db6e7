"""What a shot list says: who is in the story, where it happens, and what each shot shows.

It leaves out all that follows from it: ids, keyframes, who is in which, lengths, the timeline.
`building` makes a plan of it.
"""

import re
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.plan.voices import Effect
from sparkle_motion_dagster.units import Record

ShotSize = Literal["wide shot", "medium shot", "two-shot", "medium close-up", "close-up"]
"""How near the camera is."""

Ending = Literal["cut", "dissolve", "fade", "wipe"]
"""How a shot becomes the next one; see ``ShotSpec.transition``."""

Camera = Literal[
    "static",
    "slow push in",
    "slow pull back",
    "pan left",
    "pan right",
    "tilt up",
    "tilt down",
]
"""How the camera moves; see ``ShotSpec.motion_prompt``."""

Mood = Literal["wind", "rain", "sea", "room tone", "crowd murmur", "hum"]
"""What sounds all through a scene: the moods of the engine ``procedural``."""


_VEHICLE = re.compile(r"(?:\w+ )?(?:bus|car|taxi|train|truck|lorry|van|plane|boat)")


def is_vehicle(place: str) -> bool:
    """Tell whether a place is one that an engine moves."""
    return _VEHICLE.fullmatch(place) is not None


class ListedCharacter(Record):
    """Somebody of the story.

    Attributes:
        name: What people call them, in this spelling everywhere in the list.
        description: Looks, age, clothes.
        off_screen: Whether they are only ever heard.
        language: What they speak, as a language tag: "fr"; None: what everybody speaks.
        line: The line of the script that they first come in; None: there is no script.
    """

    name: str
    description: str | None = None
    off_screen: bool = False
    language: str | None = None
    line: int | None = None


class ListedLine(Record):
    """A line that is spoken in a shot.

    Attributes:
        speaker: Who says it, by name.
        text: What is said, directions in square brackets included: "[softly] Not tonight."
        off_screen: Whether it comes from outside of the picture.
        treatment: Through what it is heard; None: as it is.
        line: The line of the script; None: there is no script.
    """

    speaker: str
    text: str
    off_screen: bool = False
    treatment: Effect | None = None
    line: int | None = None


class ListedShot(Record):
    """A shot.

    Attributes:
        size: How near the camera is.
        shows: What happens in the picture.
        characters: Who is seen, by name, from left to right.
        camera: How the camera moves; None: as shots of that size usually are.
        lines: What is said in it, in order.
        ending: How it becomes the next shot.
        line: The line of the script; None: there is no script.
    """

    size: ShotSize
    shows: str
    characters: tuple[str, ...] = ()
    camera: Camera | None = None
    lines: tuple[ListedLine, ...] = ()
    ending: Ending = "cut"
    line: int | None = None

    @property
    def speaks(self) -> bool:
        """Whether somebody is seen to speak in it."""
        return any(not line.off_screen for line in self.lines)


class ListedScene(Record):
    """Shots at one place and time.

    Attributes:
        place: Where it is: "lamp room".
        time: When: "night"; None: nobody says.
        interior: Whether it is indoors; None: nobody says.
        mood: What sounds all through it.
        number: What the script calls it by: "2", "12A"; None: nobody says.
        shots: Its shots, in order.
    """

    place: str
    time: str | None = None
    interior: bool | None = None
    mood: Mood | None = None
    number: str | None = None
    shots: tuple[ListedShot, ...] = Field(min_length=1)

    @property
    def setting(self) -> str:
        """Where and when it is, as pictures are told: "lamp room, interior, night"."""
        inside = {True: "interior", False: "exterior", None: None}[self.interior]
        place = self.place
        if self.interior and is_vehicle(place):
            place, inside = f"inside the {place}", None
        time = "daytime" if self.time == "day" else self.time
        return ", ".join(part for part in (place, inside, time) if part)


class ShotList(Record):
    """A story.

    Attributes:
        title: What it is called.
        story: What happens, in two sentences; None: nobody says.
        credit: Who wrote it; None: nobody says.
        style: How all pictures look.
        language: What everybody speaks, as a language tag such as "fr" or "en-GB"; None: nobody
            says.
        characters: Who is in it.
        scenes: What happens, in order.
    """

    title: str
    story: str | None = None
    credit: str | None = None
    style: str | None = None
    language: str | None = None
    characters: tuple[ListedCharacter, ...] = ()
    scenes: tuple[ListedScene, ...] = Field(min_length=1)
