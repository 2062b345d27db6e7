"""Listening to a film: its sound as a player sounds it, in windows, with levels and places."""

import math
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.sound.takes import Samples
from sparkle_motion_dagster.units import SAMPLE_RATE

_SILENCE_RMS = 1e-6

_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
"""The two filters of BS.1770-4's K-weighting at 48 kHz: numerators, and denominators after 1."""


class Listener:
    """Cuts windows out of a film's sound while it is decoded, front to back.

    Each window begins no earlier than the one before; only what a window needs is in memory.
    Sample k is what sounds at k / `units.SAMPLE_RATE` s after the film's start.
    """

    def __init__(self, film: Path) -> None:
        self._blocks = _decoded(film)
        self._held: deque[Samples] = deque()
        self._start = self._end = 0

    def window(self, start: int, end: int) -> Samples:
        """Return samples `start` up to `end`; silence where the film has no sound.

        Raises:
            MediaError: The film has no sound, or one at another rate.
            av.FFmpegError: The file cannot be decoded.
        """
        while self._end < end and (block := next(self._blocks, None)) is not None:
            self._held.append(block)
            self._end += len(block)
            self._forget(start)
        window = np.zeros(end - start, np.float32)
        held = np.concatenate((*self._held, np.zeros(0, np.float32)))
        first = max(start, self._start)
        heard = held[first - self._start : end - self._start]
        window[first - start :][: len(heard)] = heard
        return window

    def _forget(self, start: int) -> None:
        while self._held and self._start + len(self._held[0]) <= start:
            self._start += len(self._held.popleft())


def level_dbfs(samples: Samples) -> float:
    """Return the RMS level in dB below full scale, to 0.01 dB; digital silence is -120."""
    rms = math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))
    return round(20 * math.log10(max(rms, _SILENCE_RMS)), 2)


def weighted_dbfs(samples: Samples) -> float:
    """Return the level as `level_dbfs` does, weighted as loudness is: a low note counts for less.

    Args:
        samples: Sound at `units.SAMPLE_RATE`.
    """
    spectrum = np.square(np.abs(np.fft.rfft(samples.astype(np.float64))))
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(len(samples)))
    for (b0, b1, b2), (a1, a2) in (_SHELF, _HIGH_PASS):
        gain = (b0 + b1 * turn + b2 * turn**2) / (1 + a1 * turn + a2 * turn**2)
        spectrum *= np.square(np.abs(gain))
    # By Parseval's theorem; frequencies between 0 and the highest stand for their mirror images.
    rms = math.sqrt(2 * float(spectrum.sum())) / len(samples)
    return round(20 * math.log10(max(rms, _SILENCE_RMS)), 2)


def find(piece: Samples, window: Samples) -> tuple[int, float]:
    """Return where in a longer window a piece sounds most alike, and how much alike.

    Args:
        piece: What to look for; not silent.
        window: Where to look for it.

    Returns:
        The offset of the piece from the window's start in samples, and the correlation there,
        at most 1: it does not depend on how loud either is.
    """
    size = 1 << (len(window) - 1).bit_length()
    products = np.fft.irfft(
        np.fft.rfft(window.astype(np.float64), size)
        * np.conj(np.fft.rfft(piece.astype(np.float64), size)),
        size,
    )[: len(window) - len(piece) + 1]
    energy = np.concatenate(([0.0], np.cumsum(np.square(window, dtype=np.float64))))
    window_energy = energy[len(piece) :] - energy[: len(energy) - len(piece)]
    piece_energy = float(np.sum(np.square(piece, dtype=np.float64)))
    floor = len(piece) * _SILENCE_RMS**2
    likeness = products / np.sqrt(np.maximum(window_energy, floor) * piece_energy)
    best = int(likeness.argmax())
    return best, float(likeness[best])


def _decoded(film: Path) -> Iterator[Samples]:
    """Decode a film's sound by its timestamps: holes are silence, what precedes 0 is left out."""
    import av

    with av.open(str(film), metadata_errors="replace") as container:
        if not container.streams.audio:
            raise MediaError(f"{film} holds no sound stream")
        stream, position = container.streams.audio[0], 0
        samples_a_tick = float(Fraction(stream.time_base or 1) * SAMPLE_RATE)
        for frame in container.decode(stream):
            if frame.sample_rate != SAMPLE_RATE or frame.pts is None:
                raise MediaError(f"{film} holds sound that is not timed at {SAMPLE_RATE} Hz")
            hole = round(frame.pts * samples_a_tick) - position
            block: Samples = frame.to_ndarray().mean(axis=0, dtype=np.float32)
            block = np.pad(block, (hole, 0)) if hole > 0 else block[-hole:]
            position += len(block)
            yield block
