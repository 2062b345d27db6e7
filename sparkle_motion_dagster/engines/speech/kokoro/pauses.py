"""Pauses at marks: as long as the model makes them, but not so short that sentences merge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from sparkle_motion_dagster.engines.speech.kokoro.model import SAMPLE_RATE, Floats
from sparkle_motion_dagster.engines.speech.kokoro.script import Symbol

_LEAST_S: Mapping[str, float] = {
    **dict.fromkeys(".!?", 0.25),
    "…": 0.35,
    **dict.fromkeys(";:—", 0.2),
    **dict.fromkeys(",()", 0.1),
}
"""How long a pause at a mark is at least, in seconds at the speed 1.

People who read aloud pause for 0.1 s and less within a clause, and for 0.2 to 0.6 s at its end
(Campione and Véronis 2002, "A large-scale multilingual study of silent pause duration").
"""

_BLOCK = SAMPLE_RATE // 100


@dataclass(frozen=True)
class Pause:
    """Marks between two sounds.

    Attributes:
        first: The first symbol of them, counted from the passage's first.
        end: Behind the last one.
        least_s: How long the pause is at least, in seconds at the speed 1.
    """

    first: int
    end: int
    least_s: float

    def missing(self, lengths: npt.NDArray[np.int64], speed: float) -> int:
        """Return how many samples longer the pause has to be.

        Args:
            lengths: How many samples each symbol of the passage lasts.
            speed: How many times as fast as usual is spoken.
        """
        least = round(self.least_s / speed * SAMPLE_RATE)
        return max(least - int(lengths[self.first : self.end].sum()), 0)


def pauses_of(passage: Sequence[Symbol]) -> Iterator[Pause]:
    """Yield the pauses of a passage: none before its first sound, and none after its last."""
    position = 0
    for sounding, group in groupby(passage, key=lambda symbol: symbol.phoneme is not None):
        symbols = list(group)
        end = position + len(symbols)
        least_s = max(_LEAST_S.get(symbol.text, 0.0) for symbol in symbols)
        if not sounding and position and end < len(passage) and least_s:
            yield Pause(position, end, least_s)
        position = end


def quietest(samples: Floats, start: int, end: int) -> int:
    """Return where between two samples a sound is quietest, over 10 ms."""
    blocks = range(start, max(end - _BLOCK, start) + 1, _BLOCK // 4)
    levels = [float(np.square(samples[block : block + _BLOCK]).sum()) for block in blocks]
    return blocks[int(np.argmin(levels))] + _BLOCK // 2
