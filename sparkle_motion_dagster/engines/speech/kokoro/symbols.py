"""Kokoro's symbols: which tokens the model reads, and how phonemes are written in them.

Kokoro was trained on the phonemes of its authors' library misaki, which writes some sounds
otherwise than espeak-ng does: a diphthong or an affricate is one symbol, American English has no
marks of length. The tables follow misaki 0.9 (its module espeak and its page EN_PHONES).
"""

import re
from collections.abc import Mapping

from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import espeak_voice

TOKENS: Mapping[str, int] = {
    ";": 1,
    ":": 2,
    ",": 3,
    ".": 4,
    "!": 5,
    "?": 6,
    "—": 9,
    "…": 10,
    '"': 11,
    "(": 12,
    ")": 13,
    "“": 14,
    "”": 15,
    " ": 16,
    "\u0303": 17,
    "ʣ": 18,
    "ʥ": 19,
    "ʦ": 20,
    "ʨ": 21,
    "ᵝ": 22,
    "ꭧ": 23,
    "A": 24,
    "I": 25,
    "O": 31,
    "Q": 33,
    "S": 35,
    "T": 36,
    "W": 39,
    "Y": 41,
    "ᵊ": 42,
    "a": 43,
    "b": 44,
    "c": 45,
    "d": 46,
    "e": 47,
    "f": 48,
    "h": 50,
    "i": 51,
    "j": 52,
    "k": 53,
    "l": 54,
    "m": 55,
    "n": 56,
    "o": 57,
    "p": 58,
    "q": 59,
    "r": 60,
    "s": 61,
    "t": 62,
    "u": 63,
    "v": 64,
    "w": 65,
    "x": 66,
    "y": 67,
    "z": 68,
    "ɑ": 69,
    "ɐ": 70,
    "ɒ": 71,
    "æ": 72,
    "β": 75,
    "ɔ": 76,
    "ɕ": 77,
    "ç": 78,
    "ɖ": 80,
    "ð": 81,
    "ʤ": 82,
    "ə": 83,
    "ɚ": 85,
    "ɛ": 86,
    "ɜ": 87,
    "ɟ": 90,
    "ɡ": 92,
    "ɥ": 99,
    "ɨ": 101,
    "ɪ": 102,
    "ʝ": 103,
    "ɯ": 110,
    "ɰ": 111,
    "ŋ": 112,
    "ɳ": 113,
    "ɲ": 114,
    "ɴ": 115,
    "ø": 116,
    "ɸ": 118,
    "θ": 119,
    "œ": 120,
    "ɹ": 123,
    "ɾ": 125,
    "ɻ": 126,
    "ʁ": 128,
    "ɽ": 129,
    "ʂ": 130,
    "ʃ": 131,
    "ʈ": 132,
    "ʧ": 133,
    "ʊ": 135,
    "ʋ": 136,
    "ʌ": 138,
    "ɣ": 139,
    "ɤ": 140,
    "χ": 142,
    "ʎ": 143,
    "ʒ": 147,
    "ʔ": 148,
    "ˈ": 156,
    "ˌ": 157,
    "ː": 158,
    "ʰ": 162,
    "ʲ": 164,
    "↓": 169,
    "→": 171,
    "↗": 172,
    "↘": 173,
    "ᵻ": 177,
}
"""The model's tokens (config.json of hexgrad/Kokoro-82M, "vocab")."""

END = 0
"""The token before the first symbol and after the last."""

_DIPHTHONGS = {"eɪ": "A", "aɪ": "I", "ɔɪ": "Y", "aʊ": "W", "oʊ": "O", "əʊ": "Q"}
_AFFRICATES = {"tʃ": "ʧ", "dʒ": "ʤ"}

_ENGLISH = {
    **_DIPHTHONGS,
    **_AFFRICATES,
    "n\u0329": "ᵊn",
    "m\u0329": "ᵊm",
    "l\u0329": "ᵊl",
    "əl": "ᵊl",
    "ɚ": "əɹ",
    "r": "ɹ",
    "x": "k",
    "ç": "k",
    "ɬ": "l",
    "ɐ": "ə",
    "\u0303": "",
    "ʔ": "t",
    "e": "ɛ",
}
_AMERICAN = {
    **_ENGLISH,
    "ɜːɹ": "ɜɹ",
    "ɜː": "ɜɹ",
    "ɪə": "iə",
    "ɾ": "T",
    "oː": "ɔ",
    "o": "ɔ",
    "ː": "",
}
_BRITISH = {**_ENGLISH, "eə": "ɛː", "iə": "ɪə", "æ": "a", "ɾ": "t"}
_OTHERS = {**_DIPHTHONGS, **_AFFRICATES, "dz": "ʣ", "ts": "ʦ", "ss": "S", "-": ""}

_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "en-US": _AMERICAN,
    "en-GB": _BRITISH,
    **dict.fromkeys(("es", "fr", "hi", "it", "pt"), _OTHERS),
}
"""How Kokoro writes what espeak-ng writes otherwise, by language."""

_LONGEST_FIRST = {
    language: re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    for language, table in _SPELLINGS.items()
}

_MARKS: Mapping[str, str] = {
    **{mark: mark for mark in ";:,.!?—…"},
    "–": "—",
    "―": "—",
    "»": "”",
    "«": "“",
    "„": "“",
    '"': '"',
    "“": "“",
    "”": "”",
    "(": "(",
    ")": ")",
    "。": ".",
    "！": "!",
    "？": "?",
    "，": ",",
    "।": ".",
}
"""The marks that the model reads, as it reads them."""


def written_in(language: str) -> str | None:
    """Return which spelling a language tag has here; None: Kokoro does not speak it."""
    voice = espeak_voice(language)
    base = voice.partition("-")[0]
    if base == "en":
        return "en-US" if voice == "en-us" else "en-GB"
    return base if base in _SPELLINGS else None


def symbols_of(phoneme: str, language: str) -> str:
    """Return a phoneme of espeak-ng, a mark of stress before it, in Kokoro's symbols.

    What the model has no symbol for is left out.

    Args:
        phoneme: The phoneme in IPA.
        language: The spelling, as `written_in` names it.
    """
    table = _SPELLINGS[language]
    written = _LONGEST_FIRST[language].sub(lambda found: table[found[0]], phoneme)
    return "".join(symbol for symbol in written if symbol in TOKENS)


def marks_before(word: str) -> str:
    """Return the marks before a word that the model reads."""
    return _marks(word[: len(word) - len(word.lstrip("".join(_LEADING)))])


def marks_after(word: str) -> str:
    """Return the marks after a word that the model reads."""
    end = len(word)
    while end and not word[end - 1].isalnum():
        end -= 1
    return _marks(word[end:])


_LEADING = '"“„«('


def _marks(text: str) -> str:
    return "".join(_MARKS[mark] for mark in text if mark in _MARKS)
