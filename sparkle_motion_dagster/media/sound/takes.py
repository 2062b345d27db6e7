"""Takes read, stretched, and laid on the film's one track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.sound.signals import fade_in, fades
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from soundfile import SoundFile

Samples: TypeAlias = NDArray[np.float32]
"""Mono sound: (samples,), full scale is 1.0."""

_FADE_SAMPLES = SAMPLE_RATE * 5 // 1000
"""A line fades over 5 ms: too short to soften a consonant, long enough not to click."""

_ENDING_SAMPLES = SAMPLE_RATE * 80 // 1000
"""What rings on when the film ends fades out over 80 ms."""

_MOST_SAMPLES = (2**32 - 2**10) // 4
"""A WAV counts its bytes in 32 bits, its header's included; a sample of the track has four."""

_SILENCE_BLOCK = SAMPLE_RATE * 10
_STRETCH_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Placement:
    """A take, and the sample of the film (at `units.SAMPLE_RATE`) at which it begins.

    Attributes:
        path: The take's WAV.
        start_sample: Where it begins.
        samples: How long the line in it is; what the take has beyond that rings on, under whatever
            follows. None: all of it is the line.
    """

    path: Path
    start_sample: int
    samples: int | None = None

    @property
    def end_sample(self) -> int:
        """Where the line ends: the sample behind its last."""
        samples = line_samples(self.path) if self.samples is None else self.samples
        return self.start_sample + samples


def line_samples(path: Path) -> int:
    """Return how many samples `read_mono` gives for a WAV, read from its header.

    Raises:
        MediaError: The file is no WAV, or holds no sample.
    """
    import soundfile

    try:
        info = soundfile.info(str(path))
    except soundfile.LibsndfileError as error:
        raise MediaError(f"{path} cannot be read as sound: {error}") from error
    if not info.frames:
        raise MediaError(f"{path} holds no sample")
    return _resampled_length(info.frames, info.samplerate)


def read_mono(path: Path) -> Samples:
    """Read a WAV as one channel (the mean of several), resampled to `units.SAMPLE_RATE`.

    A file of n samples at r Hz gives exactly round(n * 48000 / r); sample k of the result sounds
    at k / 48000 s, with no delay from resampling. (What is shorter than the resampler's filter,
    some 32 samples, comes out as silence of that length.)

    Args:
        path: A WAV of any rate, format and number of channels.

    Raises:
        MediaError: The file is no WAV, or holds no sample.
    """
    import soundfile

    try:
        channels, source_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise MediaError(f"{path} cannot be read as sound: {error}") from error
    if not len(channels):
        raise MediaError(f"{path} holds no sample")
    mono: Samples = channels.mean(axis=1)
    return mono if source_rate == SAMPLE_RATE else resampled(mono, source_rate)


def lay_track(placements: Sequence[Placement], total_samples: int, output: Path) -> None:
    """Write the film's track: every take at its place, silence between them.

    The track is a WAV of 48 kHz, 16 bits, two equal channels. It is written front to back, with
    one take in memory at a time. A take fades in and out over 5 ms; one that rings on beyond the
    track's end fades out there. A take whose resampled peak passes full scale, together with what
    rings on under it, is scaled down as a whole until it does not: nothing is ever clipped. Equal
    takes give equal bytes on any number of cores of one kind of CPU; where takes are resampled,
    the last bit of a sample may differ between CPU generations.

    Args:
        placements: The takes, in any order.
        total_samples: Length of the track.
        output: The WAV to write; nothing is left there where writing fails.

    Raises:
        MediaError: A take begins before the track, ends behind it, or overlaps another: no word
            is ever cut. Or a take cannot be read, the track is longer than a WAV can be, or it
            cannot be written.
    """
    import soundfile

    ordered = sorted(placements, key=lambda placement: placement.start_sample)
    _require_room(ordered, total_samples)
    try:
        with (
            removed_on_failure(output),
            soundfile.SoundFile(
                output, "w", samplerate=SAMPLE_RATE, channels=2, subtype="PCM_16", format="WAV"
            ) as track,
        ):
            ringing = np.zeros(0, np.float32)
            for placement in ordered:
                ringing = _write_gap(track, ringing, placement.start_sample)
                take = with_fades(read_mono(placement.path))
                ringing = _write_line(track, take, placement.samples or len(take), ringing)
            _write_gap(track, _ended(ringing, total_samples - track.tell()), total_samples)
    except soundfile.LibsndfileError as error:
        raise MediaError(
            f"{output} cannot be written: {error} Is the disk full, or read-only?"
        ) from error


