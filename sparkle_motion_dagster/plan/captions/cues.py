"""Captions as a person would write them: lines of speech become cues that can be read in time."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from sparkle_motion_dagster.plan.captions import captioning
from sparkle_motion_dagster.plan.captions.captioning import CaptionRoom
from sparkle_motion_dagster.plan.captions.phrases import Piece, join, name_pieces, pieces
from sparkle_motion_dagster.plan.captions.speaker_names import SpeakerName
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineLine

_LONGEST_S = 7.0
_LEAST_S = 0.05
_GAP_FRAMES = 2
_NAMED_AGAIN_AFTER_S = 10.0
"""After so long a pause, in seconds, nobody knows any more who was speaking."""

# What a layout costs, beside its breaks (`phrases`); the cheapest one is taken.
_CUE = 22.0  # each cue asks the eye to come back
_SECOND_LINE = 2.0
_UNEVEN = 12.0  # lines of which one is empty; a longer upper line a little more
_TOP_HEAVY = 2.0
_CUE_BREAK = 2.4  # how much worse a bad break is between cues than between lines
_COMFORTABLE_S = 2.0
_SECOND_LESS, _SECOND_TOO_SHORT, _SECOND_TOO_LONG = 12.0, 40.0, 15.0


@dataclass(frozen=True)
class CueWord:
    """A word of a caption: its line, its first character there, the one behind its last, its time.

    The marks of a line's direction do not count; the name of who speaks is no word.
    """

    row: int
    first: int
    end: int
    start_s: float


@dataclass(frozen=True)
class Cue:
    """A caption: at most two lines, shown between two moments of the film, in seconds.

    It is in italics where whoever speaks is not in the picture (BBC Subtitle Guidelines, Netflix
    Timed Text Style Guide).
    """

    start_s: float
    end_s: float
    text: str
    words: tuple[CueWord, ...] = ()
    italic: bool = False


@dataclass(frozen=True)
class _Draft:
    start_s: float
    end_s: float  # when its last word ends, or the next cue's first one begins
    text: str
    words: tuple[CueWord, ...]
    italic: bool


def cues(
    timeline: MeasuredTimeline,
    speakers: Mapping[str, SpeakerName],
    room: CaptionRoom,
    off_screen: Collection[int] = (),
) -> tuple[Cue, ...]:
    """Return the captions of a film, in order, without overlap.

    A line becomes one cue, or several that begin with their first words. It is broken where
    sentences end, then where clauses do, then before conjunctions and prepositions; lines that
    belong together are of like length. A cue stays at least a second, and half a second after its
    last word (up to a second where there is much to read), where nothing follows; where another cue
    does, it ends two frames before. The speaker is named where it changes, and after a long pause.

    Args:
        timeline: What was spoken, when.
        speakers: Who speaks, by character id.
        room: What the frame has room for.
        off_screen: The lines, by index, that are spoken by somebody who is not in the picture.
    """
    film_end_s = timeline.samples / timeline.sample_rate
    gap_s = _GAP_FRAMES / float(timeline.fps)
    drafts = [
        draft
        for line, name in zip(timeline.lines, _names(timeline, speakers), strict=True)
        for draft in _drafts(
            _timed(line, name, speakers[line.character_id].language, timeline.sample_rate, room),
            italic=line.index in off_screen,
        )
    ]
    nexts = [*(draft.start_s for draft in drafts), math.inf][1:]
    return tuple(
        Cue(
            start_s=round(draft.start_s, 3),
            end_s=round(min(_end(draft, next_s, gap_s), film_end_s), 3),
            text=draft.text,
            italic=draft.italic,
            words=draft.words,
        )
        for draft, next_s in zip(drafts, nexts, strict=True)
    )


def _names(timeline: MeasuredTimeline, speakers: Mapping[str, SpeakerName]) -> Iterator[str]:
    """Yield the name that is shown with each line, or nothing where the same one speaks on."""
    pause = _NAMED_AGAIN_AFTER_S * timeline.sample_rate
    for before, line in zip((None, *timeline.lines), timeline.lines, strict=False):
        goes_on = (
            before is not None
            and before.character_id == line.character_id
            and line.start_sample - before.end_sample <= pause
        )
        yield "" if goes_on else speakers[line.character_id].shown


def _end(draft: _Draft, next_s: float, gap_s: float) -> float:
    """Return when a cue goes: a gap before the next one, unless it would not be seen that long."""
    read_s = draft.start_s + captioning.columns(draft.text) / captioning.COLUMNS_A_SECOND
    wanted = max(
        draft.end_s + captioning.LINGER_S,
        draft.start_s + captioning.SHORTEST_S,
        min(read_s, draft.end_s + captioning.LONGEST_LINGER_S),
    )
    latest = max(next_s - gap_s, min(draft.start_s + captioning.SHORTEST_S, next_s))
    return min(wanted, latest)


def _timed(
    line: TimelineLine, name: str, language: str, sample_rate: int, room: CaptionRoom
) -> "_TimedLine":
    shown = name_pieces(name, room.columns) if name else []
    text = pieces(captioning.without_markup(line.text), language, room.columns)
    start_s, end_s = line.start_sample / sample_rate, line.end_sample / sample_rate
    moments = _moments(shown, text, line, start_s, end_s)
    return _TimedLine(line.text, [*shown, *text], moments, end_s, len(shown), room.columns)


@dataclass(frozen=True)
class _TimedLine:
    """A line, and its pieces: when each begins, and when all end, in seconds of the film.

    The first of them, so many as `named`, are the name of who speaks. Its captions have rows of at
    most so many ``columns``.
    """

    text: str
    pieces: Sequence[Piece]
    moments: Sequence[float]
    end_s: float
    named: int
    columns: int

    def moment(self, index: int) -> float:
        """Return when a piece begins; behind the last one, when the line ends."""
        return self.moments[index] if index < len(self.moments) else self.end_s


def _drafts(line: _TimedLine, *, italic: bool) -> Iterator[_Draft]:
    """Yield the cues of a line; times of words that leave one no time at all are not believed."""
    spans = _spans(line)
    if any(line.moment(end) - line.moment(start) < _LEAST_S for start, _, end in spans):
        shared = _shares(line.pieces, line.moment(0), line.end_s)
        line = replace(line, moments=shared)
        spans = _spans(line)
    for start, middle, end in spans:
        lines = (line.pieces[start:middle], line.pieces[middle:end])
        rows = captioning.directed((join(parts) for parts in lines if parts), line.text)
        words = (*_words_of_row(line, 0, start, middle), *_words_of_row(line, 1, middle, end))
        yield _Draft(line.moment(start), line.moment(end), "\n".join(rows), words, italic)


def _words_of_row(line: _TimedLine, row: int, start: int, end: int) -> Iterator[CueWord]:
    """Yield the words of a row, which is made of the pieces from `start` up to `end`."""
    place = 0
    pieces_of_row = list(enumerate(line.pieces[start:end], start))
    for is_name, group in groupby(pieces_of_row, key=lambda each: each[0] < line.named):
        for _, parts in groupby(group, key=lambda each: each[1].word):
            word = list(parts)
            text = join([piece for _, piece in word])
            if not is_name:
                yield CueWord(row, place, place + len(text), round(line.moment(word[0][0]), 3))
            place += sum(len(piece.text) + len(piece.space) for _, piece in word)


# Where each piece begins


def _moments(
    name: Sequence[Piece], text: Sequence[Piece], line: TimelineLine, start_s: float, end_s: float
) -> list[float]:
    """Return when each piece begins: by the line's words, or by shares where they are not known."""
    words = _words(line)
    if len(words) != text[-1].word + 1:
        return _shares([*name, *text], start_s, end_s)
    spoken = [
        start_s + moment
        for word, parts in groupby(text, key=lambda piece: piece.word)
        for moment in _shares(list(parts), *words[word])
    ]
    # The line begins with its first sound, which the first word's time may miss by a hair.
    known = accumulate((min(moment, end_s) for moment in spoken[1:]), max, initial=start_s)
    return [*(start_s for _ in name), *known]


