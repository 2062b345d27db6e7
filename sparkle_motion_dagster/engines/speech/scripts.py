"""Which writing a voice can read: a text in another one would be spelled by its letters' names."""

import re
import unicodedata
from collections.abc import Mapping

from sparkle_motion_dagster.engines.base import EngineInputError

_LATIN = ("LATIN SMALL L", "LATIN CAPITAL L")  # letters, ligatures: not phonetic small capitals

_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("de", "en", "es", "fr", "it", "nl", "pl", "pt"), _LATIN),
    # Where another script is usual, espeak-ng reads words in Latin letters as English.
    **dict.fromkeys(("ru", "uk"), ("CYRILLIC", *_LATIN)),
    "el": ("GREEK", *_LATIN),
}
"""How the Unicode names of the letters begin that voices of a language read."""

_WRITTEN_SO = {"CYRILLIC": "ru-RU or uk-UA", "GREEK": "el-GR"}

_READ_EVERYWHERE = "0123456789ªºµʼʻ"
_READ_KINDS = ("SUPERSCRIPT", "SUBSCRIPT", "VULGAR FRACTION")
_LONE_GREEK = re.compile("(?<![\u0370-\u03ff])[\u0370-\u03ff](?![\u0370-\u03ff])")
"""A symbol, such as in α-rays or 5 μm: voices of every language know its name."""


class UnreadableTextError(EngineInputError):
    """A line is written in letters that its voice cannot read."""


def check_readable(text: str, language: str) -> None:
    """Refuse a text that holds letters or digits which voices of a language cannot read.

    Of a language that is not known here everything is taken to be readable.

    Args:
        text: A line, as it is written.
        language: The voice's language tag, such as ``en-US``.

    Raises:
        UnreadableTextError: The first such word is named, and what it is written in.
    """
    scripts = _SCRIPTS.get(language.replace("_", "-").partition("-")[0].casefold())
    if scripts is None:
        return
    for word in unicodedata.normalize("NFC", text).split():
        for character in _LONE_GREEK.sub("", word):
            if not _is_readable(character, scripts):
                raise UnreadableTextError(_refusal(text, word, character, language))


def _is_readable(character: str, scripts: tuple[str, ...]) -> bool:
    name = unicodedata.name(character, "")
    if not character.isalnum() and not name.startswith(("CIRCLED", "PARENTHESIZED")):
        return True  # a mark or a symbol
    return character in _READ_EVERYWHERE or name.startswith(scripts + _READ_KINDS)


def _refusal(text: str, word: str, character: str, language: str) -> str:
    script = unicodedata.name(character, "UNKNOWN").split(" ")[0].split("-")[0]
    spoken_in = _WRITTEN_SO.get(script)
    remedy = (
        f"Set the character's voice_profile.language to {spoken_in}, or write the line"
        if spoken_in
        else "Write it"
    )
    usual = "the usual letters and digits"
    return (
        f"The line {_shortened(text)} holds {_shortened(word)}, written in {script.title()} "
        f"characters ({character!r}), which a voice of {language} cannot read. "
        f"{remedy} in {usual} of {language}."
    )


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
