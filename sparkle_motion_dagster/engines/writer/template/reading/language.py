"""Which language a prompt is in, by its letters and small words; which language is to be spoken."""

import re
import unicodedata
from collections import Counter

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.writer.template.reading.words import WORD, pattern
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import TONGUES, Tongue

_CLEAR = 2.0
"""By so much one language must lead for small words alone to tell; else what words mean does."""

_ENOUGH = 600
"""Letters of which the meanings are looked for; what is longer, its small words tell."""

_TELLING = {
    "es": "ñ¿¡", "de": "ß", "pt": "ãõ", "fr": "œêèùû", "it": "òì",
    "pl": "łąęśżźń", "tr": "ğşı", "sv": "å", "da": "øæ", "cs": "řěů", "hu": "őű", "ro": "țăș",
    "vi": "ơưđạế",
}  # fmt: skip
"""Letters that few other languages have."""

WRITES = "English, French, German, Italian, Portuguese and Spanish"
_INSTEAD = (
    f"The template writer reads and writes {WRITES}. Write the prompt in one of these, or let a "
    "model write."
)


def language_of(text: str) -> Tongue:
    """Return the language of a prompt; one that no word of it tells is read as English.

    Raises:
        EngineInputError: It is in a language that is not written here.
    """
    letters = [letter for letter in text if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in letters)
    script, count = scripts.most_common(1)[0] if scripts else ("LATIN", 0)
    if script != "LATIN" and count > len(letters) / 2:
        raise EngineInputError(f"The prompt is in {_called(script)} letters. {_INSTEAD}")
    scores = _scores(text)
    best = max(scores, key=lambda one: (scores[one], one == "en"))
    if best in TONGUES:
        return next(tongue for tongue in TONGUES if tongue == best)
    if scores[best] > max(scores[tongue] for tongue in TONGUES) + 0.5:
        raise EngineInputError(
            f"The prompt seems to be in {tables.tongues().names[best]}. {_INSTEAD}"
        )
    return max(TONGUES, key=lambda tongue: (scores[tongue], tongue == "en"))


def spoken(tag: str | None, prompt: Tongue) -> Tongue:
    """Return the language of lines: the one that was asked for, or else the prompt's.

    Raises:
        EngineInputError: It is not written here.
    """
    if tag is None:
        return prompt
    wanted = next((tongue for tongue in TONGUES if tag.split("-")[0] == tongue), None)
    if wanted is None:
        raise EngineInputError(
            f"The template writer has no lines in the language {tag!r}: it writes {WRITES}. Ask "
            "for one of these, or let a model write."
        )
    return wanted


def _scores(text: str) -> dict[str, float]:
    """Return how much speaks for each language: a word that several have counts less for each."""
    small: dict[str, str] = dict(tables.tongues().others)
    small.update({str(tongue): words for tongue, words in tables.tongues().written.items()})
    known = {language: frozenset(words.split()) for language, words in small.items()}
    words = [word for whole in WORD.findall(text.lower()) for word in _parts(whole)]
    scores = dict.fromkeys(known, 0.0)
    for word in words:
        _share(scores, [language for language, those in known.items() if word in those])
    for language, telling in _TELLING.items():
        scores[language] += sum(letter in telling for letter in text.lower())
    first, second = sorted(scores.values())[:-3:-1]
    if first - second < _CLEAR:
        _share_meanings(scores, text[:_ENOUGH])
    return scores


def _parts(word: str) -> list[str]:
    """Return what stands around apostrophes; the "s" of "Dracula's" is no word of its own."""
    return re.split("['’]", re.sub("['’]s$", "", word))


def _share_meanings(scores: dict[str, float], text: str) -> None:
    meanings = (
        *(role.words for role in tables.roles().values()),
        *(place.words for place in tables.places().values()),
        *(thing.words for thing in tables.things().values()),
        *tables.times().values(),
        *tables.weathers().values(),
        *tables.plot_words().values(),
    )
    for words in meanings:
        _share(scores, [tongue for tongue in words if pattern(words[tongue]).search(text)])


def _share(scores: dict[str, float], languages: list[str] | list[Tongue]) -> None:
    for language in languages:
        scores[language] += 1 / len(languages)


def _called(script: str) -> str:
    return {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese"}.get(
        script, script.capitalize()
    )
