"""Fountain, element by element, and where each stands in the script."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.screenplay.elements import (
    Action,
    Direction,
    Lyrics,
    Note,
    PageBreak,
    SceneHeading,
    Section,
    Speech,
    Spoken,
    Synopsis,
    Transition,
)
from sparkle_motion_dagster.screenplay.fountain import read_fountain

SCRIPTS = Path(__file__).parents[1] / "data" / "scripts"


def test_every_syntax_is_what_it_is() -> None:
    script = read_fountain((SCRIPTS / "every_syntax.fountain").read_text())
    assert script.title_page == {
        "title": "OAK & IRON\nTwice Retired",
        "credit": "written by",
        "author": "A. Writer",
        "draft date": "2026-11-01",
    }
    assert script.elements == (
        Section(8, "Act One", 1),
        Synopsis(10, "Two friends wait for a train that does not come."),
        Transition(12, "FADE IN:"),
        SceneHeading(14, "EXT. PLATFORM - DAY", "1"),
        Action(16, "Fog. OAK (60s, grey coat) sits on a suitcase."),
        Action(18, "A door opens and IRON, a short woman of fifty, comes out with two cups."),
        Speech(20, "IRON", (), (Spoken(21, "Tea's ready!"),)),
        Speech(23, "OAK", (), (Spoken(24, "Is it hot?"),)),
        Speech(26, "IRON", (), (Direction(27, "cup raised"), Spoken(28, "To trains.")), dual=True),
        Speech(
            30,
            "McTavish",
            ("O.S.",),
            (Spoken(31, "No trains today."), Spoken(33, "None tomorrow.")),
        ),
        Speech(
            35,
            "OAK",
            ("V.O.", "CONT'D"),
            (
                Direction(36, "sotto"),
                Spoken(37, "To patience, stars and lines *not*."),
                Direction(38, "beat"),
                Spoken(39, "Again."),
            ),
        ),
        SceneHeading(41, "THE CLOCK"),
        Action(43, "TEN PAST\nthe hour, as always."),
        Lyrics(46, "Oh, the trains of yesterday\nnever came at all"),
        Note(49, "This is a note over lines."),
        Transition(56, "CUT TO:"),
        SceneHeading(58, "int./ext. carriage - night"),
        Speech(60, "IS IT MOVING?", (), (Spoken(61, "It is not."),)),
        Transition(63, "Burn to white."),
        Action(65, "THE END", centred=True),
        PageBreak(67),
        SceneHeading(69, "EST. CITY - DAWN"),
        Action(71, "23 (V.O.)\nNumbers alone are nobody's name."),
        Speech(74, "HAL9", (), (Spoken(75, "Letters and numbers are."),)),
        Speech(77, "МАРА", (), (Spoken(78, "Не сегодня."),)),
        Action(80, "INTERIOR. Not a heading."),
        Action(82, "A line with  text."),
        Note(82, "inline note"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "FADE IN:\n\nINT. ROOM - DAY",
            (Transition(1, "FADE IN:"), SceneHeading(3, "INT. ROOM - DAY")),
        ),
        ("\ufeffINT. ROOM\r\n\r\nRain.\r\n", (SceneHeading(1, "INT. ROOM"), Action(3, "Rain."))),
        ("MARA\n\nwalks in.", (Action(1, "MARA"), Action(3, "walks in."))),
        ("@玛拉\n今晚不行。", (Speech(1, "玛拉", (), (Spoken(2, "今晚不行。"),)),)),
        ("玛拉\n今晚不行。", (Action(1, "玛拉\n今晚不行。"),)),
        ("AUSSEN. WALD - TAG", (SceneHeading(1, "AUSSEN. WALD - TAG"),)),
        ("..dots are no heading", (Action(1, "..dots are no heading"),)),
        (
            "MARA\n~La la\nNo.",
            (Speech(1, "MARA", (), (Spoken(2, "La la", sung=True), Spoken(3, "No."))),),
        ),
        (
            "MARA\n(slowly,\nthen fast)\nNo.",
            (Speech(1, "MARA", (), (Direction(2, "slowly, then fast"), Spoken(4, "No."))),),
        ),
        ("One /* two\n\nthree */ four", (Action(1, "One\nfour"),)),
        ("One\n/* gone\n\ngone */\ntwo", (Action(1, "One\ntwo"),)),
        ("[[not closed", (Action(1, "[[not closed"),)),
        pytest.param("[[" * 99_999, (Action(1, "[[" * 99_999),), id="brackets"),
        ("", ()),
    ],
)
def test_what_is_near_a_rule(text: str, expected: tuple[object, ...]) -> None:
    assert read_fountain(text).elements == expected


_WORDS = st.sampled_from(
    [
        "INT. ROOM - DAY",
        "MARA",
        "(softly)",
        "Not tonight.",
        "",
        "  ",
        "CUT TO:",
        "> FADE",
        "> END <",
        "# Act",
        "= what",
        "===",
        ".X",
        "!Y",
        "~song",
        "@Tom",
        "TOM (V.O.) ^",
        "[[note]]",
        "/*",
        "*/",
        "Title: X",
        "    more",
    ]
)


@given(st.lists(_WORDS, max_size=14))
def test_any_script_is_read_and_every_element_stands_on_its_line(lines: list[str]) -> None:
    script = read_fountain("\n".join(lines))
    numbers = [element.line for element in script.elements]
    assert numbers == sorted(numbers)
    for element in script.elements:
        assert 1 <= element.line <= len(lines)
        source = lines[element.line - 1]
        match element:
            case Action() | Transition() | SceneHeading() | Synopsis():
                assert element.text.split("\n")[0] in source
            case Speech():
                assert element.speaker in source
                for part in element.parts:
                    assert part.text.split(" ")[0] in lines[part.line - 1]
            case _:
                pass
