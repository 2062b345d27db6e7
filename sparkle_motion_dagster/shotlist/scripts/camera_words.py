"""What scripts tell the camera, in capitals: ``CLOSE ON THE LETTER``, ``INTERCUT WITH:``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sparkle_motion_dagster.shotlist.models import Ending, ShotSize

_ENDINGS: Mapping[Ending, str] = {
    "dissolve": "DISSOLV|FONDU ENCHA|[ÜU]BERBLEND|ENCADENADO",
    "wipe": "WIPE|VOLET|CORTINILLA|TENDINA",
    "fade": "FADE (?!IN|UP)|TO BLACK|BURN TO|AU NOIR|FERMETURE|ABBLENDE|A NEGRO|A NERO|AO PRETO",
}
"""Transitions that are more than a cut, also as they are called in French, German, Spanish, Italian
and Portuguese."""

_LONGEST = 60
_CLOSE = re.compile(r"(?:EXTREME )?CLOSE(?:[- ]?UP)?\b|E?C\.?U\.?\b|INSERTS?\b|MACRO\b")
_WIDE = re.compile(r"(?:EXTREME )?(?:WIDE|LONG)\b|AERIAL\b|ESTABLISHING\b")
_FRAMING = re.compile(
    rf"(?:{_CLOSE.pattern}|{_WIDE.pattern}|(?:REVERSE )?ANGLE\b|ON\b(?= )|P\.?O\.?V\.?\b)"
    r"(?: SHOT| ANGLE| VIEW)?(?:\s*(?:[-–—:]|ON|OF)(?=\s))*\s*"
)
_NOTHING_SEEN = re.compile(
    r"(?:BACK TO|RESUME|END|INTERCUT|LATER|MOMENTS|CONTINUED?|SAME|SUPER|TITLE|CREDITS)\b.*"
    r"|(?:THE )?END|FIN|ENDE|FINE"
)
_ENDS_A_SENTENCE = (".", "!", "?", "…", '"', "”")


@dataclass(frozen=True)
class CameraWords:
    """What the camera is told.

    Attributes:
        size: How near it is; None: that is not said.
        subject: What it looks at, as people write it; None: nothing that could be seen.
    """

    size: ShotSize | None
    subject: str | None


def ending_of(transition: str) -> Ending | None:
    """Return how a shot ends by a transition; None: in a cut."""
    for ending, words in _ENDINGS.items():
        if re.search(words, transition, re.IGNORECASE):
            return ending
    return None


def is_transition(action: str) -> bool:
    """Tell whether a paragraph is a transition that a script's format does not know as one.

    Such as ``INTERCUT WITH:``, ``FONDU ENCHAÎNÉ :``.
    """
    return _is_in_capitals(action) and action.endswith(":")


def camera_words(action: str) -> CameraWords | None:
    """Return what a paragraph tells the camera; None: it tells what happens."""
    if not _is_in_capitals(action) or action.endswith(_ENDS_A_SENTENCE):
        return None
    if _NOTHING_SEEN.fullmatch(action):
        return CameraWords(None, None)
    framing = _FRAMING.match(action)
    subject = action if framing is None else action[framing.end() :]
    size: ShotSize | None = None
    if framing is not None:
        size = "close-up" if _CLOSE.match(action) else "wide shot" if _WIDE.match(action) else None
    return CameraWords(size, subject.strip().capitalize() or None)


def _is_in_capitals(action: str) -> bool:
    """Tell whether a paragraph is one short line of capitals."""
    return action.isupper() and "\n" not in action and len(action) <= _LONGEST
