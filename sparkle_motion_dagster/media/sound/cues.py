"""Cues laid on a stem: sounds with their place, gain, fades and loops, block after block."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.ffmpeg import feed_ffmpeg
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from soundfile import SoundFile

Stereo: TypeAlias = NDArray[np.float64]
"""Sound of two channels: (samples, 2), full scale is 1.0."""

Envelope: TypeAlias = Callable[[int, int], NDArray[np.float64]]
"""Gives the factors on some samples of a stem: from its first sample on, so many."""

_BLOCK = SAMPLE_RATE * 10
_STEPS = 2**20
"""Steps between 0 and full scale to which samples are rounded (-126 dB).

They keep what differs between processors out of the bytes; and sums of such samples up to 16 times
full scale are exact in 32-bit floats, so that stems add up to their mix.
"""

_SHORTEST_FADE = SAMPLE_RATE * 5 // 1000
"""A cue fades over 5 ms at least: a sound that begins or ends abruptly does not click."""


@dataclass(frozen=True)
class LaidCue:
    """A sound on a stem.

    Attributes:
        path: A WAV of 48 kHz and two channels.
        start: The sample of the film on which it begins; below 0, it has begun before the film.
        end: The sample behind its last one, at the latest; it ends where its sound does, unless
            it loops.
        gain: Factor on its samples.
        fade_in: Samples in which it rises, along a quarter of a sine period (equal power).
        fade_out: Samples in which it falls at its end. Where both are longer than the cue, they
            are shortened in proportion.
        crossfade: Samples over which its end and its next beginning are blended, where it loops;
            0: it goes on from its end to its beginning by itself. None: it does not loop.
    """

    path: Path
    start: int
    end: int
    gain: float = 1.0
    fade_in: int = 0
    fade_out: int = 0
    crossfade: int | None = None


def audible_span(cue: LaidCue, sound_samples: int) -> tuple[int, int]:
    """Return from which sample of the film on, up to which, a cue of so long a sound is heard."""
    end = cue.end if cue.crossfade is not None else min(cue.end, cue.start + sound_samples)
    start = max(cue.start, 0)
    return start, max(end, start)


def write_stem(
    cues: Sequence[LaidCue], samples: int, output: Path, envelope: Envelope | None = None
) -> None:
    """Write a stem: cues at their places, digital silence elsewhere.

    It is a WAV of 32-bit floats, 48 kHz, two channels: nothing clips, however loud cues are
    together. Memory does not grow with its length.

    Args:
        cues: The cues; they may overlap.
        samples: Length of the stem.
        output: The WAV to write; nothing is left there where writing fails.
        envelope: Factors on all of it.

    Raises:
        FfmpegError: It cannot be written.
    """
    import soundfile

    def block(start: int, count: int) -> Stereo:
        mixed = np.zeros((count, 2))
        for cue, sound in opened:
            _add(cue, sound, start, mixed)
        return mixed if envelope is None else mixed * envelope(start, count)[:, np.newaxis]

    with ExitStack() as stack:
        opened = [(cue, stack.enter_context(soundfile.SoundFile(str(cue.path)))) for cue in cues]
        _write(block, samples, output)


def write_sum(sounds: Sequence[Path], samples: int, output: Path) -> None:
    """Write the sum of tracks and stems, to the last bit; see `write_stem`.

    Args:
        sounds: WAVs of 48 kHz and two channels, each of so many samples.
        samples: Length of the sum.
        output: The WAV to write; nothing is left there where writing fails.

    Raises:
        FfmpegError: It cannot be written.
    """
    import soundfile

    def block(_: int, count: int) -> Stereo:
        mixed = np.zeros((count, 2))
        for sound in opened:
            mixed += sound.read(count, dtype="float64", always_2d=True)
        return mixed

    with ExitStack() as stack:
        opened = [stack.enter_context(soundfile.SoundFile(str(path))) for path in sounds]
        _write(block, samples, output)


def _add(cue: LaidCue, sound: SoundFile, start: int, mixed: Stereo) -> None:
    """Add what is heard of a cue to a block that begins at the sample `start` of the film."""
    first, end = audible_span(cue, sound.frames)
    first, last = max(first, start), min(end, start + len(mixed))
    if first >= last:
        return
    heard = _played(sound, cue, first - cue.start, last - cue.start)
    heard *= cue.gain * _fades(cue, sound.frames, first, last)[:, np.newaxis]
    mixed[first - start : last - start] += heard


def _played(sound: SoundFile, cue: LaidCue, first: int, last: int) -> Stereo:
    """Return samples of a sound as it plays on and on, counted from its beginning."""
    if cue.crossfade is None:
        return _read(sound, first, last)
    blended = cue.crossfade
    period = sound.frames - blended
    pieces = []
    while first < last:
        # After its first round, it is joined to its own end.
        rounds, at = divmod(first, period)
        until = min(last - first, period - at)
        piece = _read(sound, at, at + until)
        if rounds and at < blended:
            count = min(until, blended - at)
            share = (np.arange(at, at + count) + 0.5)[:, np.newaxis] / blended
            before = _read(sound, period + at, period + at + count)
            piece[:count] = piece[:count] * _rise(share) + before * _rise(1 - share)
        pieces.append(piece)
        first += until
    return np.concatenate(pieces)


def _read(sound: SoundFile, first: int, last: int) -> Stereo:
    sound.seek(first)
    samples: Stereo = sound.read(last - first, dtype="float64", always_2d=True)
    return samples


def _fades(cue: LaidCue, sound_samples: int, first: int, last: int) -> NDArray[np.float64]:
    """Return the factors of a cue's fades on samples of the film."""
    start, end = audible_span(cue, sound_samples)
    rise, fall = max(cue.fade_in, _SHORTEST_FADE), max(cue.fade_out, _SHORTEST_FADE)
    shortened = min(1.0, (end - start) / (rise + fall))
    at = np.arange(first, last) + 0.5
    into: NDArray[np.float64] = (at - start) / (rise * shortened)
    out_of: NDArray[np.float64] = (end - at) / (fall * shortened)
    factors = np.ones(len(at))
    for share in (into, out_of):
        fading = share < 1.0
        factors[fading] *= _rise(share[fading])
    return factors


def _rise(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an equal-power fade: its square and that of its mirror image add up to 1."""
    factors: NDArray[np.float64] = np.sin(np.pi / 2 * share)
    return factors


def _write(block: Callable[[int, int], Stereo], samples: int, output: Path) -> None:
    """Write samples, rounded, as they are given block by block."""
    import ffmpeg

    # Not libsndfile: into WAVs of floats it writes the time of day.
    arguments: list[str] = (
        ffmpeg.input("pipe:", format="f32le", ar=SAMPLE_RATE, ac=2)
        .output(
            f"file:{output}", format="wav", acodec="pcm_f32le", map_metadata=-1, fflags="+bitexact"
        )
        .get_args()
    )
    with (
        removed_on_failure(output),
        tempfile.TemporaryFile() as log,
        feed_ffmpeg(arguments, log=log) as encoder,
    ):
        for start in range(0, samples, _BLOCK):
            mixed = block(start, min(_BLOCK, samples - start))
            encoder.write((np.rint(mixed * _STEPS) / _STEPS).astype("<f4").tobytes())
