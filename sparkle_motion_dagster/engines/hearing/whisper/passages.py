"""Passages of a sound, joined with short pauses between them, as Whisper is given them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.engines.hearing.base import Passage

Samples = NDArray[np.float32]

_PAUSE_S = 0.3
"""Between two passages. Measured with tiny.en on 21 lines of espeak-ng's, 147 words: 19 are
misheard at pauses of 0.3 and of 0.4 s, 21 at 0.2 s, 25 at 0.6 s, and 29 where each line is heard by
itself."""


@dataclass(frozen=True)
class JoinedSound:
    """Passages of a sound, joined.

    Attributes:
        sound: Their samples, and pauses between them.
        rate: Samples a second.
        places: Of each passage, where it begins in the joined sound, in its own, and how long it
            is, all in seconds.
    """

    sound: Samples
    rate: int
    places: tuple[tuple[float, float, float], ...]

    def own_time(self, time_s: float) -> float:
        """Return the time in the passages' own sound of a time in the joined one, in seconds.

        What falls into a pause is moved to the end of the passage before it.
        """
        begins = [place for place in self.places if place[0] <= time_s] or [self.places[0]]
        joined, own, length = begins[-1]
        return own + min(max(float(time_s) - joined, 0.0), length)


def joined(sound: Samples, rate: int, passages: Sequence[Passage]) -> JoinedSound | None:
    """Return passages of a sound, joined; without any, all of it. None: there is no sound in them.

    Args:
        sound: The samples.
        rate: How many a second.
        passages: Which of them.
    """
    whole = (0, len(sound))
    spans = [(round(one.start_s * rate), round(one.end_s * rate)) for one in passages] or [whole]
    pause = np.zeros(round(_PAUSE_S * rate), np.float32)
    pieces: list[Samples] = []
    places, length = [], 0
    for start, end in spans:
        piece = sound[start:end]
        if len(piece):
            between = [pause] if pieces else []
            length += sum(map(len, between))
            places.append((length / rate, start / rate, len(piece) / rate))
            pieces += [*between, piece]
            length += len(piece)
    return JoinedSound(np.concatenate(pieces), rate, tuple(places)) if pieces else None