def _words(line: TimelineLine) -> list[tuple[float, float]]:
    """Return when each written word begins and ends; what was timed as one word is shared out."""
    if [part for word in line.words for part in word.text.split()] != line.text.split():
        return []
    spans = []
    for word in line.words:
        lengths = [len(part) for part in word.text.split()]
        edges = [
            word.start_s + (word.end_s - word.start_s) * length / sum(lengths)
            for length in accumulate(lengths, initial=0)
        ]
        spans += list(pairwise(edges))
    return spans


def _shares(parts: Sequence[Piece], start_s: float, end_s: float) -> list[float]:
    """Return when each piece begins, if each takes as long as it is wide."""
    places = list(accumulate((part.columns for part in parts), initial=0))
    whole = places[-1] or 1
    return [start_s + (end_s - start_s) * place / whole for place in places[:-1]]


# Where a line is broken


def _spans(line: _TimedLine) -> list[tuple[int, int, int]]:
    """Return the cheapest cues of a line: its first piece, that of the second line, the end.

    Where the second line is empty, it begins with the end.
    """
    layout = _Layout(line.pieces, line.columns)
    count = len(line.pieces)
    costs = [0.0] + [math.inf] * count
    spans = [(0, 0, 0)] * (count + 1)
    for start in range(count):
        for end in range(start + 1, count + 1):
            found = layout.lines(start, end)
            if found is None:
                break
            middle, cost = found
            cost += costs[start] + _CUE + _time_cost(line.moment(end) - line.moment(start))
            cost += _CUE_BREAK * line.pieces[end - 1].cost
            if cost < costs[end]:
                costs[end], spans[end] = cost, (start, middle, end)
    cues = [spans[count]]
    while cues[0][0]:
        cues.insert(0, spans[cues[0][0]])
    return cues


def _time_cost(seconds: float) -> float:
    return (
        _SECOND_LESS * max(0.0, _COMFORTABLE_S - seconds)
        + _SECOND_TOO_SHORT * max(0.0, captioning.SHORTEST_S - seconds)
        + _SECOND_TOO_LONG * max(0.0, seconds - _LONGEST_S)
    )


class _Layout:
    """How pieces lie in lines."""

    def __init__(self, parts: Sequence[Piece], most_columns: int) -> None:
        self._most = most_columns
        self._costs = [part.cost for part in parts]
        self._columns = list(accumulate((part.columns for part in parts), initial=0))
        self._spaces = list(accumulate((len(part.space) for part in parts), initial=0))

    def lines(self, start: int, end: int) -> tuple[int, float] | None:
        """Return where the second of two lines begins, and what that costs; None: no room."""
        if self._width(start, end) <= self._most:
            return end, 0.0
        found: tuple[int, float] | None = None
        for middle in range(end - 1, start, -1):
            upper, lower = self._width(start, middle), self._width(middle, end)
            if lower > self._most:
                break
            if upper <= self._most:
                uneven = _UNEVEN * abs(upper - lower) + _TOP_HEAVY * max(upper - lower, 0)
                cost = _SECOND_LINE + self._costs[middle - 1] + uneven / self._most
                if found is None or cost < found[1]:
                    found = middle, cost
        return found

    def _width(self, start: int, end: int) -> int:
        spaces = self._spaces[end - 1] - self._spaces[start]
        return self._columns[end] - self._columns[start] + spaces