def stretch(source: Path, output: Path, tempo: float) -> None:
    """Speak a take `tempo` times as fast; its pitch stays.

    The result is a WAV with the take's rate and channel, of round(n / `tempo`) samples; it holds
    floats, so that it cannot clip. It is made by ffmpeg's rubberband with its short window: on
    espeak's speech, 1.05 to 1.2 times as fast, words keep within 3 ms of their scaled times and
    the length is exactly what the timeline asks for, where atempo strays by 10 ms and ends up to
    15 ms late, at the same distance from the original's spectrum (2.1 dB). Both give the same
    bytes run after run, on one core and on two.

    Raises:
        FfmpegError: The take cannot be read, or `tempo` is out of rubberband's range.
    """
    import ffmpeg

    arguments: list[str] = (
        ffmpeg.input(f"file:{source}")
        .filter("rubberband", tempo=tempo, window="short")
        .output(
            f"file:{output}", format="wav", acodec="pcm_f32le", map_metadata=-1, fflags="+bitexact"
        )
        .get_args()
    )
    with removed_on_failure(output):
        run_ffmpeg(arguments, timeout_s=_STRETCH_TIMEOUT_S)


def _require_room(ordered: Sequence[Placement], total_samples: int) -> None:
    if total_samples > _MOST_SAMPLES:
        raise MediaError(
            f"a track of {total_samples / SAMPLE_RATE / 3600:.1f} hours does not fit into a WAV, "
            f"which holds 4 GiB: {_MOST_SAMPLES / SAMPLE_RATE / 3600:.1f} hours. Make the film in "
            "parts."
        )
    spans = [(placement.start_sample, placement.end_sample) for placement in ordered]
    for placement, (start, end) in zip(ordered, spans, strict=True):
        if start < 0 or end > total_samples:
            raise MediaError(
                f"{placement.path} does not fit: it would sound from sample {start} to {end} of a "
                f"track of {total_samples}, and a word is never cut"
            )
    for (one, (_, end)), (other, (start, _)) in pairwise(zip(ordered, spans, strict=True)):
        if start < end:
            raise MediaError(
                f"{other.path} begins at sample {start}, before {one.path} ends at {end}; lines "
                "must not overlap"
            )


def _resampled_length(samples: int, source_rate: int) -> int:
    return round(Fraction(samples * SAMPLE_RATE, source_rate))


def resampled(samples: Samples, source_rate: int) -> Samples:
    """Return a sound at `units.SAMPLE_RATE`; see `read_mono`.

    It is resampled with swresample, which compensates its own delay and mirrors the edges.
    """
    import av

    frame = av.AudioFrame.from_ndarray(samples[np.newaxis], format="flt", layout="mono")
    frame.sample_rate = source_rate
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    blocks = [block.to_ndarray()[0] for step in (frame, None) for block in resampler.resample(step)]
    length = _resampled_length(len(samples), source_rate)
    # swresample rounds lengths up, and gives nothing for less than its filter needs.
    return np.concatenate((*blocks, np.zeros(length, np.float32)))[:length]


def with_fades(line: Samples) -> Samples:
    """Fade a line in and out over 5 ms."""
    return line * fades(len(line), _FADE_SAMPLES).astype(np.float32)


def _pcm(line: Samples) -> NDArray[np.int16]:
    """Return a line as stereo samples (n, 2), without dither, so that equal takes stay equal."""
    scale = np.iinfo(np.int16).max / np.abs(line).max(initial=1.0)
    return np.repeat(np.rint(line * scale).astype(np.int16)[:, np.newaxis], 2, axis=1)


def _write_line(track: SoundFile, take: Samples, samples: int, ringing: Samples) -> Samples:
    """Write a line over what rings on from those before it, and return what rings on after it."""
    if not len(ringing) and samples == len(take):
        track.write(_pcm(take))
        return ringing
    under, heard = np.zeros((2, max(len(take), len(ringing))), np.float32)
    under[: len(ringing)] = ringing
    heard[: len(take)] = take
    if np.abs(under + heard).max(initial=0.0) > 1:
        heard *= (1 - np.abs(under).max()) / np.abs(heard).max()
    heard += under
    track.write(_pcm(heard[:samples]))
    return heard[samples:]


def _ended(ringing: Samples, room: int) -> Samples:
    """Return what rings on; where there is no room for all of it, it fades out there."""
    if len(ringing) <= room:
        return ringing
    length = min(_ENDING_SAMPLES, room)
    ended = ringing[:room].copy()
    ended[room - length :] *= fade_in(length)[::-1].astype(np.float32)
    return ended


def _write_gap(track: SoundFile, ringing: Samples, end: int) -> Samples:
    """Write what rings on, and silence after it, up to a sample; return what rings on beyond."""
    length = end - track.tell()
    if len(ringing):
        track.write(_pcm(ringing[:length]))
    _write_silence(track, end - track.tell())
    return ringing[length:]


def _write_silence(track: SoundFile, samples: int) -> None:
    for start in range(0, samples, _SILENCE_BLOCK):
        track.write(np.zeros((min(_SILENCE_BLOCK, samples - start), 2), np.int16))
