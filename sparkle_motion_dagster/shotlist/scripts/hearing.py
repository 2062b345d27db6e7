"""How a speech is heard, by what stands in brackets behind its speaker's name."""

import re
from collections.abc import Mapping, Sequence

from sparkle_motion_dagster.plan.voices import Effect

_UNSEEN = re.compile(
    r"V\.?\s?O\.?|O\.?\s?S\.?|O\.?\s?C\.?|(?:voix |en |im |aus dem )?off|hors[- ]champ"
    r"|fuera de campo|fuori campo|fora de campo",
    re.IGNORECASE,
)
"""Voice over, off screen, off camera, and what they are called elsewhere."""

_SPOKEN_INTO = re.compile(r"(?:in)?to\b", re.IGNORECASE)
"""How an extension begins that says what somebody is seen to speak into."""

_THROUGH: Mapping[Effect, str] = {
    "telephone": r"(?:tele)?phones?|t[eé]l[eé](?:ph|f)on[eo]?|cell|handy|filtered",
    "radio": r"radio|walkie[- ]talkie|intercom|tv|television|loud ?speaker|speaker|p\.?a|megaphone"
    r"|recording|tape|comms?",
    "far": r"far(?: off| away)?|distant|in the distance|from afar",
    "hall": r"echo(?:es|ing)?|reverb",
    "thought": r"thinks|thinking|thoughts?|in (?:his|her|their) head",
}
"""Words that tell of each."""

_DEVICE = re.compile(
    r"(?:the )?(?:radio|television|tv|(?:tele)?phone|intercom|loud ?speaker|answering machine"
    r"|narrator|voice)(?: voice)?",
    re.IGNORECASE,
)

_ONLY_HEARD: frozenset[Effect] = frozenset({"telephone", "radio", "thought"})
"""What a voice is heard through whose mouth is not seen to speak."""


def is_unseen(extensions: Sequence[str]) -> bool:
    """Tell whether somebody speaks from outside of the picture: ``(V.O.)``, ``(ON PHONE)``."""
    unseen = any(map(_UNSEEN.fullmatch, extensions))
    return unseen or treatment_of("", extensions) in _ONLY_HEARD


def is_device(speaker: str) -> bool:
    """Tell whether nobody is to be seen by that name: ``RADIO``, ``NARRATOR``, ``VOICE``."""
    return _DEVICE.fullmatch(speaker) is not None


def treatment_of(speaker: str, extensions: Sequence[str]) -> Effect | None:
    """Return through what somebody is heard; None: through nothing.

    Who is seen to speak into a telephone, ``(INTO PHONE)``, is heard as they are.

    Args:
        speaker: The name, which may be that of a device.
        extensions: What stands in brackets behind it.
    """
    told = [one for one in extensions if _SPOKEN_INTO.match(one) is None]
    if is_device(speaker):
        told.append(speaker)
    for effect, words in _THROUGH.items():
        if re.search(rf"\b(?:{words})\b", "\n".join(told), re.IGNORECASE):
            return effect
    return None
