"""What was written against what was heard: which words are which, by the fewest differences."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, product

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.hearing.words import Token, tokens_of
from sparkle_motion_dagster.engines.speech.phonemes.utterances import STRESS
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import word_sounds

_JOINED = 3
"""How many words on one side may be one word on the other: "goodnight", "lighthouse keeper"."""

_UNLIKE = 1e-4
"""How much more it costs to take words for each other that do not look alike: so little that it
only decides between ways with equally many differences."""


@dataclass(frozen=True)
class Pair:
    """Words that were written, and the words that were heard for them; either may be none.

    Attributes:
        written: The tokens of what is written.
        heard: The tokens of what was heard.
        errors: How many of them differ.
    """

    written: tuple[Token, ...]
    heard: tuple[Token, ...]
    errors: int


@dataclass(frozen=True)
class Comparison:
    """What was written against what was heard.

    Attributes:
        words: How many words are written, as they are compared.
        pairs: All words, in order.
    """

    words: int
    pairs: tuple[Pair, ...]

    @property
    def errors(self) -> int:
        """How many words are missing, added, or others."""
        return sum(pair.errors for pair in self.pairs)

    @property
    def error_rate(self) -> float:
        """The word error rate: errors for each written word. It can be more than 1."""
        return self.errors / max(self.words, 1)

    @property
    def unheard(self) -> tuple[int, ...]:
        """Which words of the written text were not heard, or not as they are, counted from 0."""
        missed = (token.word for pair in self.pairs if pair.errors for token in pair.written)
        return tuple(dict.fromkeys(missed))


Sounds = Mapping[str, str]
"""How words sound, in IPA: words that sound the same are the same to a listener."""


def compare(written: str, heard: str, language: str) -> Comparison:
    """Compare what is written with what was heard.

    Words are the same where they are spelled the same, or sound the same: a listener cannot know
    how a name is spelled.

    Args:
        written: The text as it is written.
        heard: The text as a recogniser wrote it down.
        language: Their language tag, such as ``en-GB``.
    """
    ours, theirs = tokens_of(written, language), tokens_of(heard, language)
    texts = {token.text for token in ours}, {token.text for token in theirs}
    sounds = sounds_of(sorted(texts[0] ^ texts[1]), language)
    return compared(ours, theirs, sounds)


def sounds_of(words: Sequence[str], language: str) -> Sounds:
    """Return how single words sound; none where nobody knows the language's sounds.

    Raises:
        EngineError: espeak-ng failed.
    """
    if not words:
        return {}
    try:
        said = word_sounds(", ".join(words), language)
    except EngineInputError:  # espeak-ng does not speak the language
        return {}
    sounds = ("".join(one.phonemes).translate(dict.fromkeys(map(ord, STRESS))) for one in said)
    return {word: sound for word, sound in zip(words, sounds, strict=True) if sound}


def compared(
    written: Sequence[Token], heard: Sequence[Token], sounds: Sounds | None = None
) -> Comparison:
    """Compare words, where it is known how those sound that are not on both sides."""
    known = sounds or {}
    ours, theirs = (
        tuple(known.get(token.text, token.text) for token in side) for side in (written, heard)
    )
    pairs, i, j = [], 0, 0
    for step in _fewest_errors(ours, theirs):
        part, other = written[i : i + step.written], heard[j : j + step.heard]
        pairs.append(Pair(tuple(part), tuple(other), step.errors))
        i, j = i + step.written, j + step.heard
    return Comparison(len(written), tuple(pairs))


def by_part(comparison: Comparison, parts: Sequence[int]) -> tuple[Comparison, ...]:
    """Return the comparisons of the parts of a text that was compared as a whole.

    Each counts its own words from 0. What was heard besides belongs to the part before it.

    Args:
        comparison: The whole; its words count on through all parts.
        parts: How many words each part has, parted by white space.
    """
    ends = list(accumulate(parts))
    pairs: list[list[Pair]] = [[] for _ in parts]
    part = 0
    for pair in comparison.pairs:
        if pair.written:
            part = bisect_right(ends, pair.written[0].word)
        begin = ends[part] - parts[part]
        own = tuple(replace(token, word=token.word - begin) for token in pair.written)
        pairs[part].append(replace(pair, written=own))
    return tuple(Comparison(sum(len(pair.written) for pair in own), tuple(own)) for own in pairs)


@dataclass(frozen=True)
class _Step:
    """So many words on either side that belong together, and how many differ."""

    written: int
    heard: int
    errors: int


_SAME, _OTHER, _MISSED, _ADDED = _Step(1, 1, 0), _Step(1, 1, 1), _Step(1, 0, 1), _Step(0, 1, 1)


def _fewest_errors(written: Sequence[str], heard: Sequence[str]) -> list[_Step]:
    """Return how words go together with the fewest differences (Levenshtein's distance)."""
    costs = [[0.0] * (len(heard) + 1) for _ in range(len(written) + 1)]
    last: dict[tuple[int, int], _Step] = {}
    for i, j in product(range(len(written) + 1), range(len(heard) + 1)):
        if i or j:
            costs[i][j], last[i, j] = min(
                (
                    (costs[i - step.written][j - step.heard] + cost, step)
                    for cost, step in _steps_to(written, heard, i, j)
                ),
                key=lambda way: way[0],
            )
    steps, i, j = [], len(written), len(heard)
    while i or j:
        step = last[i, j]
        steps.append(step)
        i, j = i - step.written, j - step.heard
    return steps[::-1]


def _steps_to(
    written: Sequence[str], heard: Sequence[str], i: int, j: int
) -> Iterator[tuple[float, _Step]]:
    """Yield what the last step can be to the first `i` and `j` words, and what it costs."""
    if i and j:
        one, other = written[i - 1], heard[j - 1]
        yield (0.0, _SAME) if one == other else (1 + _UNLIKE * _unlikeness(one, other), _OTHER)
        for several in range(2, _JOINED + 1):
            if several <= i and "".join(written[i - several : i]) == other:
                yield 0.0, _Step(several, 1, 0)
            if several <= j and "".join(heard[j - several : j]) == one:
                yield 0.0, _Step(1, several, 0)
    if i:
        yield 1.0, _MISSED
    if j:
        yield 1.0, _ADDED


@lru_cache(maxsize=4096)
def _unlikeness(one: str, other: str) -> float:
    """Return what share of the letters in two words is in one of them alone."""
    letters, others = set(one), set(other)
    return len(letters ^ others) / len(letters | others)
