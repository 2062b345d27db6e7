"""Which characters of a written line are text, which are silent by nature, which are neither."""

import re
import unicodedata

from sparkle_motion_dagster.plan.captions.captioning import graphemes

_UNSPOKEN = re.compile(
    "[\u2190-\u21ff\u2300-\u245f\u2500-\u2bff\U0001f000-\U0001faff]"  # arrows, pictures, emoji
    r"|[*~^|`\\\[\]{}]"  # marks of emphasis and markup: written, never said
)
"""What is passed over in every language."""

_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""An underscore around a word; within one it parts words: my_file."""

_EMOJI_MARKS = re.compile("[\ufe00-\ufe0f\u20e3]")  # what turns a character into an emoji
_SAME_IN_MEANING = ("<compat>", "<square>", "<wide>", "<narrow>")
_SPOKEN_MARKS = frozenset("&@#%‰§")
_PASSED_MARKS = frozenset("¶†‡•※")


def plain(word: str) -> tuple[str, list[str]]:
    """Return a word in composed characters, and what of it nobody speaks in any language.

    Control characters could be commands to an engine, and the marks of markup, emoji and the like
    would be read out by their names ("asterisk", "grinning face"): they become spaces.
    """
    passed_over = [one for one in graphemes(word) if _UNSPOKEN.match(one)]
    passed_over += _EMPHASIS.findall(word)
    visible = _EMOJI_MARKS.sub("", unicodedata.normalize("NFC", word))
    spoken = _EMPHASIS.sub(" ", _UNSPOKEN.sub(" ", visible))
    text = "".join(_plain_character(character) for character in spoken)
    return " ".join(text.split()), passed_over


def is_text(character: str) -> bool:
    """Say whether a character is a letter, a number, or a unit written as one character (℃, ㎞)."""
    if unicodedata.category(character)[0] in "LN":
        return True
    return character in "℃℉" or "\u3300" <= character <= "\u33ff"  # CJK Compatibility: ㎞, ㎏


def is_sign(character: str) -> bool:
    """Say whether a character is neither text nor silent: it wants words."""
    if character in _SPOKEN_MARKS or character in _PASSED_MARKS:
        return True
    return unicodedata.category(character)[0] == "S" or unicodedata.category(character) == "No"


def _plain_character(character: str) -> str:
    if unicodedata.decomposition(character).startswith(_SAME_IN_MEANING) and is_text(character):
        return unicodedata.normalize("NFKC", character)
    match unicodedata.category(character):
        case "Cf":  # zero-width spaces and joiners, soft hyphens: espeak would say "zero"
            return ""
        case "Cc" | "Cs" | "Co" | "Cn":
            return " "
    return character
