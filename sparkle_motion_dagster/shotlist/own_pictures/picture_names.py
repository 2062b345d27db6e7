"""What the name of a picture's file says: which shot of which scene it is."""

import re
import unicodedata
from dataclasses import dataclass

_SCENE = r"0*(?P<scene>\d{1,4}[a-z]?)"
_SHOT = r"0*(?P<shot>\d{1,4})"
_IN_WORDS = re.compile(
    rf"(?<![a-z0-9])(?:scene|sc|s)[ _.-]*{_SCENE}[ _.,-]*(?:shot|sh|s)[ _.-]*{_SHOT}(?!\d)"
)
_SCENE_ALONE = re.compile(rf"(?<![a-z0-9])scene[ _.-]*{_SCENE}(?![a-z0-9])")
_IN_NUMBERS = re.compile(rf"{_SCENE}[-_. ]{_SHOT}(?:[ _.,(-]+(?!\d).*)?")


@dataclass(frozen=True)
class ShotNumber:
    """A shot of a script.

    Attributes:
        scene: The number of its scene, in lower case: "2", "12a".
        shot: Which shot of that scene it is, from 1.
    """

    scene: str
    shot: int

    @classmethod
    def read(cls, text: str) -> "ShotNumber | None":
        """Return the shot that a plan says a shot is (`SCRIPT_SHOT`); None: it says nothing."""
        scene, _, shot = text.rpartition("-")
        return cls(scene.casefold(), int(shot)) if shot.isdecimal() else None

    def __str__(self) -> str:
        return f"{self.scene}-{self.shot}"


def shot_number(stem: str) -> ShotNumber | None:
    """Return the shot that a file's name says; None: it says none.

    That is two numbers at its beginning, ``2-3``, ``02_03 lamp``, or behind the words for them,
    ``storm scene 2 shot 3``, ``sc02sh03``. A scene alone is its first shot. A date is no shot.

    Args:
        stem: The name, without its suffix.
    """
    name = stem.casefold()
    found = _IN_WORDS.search(name) or _IN_NUMBERS.fullmatch(name)
    if found is not None:
        return ShotNumber(found["scene"], int(found["shot"]))
    alone = _SCENE_ALONE.search(name)
    return None if alone is None else ShotNumber(alone["scene"], 1)


def plain_name(text: str) -> str:
    """Return what of a name counts where names are compared: its letters and digits."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def in_order(name: str) -> tuple[tuple[str, int], ...]:
    """Return what file names are sorted by as people do: ``2.png`` stands before ``10.png``."""
    text = re.findall(r"([^0-9]*)([0-9]{0,18})", name.casefold())
    return tuple((words, int(number or 0)) for words, number in text)
