"""What a film lacks, measured on its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.peer.script import Materials
from benchmarks.peer.steadiness import jitter_px
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.media.sound.listening import Listener, find
from sparkle_motion_dagster.media.sound.loudness import measure_loudness
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget
from sparkle_motion_dagster.media.sound.takes import read_mono
from sparkle_motion_dagster.units import SAMPLE_RATE

_SEARCH = SAMPLE_RATE // 2
"""A line may sound so many samples too early or too late, and is found."""

_TARGET = MasteringTarget()


@dataclass(frozen=True)
class Findings:
    """What was measured of a film.

    Attributes:
        frames: How many frames it has.
        jitter_px: How far its first shot, a slow push in, strays from a smooth move.
        loudness_error_lu: How far it is from the loudness that both are asked for.
        true_peak_dbtp: Its true peak.
        sync_ms: How far the line that is farthest from its place sounds from it; above 0: late.
    """

    frames: int
    jitter_px: float
    loudness_error_lu: float
    true_peak_dbtp: float
    sync_ms: float


def findings(film: Path, materials: Materials) -> Findings:
    """Measure a film that was made from some materials, in which at least one line is spoken.

    Raises:
        ProbeError: It is no whole film.
        MediaError: It has no sound.
        ValueError: It is silent.
    """
    first = materials.timeline.shots[0]
    loudness = measure_loudness(film)
    if loudness.integrated_lufs is None or loudness.true_peak_dbtp is None:
        raise ValueError(f"{film} is silent")
    return Findings(
        frames=probe(film, "video/mp4").frames or 0,
        jitter_px=jitter_px(film, range(first.start_frame, first.start_frame + first.frames)),
        loudness_error_lu=loudness.integrated_lufs - _TARGET.integrated_lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
        sync_ms=max(_offsets_ms(film, materials), key=abs),
    )


def _offsets_ms(film: Path, materials: Materials) -> list[float]:
    listener = Listener(film)
    offsets = []
    for line, take in zip(materials.timeline.lines, materials.takes, strict=True):
        window = listener.window(line.start_sample - _SEARCH, line.end_sample + _SEARCH)
        place, _ = find(read_mono(take), window)
        offsets.append(1000 * (place - _SEARCH) / SAMPLE_RATE)
    return offsets
