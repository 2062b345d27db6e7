"""Scripts in Final Draft's format and in plain text, and files that are no scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.screenplay.elements import (
    Action,
    Direction,
    Note,
    SceneHeading,
    Speech,
    Spoken,
    Transition,
)
from sparkle_motion_dagster.screenplay.errors import ScriptError
from sparkle_motion_dagster.screenplay.plain_script import read_plain_script
from sparkle_motion_dagster.screenplay.reading import MAX_BYTES, read_script

SCRIPTS = Path(__file__).parents[1] / "data" / "scripts"


def test_final_draft() -> None:
    script = read_script(SCRIPTS / "keepers.fdx")
    assert script.title_page == {"title": "The Keepers", "author": "A. Writer"}
    assert script.elements == (
        SceneHeading(4, "INT. LAMP ROOM - NIGHT", "1"),
        Action(8, "MARA (70, yellow oilskin) kneels at the brass lens."),
        Note(9, "Ask for a real lens."),
        Speech(12, "MARA", (), (Direction(13, "softly"), Spoken(14, "Not tonight."))),
        Speech(17, "TOM", (), (Spoken(18, "Then when?"),)),
        Speech(19, "MARA", ("CONT'D",), (Spoken(20, "Tomorrow."),), dual=True),
        Transition(23, "FADE OUT."),
    )


def test_plain_text() -> None:
    script = read_script(SCRIPTS / "keepers.txt")
    assert script.title_page == {"title": "THE KEEPERS"}
    assert script.elements == (
        SceneHeading(3, "INT. LAMP ROOM - NIGHT", "1"),
        Action(5, "MARA (70, yellow oilskin) kneels at the brass\nlens with a wrench."),
        Speech(
            8,
            "MARA",
            (),
            (Direction(9, "softly"), Spoken(10, "Not tonight, not for all the boats there are.")),
        ),
        Speech(18, "TOM", ("O.S.",), (Spoken(19, "Then when?"),)),
        Transition(21, "DISSOLVE TO:"),
        SceneHeading(23, "EXT. PIER - DAWN", "2"),
        Action(25, "Nobody."),
    )


@pytest.mark.parametrize(
    ("lines", "page"),
    [
        (["DRY CREEK", "by", "A. Writer"], {"title": "DRY CREEK", "author": "A. Writer"}),
        (["Dry Creek", "Written by A. Writer"], {"title": "Dry Creek", "author": "A. Writer"}),
        (["Title: Dry", "Language: fr"], {"title": "Dry", "language": "fr"}),
        (["By the Sea"], {"title": "By the Sea"}),
        ([], {}),
    ],
)
def test_typed_title_pages(lines: list[str], page: dict[str, str]) -> None:
    text = "\n".join(f"{' ' * 20}{line}" for line in lines)
    script = read_plain_script(f"{text}\n\nINT. ROOM\n\nRain.")
    assert script.title_page == page
    assert script.elements[0] == SceneHeading(len(lines) + 2 if lines else 3, "INT. ROOM")


_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE FinalDraft [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<FinalDraft><Content><Paragraph Type="Action"><Text>&b;</Text></Paragraph></Content></FinalDraft>"""
_FILE = b"""<?xml version="1.0"?>
<!DOCTYPE FinalDraft [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<FinalDraft><Content><Paragraph Type="Action"><Text>&a;</Text></Paragraph></Content></FinalDraft>"""


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("film.docx", b"", "known suffixes are .fountain"),
        ("film.fdx", b"INT. ROOM", "cannot be read as a Final Draft document"),
        ("film.fdx", b"<html></html>", "no Final Draft document"),
        ("film.fdx", _BOMB, "cannot be read as a Final Draft document"),
        ("film.fdx", _FILE, "cannot be read as a Final Draft document"),
        ("film.fountain", b"INT. CAF\xe9", "not in UTF-8: byte 8"),
        ("film.fountain", b"x" * (MAX_BYTES + 1), "larger than 16 MiB"),
        ("gone.fountain", None, "No such file"),
    ],
)
def test_what_is_no_script(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScriptError, match=says) as refused:
        read_script(path)
    assert name in str(refused.value)
