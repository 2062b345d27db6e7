"""What a prompt is about besides people, places and things that are known: a word of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.writer.template.reading.words import WORD
from sparkle_motion_dagster.engines.writer.template.vocabulary import tables
from sparkle_motion_dagster.engines.writer.template.vocabulary.tables import Tongue

_SHORTEST, _LONGEST = 3, 22
_FEW_WORDS = 3
"""In a prompt of so few words any of them is its subject."""

_NAME, _NOUN, _SAID_AGAIN = 3, 2, 2
"""What speaks for a word: it has a capital, stands after an article, is there twice."""

_LIKELY = 2
"""What must speak for a word; where nothing else is known, the longest one will do."""


@dataclass(frozen=True)
class Subject:
    """A word that a prompt is about.

    Attributes:
        word: The word.
        seen: It with its article and adjectives, where the prompt is English and has them: "a
            purple elephant".
    """

    word: str
    seen: str | None = None


def subject_of(text: str, tongue: Tongue, known: Sequence[tuple[int, int]]) -> Subject | None:
    """Return the word that a prompt is about, besides those that are known; None: none is likely.

    Args:
        text: The prompt.
        tongue: Its language.
        known: Where words stand whose meanings are known: starts and ends.
    """
    small = frozenset(tables.tongues().written[tongue].split())
    determiners = frozenset(tables.tongues().determiners[tongue].split())
    dull = frozenset(word.lower() for word in tables.tongues().dull[tongue].split())
    words = list(WORD.finditer(text))
    counts = Counter(word[0].lower() for word in words)
    best: tuple[int, int, int, Subject] | None = None
    for index, word in enumerate(words):
        said = word[0].lower().rpartition("'")[2].rpartition("’")[2]
        covered = any(start < word.end() and word.start() < end for start, end in known)
        long_enough = _SHORTEST <= len(said) <= _LONGEST
        if covered or not long_enough or said in small | dull | determiners:
            continue
        first = index
        while first and words[first - 1][0].lower() in dull:
            first -= 1
        article = words[first - 1][0].lower() if first else ""
        begins = not text[: word.start()].strip() or text[: word.start()].rstrip()[-1] in ".!?"
        score = _NAME * (word[0][0].isupper() and not begins and not text.istitle())
        score += _NOUN * (article in determiners or "'" in word[0] or "’" in word[0])
        score += _SAID_AGAIN * (counts[word[0].lower()] > 1)
        if tongue == "en" and said.endswith(("ing", "ed", "ly")):
            score -= _NOUN
        if score < _LIKELY and known and len(words) > _FEW_WORDS:
            continue
        seen = text[words[first].start() : word.end()].lower() if first else None
        shown = f"{_a(seen)} {seen}" if seen and tongue == "en" and article in _ARTICLES else None
        kept = word[0][-len(said) :] if word[0][0].isupper() and score >= _NAME else said
        rarity = len(said) if score < _LIKELY else 0
        candidate = (score, rarity, -index, Subject(kept, shown))
        best = max(best, candidate, key=lambda one: one[:3]) if best else candidate
    return best[3] if best else None


_ARTICLES = ("a", "an", "the", "his", "her", "their", "my", "one")


def _a(words: str) -> str:
    return "an" if words[0] in "aeiou" else "a"
