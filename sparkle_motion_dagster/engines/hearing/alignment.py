"""When the words and phonemes of a take sound, by what a recogniser heard in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.hearing.base import Transcript
from sparkle_motion_dagster.engines.hearing.comparing import compare
from sparkle_motion_dagster.engines.hearing.words import tokens_of
from sparkle_motion_dagster.engines.speech.phonemes.word_sounds import word_sounds
from sparkle_motion_dagster.plan.timeline.speech_timings import (
    SpeechTimings,
    SpokenPhoneme,
    SpokenWord,
)

_SHORTEST_S = 0.05
"""What a word takes at least, in seconds: where less is left between two that were heard, it is in
the time of one of them that it was spoken."""


@dataclass(frozen=True)
class _Span:
    """A stretch of time, in seconds."""

    start_s: float
    end_s: float

    def shared(self, shares: Sequence[float]) -> list["_Span"]:
        """Return the stretch in parts, one after the other, as long as their shares."""
        length, total = self.end_s - self.start_s, sum(shares)
        inner = [self.start_s + length * until / total for until in accumulate(shares[:-1])]
        cuts = [self.start_s, *(min(cut, self.end_s) for cut in inner), self.end_s]
        return [_Span(start, end) for start, end in pairwise(cuts)] if shares else []


@dataclass(frozen=True)
class _Spoken:
    """A word of a line that is spoken, with the words behind it that are not (a dash).

    ``numbers`` are their places in the line.
    """

    numbers: range
    text: str


def aligned(text: str, language: str, heard: Transcript, seconds: float) -> SpeechTimings:
    """Return when the words and phonemes of a take sound.

    A word that was heard sounds when it was heard, be it as another word; the time between is
    shared by those that were not, by their length. The phonemes of a word share its time.

    Args:
        text: The line as it is written.
        language: Its language tag.
        heard: What was heard in the take.
        seconds: How long the take is.

    Raises:
        EngineError: espeak-ng failed.
    """
    words = _spoken_words(text, language)
    times = _filled(words, _heard_times(words, text, language, heard), seconds)
    return SpeechTimings(
        words=tuple(
            SpokenWord(text=word.text, start_s=span.start_s, end_s=span.end_s)
            for word, span in zip(words, times, strict=True)
        ),
        phonemes=tuple(_phonemes(words, times, text, language)),
    )


def _spoken_words(text: str, language: str) -> list[_Spoken]:
    written = text.split()
    spoken = sorted({token.word for token in tokens_of(text, language)})
    ends = [*spoken[1:], len(written)]
    begins = [0, *spoken[1:]] if spoken else []
    return [
        _Spoken(range(begin, end), " ".join(written[begin:end]))
        for begin, end in zip(begins, ends if spoken else [], strict=True)
    ]


def _heard_times(
    words: Sequence[_Spoken], text: str, language: str, heard: Transcript
) -> Mapping[int, _Span]:
    """Return when each word was heard, by its index in `words`, as far as it was."""
    index_of = {number: index for index, word in enumerate(words) for number in word.numbers}
    times: dict[int, _Span] = {}
    for pair in compare(text, heard.text, language).pairs:
        if not pair.written or not pair.heard:
            continue
        sounding = [heard.words[token.word] for token in pair.heard]
        span = _Span(min(one.start_s for one in sounding), max(one.end_s for one in sounding))
        parts = span.shared([len(token.text) for token in pair.written])
        for token, part in zip(pair.written, parts, strict=True):
            index = index_of[token.word]
            before = times.get(index, part)
            times[index] = _Span(min(before.start_s, part.start_s), max(before.end_s, part.end_s))
    return times


def _filled(words: Sequence[_Spoken], times: Mapping[int, _Span], seconds: float) -> list[_Span]:
    """Return a time for each word, in order, none before the one before it has ended."""
    filled: list[_Span] = []
    runs = groupby(range(len(words)), key=lambda index: index in times)
    for was_heard, run in runs:
        indices = list(run)
        if was_heard:
            filled += [times[index] for index in indices]
            continue
        after = times.get(indices[-1] + 1, _Span(seconds, seconds))
        begin, end = filled[-1].end_s if filled else 0.0, after.start_s
        if end - begin < _SHORTEST_S * len(indices) and filled:
            # It was spoken in the time of the word before.
            begin = filled.pop().start_s
            indices = [indices[0] - 1, *indices]
        filled += _Span(begin, max(begin, end)).shared([len(words[i].text) for i in indices])
    return list(_in_order(filled, seconds))


def _in_order(spans: Sequence[_Span], seconds: float) -> Iterator[_Span]:
    last = 0.0
    for span in spans:
        start = min(max(span.start_s, last), seconds)
        last = min(max(span.end_s, start), seconds)
        yield _Span(start, last)


def _phonemes(
    words: Sequence[_Spoken], times: Sequence[_Span], text: str, language: str
) -> Iterator[SpokenPhoneme]:
    try:
        sounds = word_sounds(text, language)
    except EngineInputError:  # espeak-ng does not speak the language: nobody knows its phonemes
        return
    for word, span in zip(words, times, strict=True):
        phonemes = [ipa for number in word.numbers for ipa in sounds[number].phonemes]
        for ipa, part in zip(phonemes, span.shared([1.0] * len(phonemes)), strict=True):
            yield SpokenPhoneme(ipa=ipa, start_s=part.start_s, end_s=part.end_s)
