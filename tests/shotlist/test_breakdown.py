"""Breaking a screenplay down into shots."""

from __future__ import annotations

import pytest

from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.fountain import read_fountain
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.headings import Heading, heading_of
from sparkle_motion_dagster.shotlist.models import ListedLine, ListedShot, ShotList
from sparkle_motion_dagster.shotlist.scripts.breakdown import broken_down


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
        ("INNEN. KÜCHE - NACHT", Heading("küche", "night", interior=True)),
        ("AUSSEN. WALD - MORGEN", Heading("wald", "morning", interior=False)),
        ("EXT. PLACE - CRÉPUSCULE", Heading("place", "dusk", interior=False)),
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


@pytest.mark.parametrize(
    ("action", "description", "told"),
    [
        (
            "COLE, fifty, grey moustache, brown hat, waits.",
            "fifty, grey moustache, brown hat",
            "Cole waits.",
        ),
        (
            "COLE (50), asleep against the door, dreams.",
            "50",
            "Cole, asleep against the door, dreams.",
        ),
        ("COLE, TOM and ANA arrive.", None, "Cole, TOM and ANA arrive."),
        (
            "A tree. a COLE of nine with a bag and a dog.",
            "a cole of nine with a bag",
            "A tree. a cole and a dog.",
        ),
        ("COLE, un homme en gris, et ANA entrent.", "un homme en gris", "Cole et ANA entrent."),
        ("COLE looks up, waits, and goes.", None, "Cole looks up, waits, and goes."),
    ],
)
def test_how_somebody_is_introduced(action: str, description: str | None, told: str) -> None:
    story = listed(f"INT. ROOM - DAY\n\n{action}\n\nCOLE\nNo.")
    assert story.characters[0].description == description
    assert story.scenes[0].shots[0].shows == told


def test_names_without_capitals_and_spaces() -> None:
    story = listed(
        "INT. TEA HOUSE\n\n热气。老王 (七十岁，白胡子) 给小李倒茶。\n\n@老王\n喝茶。\n\n@小李\n好。"
    )
    assert [one.description for one in story.characters] == ["七十岁，白胡子", None]
    (wide, *_) = story.scenes[0].shots
    assert (wide.shows, wide.characters) == ("热气。老王 给小李倒茶。", ("老王", "小李"))
    assert "title_card" not in plan_of(story.model_copy(update={"title": "茶馆"}))


def test_who_says_nothing_is_somebody_and_pronouns_are_who_was_seen() -> None:
    story = listed(
        "EXT. BEACH - DAY\n\nThey wait.\n\nELSE (9) runs.\n\nShe stops.\n\n"
        "TOM (10) and Else sit.\n\nThey look out.\n\nHe sighs."
    )
    assert [one.name for one in story.characters] == ["Else", "Tom"]
    seen = [shot.characters for shot in story.scenes[0].shots]
    assert seen == [(), ("Else",), ("Else",), ("Tom", "Else"), ("Tom", "Else"), ()]


def test_what_the_camera_is_told_is_no_shot() -> None:
    wide, letter, screen = shots(
        "INT. ROOM\n\nDust.\n\nCLOSE ON THE LETTER\n\nA flower.\n\nINTERCUT WITH:\n\n"
        "BACK TO SCENE\n\nON THE SCREEN\n\nA ship.\n\nFONDU ENCHAÎNÉ :\n\nTHE END"
    )
    assert (wide.shows, wide.ending) == ("Dust.", "cut")
    assert (letter.size, letter.shows) == ("close-up", "The letter. A flower.")
    assert (screen.size, screen.shows, screen.ending) == (
        "medium shot",
        "The screen. A ship.",
        "dissolve",
    )


def test_what_stands_before_the_first_heading_is_in_its_scene() -> None:
    (scene,) = listed("A voice.\n\nANA (V.O.)\nLong ago.\n\nINT. HALL #7#\n\nDark.").scenes
    assert (scene.place, scene.number) == ("hall", "7")
    assert [shot.shows for shot in scene.shots] == ["A voice.", "Dark."]


@pytest.mark.parametrize(
    ("cue", "off_screen", "treatment"),
    [
        ("ANA", False, None),
        ("ANA (CONT'D)", False, None),
        ("ANA (ON PHONE)", True, "telephone"),
        ("ANA (AM TELEFON)", True, "telephone"),
        ("ANA (V.O.) (OVER RADIO)", True, "radio"),
        ("ANA (ON TV)", True, "radio"),
        ("ANA (INTO RADIO)", False, None),
        ("ANA (INTO PHONE)", False, None),
        ("ANA (THINKING)", True, "thought"),
        ("ANA (O.S.) (ECHOING)", True, "hall"),
        ("ANA (DISTANT)", False, "far"),
        ("RADIO (V.O.)", True, "radio"),
        ("RADIO OPERATOR", False, None),
    ],
)
def test_how_a_voice_is_heard(cue: str, off_screen: bool, treatment: str | None) -> None:  # noqa: FBT001
    (*_, last) = shots(f"INT. ROOM\n\nThe radio crackles.\n\n{cue}\nNo.")
    (line,) = last.lines
    assert (line.off_screen, line.treatment) == (off_screen, treatment)


@pytest.mark.parametrize(
    ("page", "said", "language"),
    [
        ("Language: fr", "Non.", "fr"),
        ("Author: A", "No.", None),
        ("Author: A", "Нет.", "ru"),
        ("Language: en", "Ні, не сьогодні.", "uk"),
        ("Author: A", "Όχι.", "el"),
    ],
)
def test_what_is_spoken(page: str, said: str, language: str | None) -> None:
    plan = plan_of(listed(f"{page}\n\nINT. ROOM\n\nANA\n{said}"))
    (ana,) = plan["characters"]
    assert ana.get("voice_profile", {}).get("language") == language


def test_a_language_that_is_no_tag_is_refused() -> None:
    with pytest.raises(ScriptError, match="'French' for its language"):
        listed("Language: French\n\nINT. ROOM\n\nRain.")


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
    (bus,) = listed("INT. BUS - DAY\n\nEmpty.").scenes
    assert (bus.mood, bus.setting) == ("hum", "inside the bus, daytime")


@pytest.mark.parametrize(
    "text", ["", "Title: Nothing", "INT. ROOM - DAY\n\n[[a note]]\n\n> THE END <"]
)
def test_nothing_to_film_is_refused(text: str) -> None:
    with pytest.raises(ScriptError, match="nothing to film"):
        listed(text)
