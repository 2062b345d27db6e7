"""Measuring a film from its file alone, with none of the project's own code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pyloudnorm
from PIL import Image
from scipy.signal import resample_poly

RATE = 48_000
Samples = npt.NDArray[np.float32]
Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Streams:
    """What a container holds."""

    kinds: tuple[str, ...]
    codecs: tuple[str, ...]
    title: str | None
    chapters: tuple[str, ...]
    duration_s: float


def streams(film: Path) -> Streams:
    """Return what a container says that it holds; the chapters' data stream is left out."""
    with av.open(film) as container:
        shown = [stream for stream in container.streams if stream.type != "data"]
        return Streams(
            kinds=tuple(stream.type for stream in shown),
            codecs=tuple(stream.codec_context.name for stream in shown),
            title=container.metadata.get("title"),
            chapters=tuple(str(one["metadata"].get("title")) for one in container.chapters()),
            duration_s=float((container.duration or 0) / av.time_base),
        )


def frame_times(film: Path) -> list[Fraction]:
    """Return when each decoded frame is shown, in seconds, in the order of showing."""
    with av.open(film) as container:
        return [
            Fraction(frame.pts) * frame.time_base
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


def pictures(film: Path, wanted: set[int]) -> dict[int, Picture]:
    """Return the wanted frames as RGB, by frame number."""
    found = {}
    with av.open(film) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                shown = frame.to_ndarray(format="rgb24", src_colorspace="ITU709")
                found[number] = shown.astype(np.uint8)
    return found


def picture(path: Path) -> Picture:
    """Return a picture file as RGB."""
    return np.asarray(Image.open(path).convert("RGB"))


def psnr(one: Picture, other: Picture) -> float:
    """Return the peak signal to noise ratio of two pictures, in dB."""
    error = np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def sound(film: Path) -> Samples:
    """Return a film's sound as (samples, 2), its first row sounding at 0 s."""
    blocks = []
    with av.open(film) as container:
        for frame in container.decode(audio=0):
            assert frame.sample_rate == RATE
            start = round(float((frame.pts or 0) * (frame.time_base or 0)) * RATE)
            block = frame.to_ndarray().T
            blocks.append(block[max(0, -start) :])
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)


def captions(film: Path) -> list[tuple[float, float, str]]:
    """Return the captions in a film: start and end in seconds, and text (3GPP TS 26.245, 5.17)."""
    found = []
    with av.open(film) as container:
        for packet in container.demux(subtitles=0):
            if packet.size > 2 and packet.pts is not None and packet.duration is not None:
                start, end = packet.pts, packet.pts + packet.duration
                base = packet.time_base
                sample = bytes(packet)
                text = sample[2 : 2 + int.from_bytes(sample[:2], "big")].decode()
                found.append((float(start * base), float(end * base), text))
    return found


def subtitle_file(path: Path) -> list[tuple[float, float, str]]:
    """Return the captions in an SRT or WebVTT file: start and end in seconds, and text."""
    cues = re.findall(
        r"(\d+):(\d\d):(\d\d)[,.](\d{3}) --> (\d+):(\d\d):(\d\d)[,.](\d{3})\n(.+?)(?:\n\n|\Z)",
        path.read_bytes().decode("utf-8"),
        re.DOTALL,
    )
    return [(_seconds(cue[:4]), _seconds(cue[4:8]), cue[8]) for cue in cues]


def _seconds(clock: Sequence[str]) -> float:
    hours, minutes, seconds, thousandths = map(int, clock)
    return (1000 * (60 * (60 * hours + minutes) + seconds) + thousandths) / 1000


def rms_db(samples: Samples) -> float:
    """Return the level of some samples, in dB below full scale."""
    if samples.size == 0:
        return -200.0
    return float(20 * np.log10(max(1e-10, float(np.sqrt(np.mean(samples.astype(float) ** 2))))))


def loudness(samples: Samples) -> float:
    """Return the integrated loudness, in LUFS (ITU-R BS.1770)."""
    return float(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64)))


def true_peak(samples: Samples) -> float:
    """Return the true peak, four times oversampled, in dBTP."""
    peak = float(np.max(np.abs(resample_poly(samples.astype(np.float64), 4, 1, axis=0))))
    return float(20 * np.log10(max(peak, 1e-10)))
