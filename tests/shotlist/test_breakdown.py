"""Breaking a screenplay down into shots."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.fountain import read_fountain
from sparkle_motion_dagster.shotlist.breakdown import broken_down
from sparkle_motion_dagster.shotlist.headings import Heading, heading_of
from sparkle_motion_dagster.shotlist.models import ListedLine, ListedShot, ShotList


def listed(text: str) -> ShotList:
    return broken_down(read_fountain(text), "Untitled")


def shots(text: str) -> list[ListedShot]:
    return [shot for scene in listed(text).scenes for shot in scene.shots]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("INT. LAMP ROOM - NIGHT", Heading("lamp room", "night", interior=True)),
        ("EXT. BEACH - LATE AFTERNOON", Heading("beach", "late afternoon", interior=False)),
        ("INT./EXT. CAR - DAY", Heading("car", "day")),
        ("I/E TAXI", Heading("taxi")),
        ("EST. CITY – DAWN", Heading("city", "dawn", interior=False)),
        ("INT. HOUSE - KITCHEN - NIGHT", Heading("house, kitchen", "night", interior=True)),
        ("INT. HOUSE - KITCHEN", Heading("house, kitchen", interior=True)),
        ("INT. HOUSE - CONTINUOUS", Heading("house", interior=True, goes_on=True)),
        ("Int. Mara's House - Night", Heading("Mara's House", "Night", interior=True)),
        ("THE CLOCK", Heading("the clock")),
        ("INT. ", Heading("int", interior=True)),
    ],
)
def test_headings(text: str, heading: Heading) -> None:
    assert heading_of(text) == heading


def test_a_time_goes_on() -> None:
    story = listed("INT. HALL - NIGHT\n\nDark.\n\nINT. STAIRS - CONTINUOUS\n\nDarker.")
    assert [scene.time for scene in story.scenes] == ["night", "night"]
    assert [scene.setting for scene in story.scenes] == [
        "hall, interior, night",
        "stairs, interior, night",
    ]


def test_who_is_in_it() -> None:
    story = listed(
        "INT. ROOM - DAY\n\nOLD MAN (80), in a torn coat, looks at ANA, climbing the stairs, and "
        "at McCOY.\n\nOLD MAN\nWell?\n\nANA\nNo.\n\n@McCoy\nYes.\n\nRADIO (V.O.)\nStorm.\n"
    )
    old, ana, mccoy, radio = story.characters
    assert (old.name, old.description, old.line) == ("Old Man", "80, in a torn coat", 3)
    assert (ana.name, ana.description) == ("Ana", None)
    assert (mccoy.name, mccoy.off_screen) == ("McCoy", False)
    assert (radio.name, radio.off_screen) == ("Radio", True)
    (wide, *_) = story.scenes[0].shots
    assert wide.shows == "Old Man looks at Ana, climbing the stairs, and at McCoy."
    assert wide.characters == ("Old Man", "Ana", "McCoy")


def test_action_is_seen_and_speech_is_seen_from_near() -> None:
    wide, close, other = shots(
        "INT. ROOM - DAY\n\nANA waits.\n\nANA\n(softly)\nNot tonight.\n\nAna and TOM look away.\n\n"
        "TOM (O.S.)\nNo."
    )
    assert (wide.size, wide.lines) == ("wide shot", ())
    assert (close.size, close.characters) == ("medium close-up", ("Ana",))
    assert close.lines == (ListedLine(speaker="Ana", text="[softly] Not tonight.", line=7),)
    # Tom is heard over the picture before, in which nobody speaks.
    assert other.size == "two-shot"
    assert [(line.speaker, line.off_screen) for line in other.lines] == [("Tom", True)]


def test_a_voice_is_not_heard_over_a_speaking_face() -> None:
    _, close, listening = shots("INT. ROOM\n\nRain.\n\nANA\nWho?\n\nTOM (ON PHONE)\nMe.")
    assert [line.speaker for line in close.lines] == ["Ana"]
    assert (listening.shows, listening.characters) == ("Ana, listening", ("Ana",))
    assert listening.lines[0].treatment == "telephone"


def test_long_speeches_and_paragraphs_become_several_shots() -> None:
    speech = " ".join(f"This is sentence number {number}." for number in range(20))
    found = shots(f"INT. ROOM\n\n{speech}\n\nANA\n{speech}")
    silent = [shot for shot in found if not shot.lines]
    assert " ".join(shot.shows for shot in silent) == speech
    spoken = [shot for shot in found if shot.lines]
    assert " ".join(shot.lines[0].text for shot in spoken) == speech
    assert {shot.size for shot in spoken} == {"medium close-up", "close-up"}
    assert all(len(shot.lines[0].text) <= 160 for shot in spoken)


@pytest.mark.parametrize(
    ("transition", "ending"),
    [
        ("DISSOLVE TO:", "dissolve"),
        ("> Slow dissolve to", "dissolve"),
        ("WIPE TO:", "wipe"),
        ("FADE TO:", "fade"),
        ("FADE OUT.", "fade"),
        ("CUT TO:", "cut"),
        ("SMASH CUT TO:", "cut"),
        ("FADE IN:", "cut"),
    ],
)
def test_transitions_are_kept(transition: str, ending: str) -> None:
    first, _ = shots(f"INT. ROOM\n\nRain.\n\n{transition}\n\nEXT. SEA\n\nWaves.")
    assert first.ending == ending


def test_what_sounds() -> None:
    story = listed(
        "INT. KITCHEN - DAY\n\nTea.\n\nEXT. HARBOUR - DAY\n\nBoats.\n\nEXT. HARBOUR - NIGHT\n\n"
        "Rain.\n\nEXT. STREET\n\nNobody."
    )
    assert [scene.mood for scene in story.scenes] == ["room tone", "sea", "rain", None]


@pytest.mark.parametrize(
    "text", ["", "Title: Nothing", "INT. ROOM - DAY\n\n[[a note]]\n\n> THE END <"]
)
def test_nothing_to_film_is_refused(text: str) -> None:
    with pytest.raises(ScriptError, match="nothing to film"):
        listed(text)
