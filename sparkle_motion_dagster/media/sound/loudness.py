"""How loud sounds are: loudness and true peak as ITU-R BS.1770-4 defines them.

They are gated, and oversampled four times, as libavfilter's ebur128 measures them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.sound.signals import Signal
from sparkle_motion_dagster.units import SAMPLE_RATE

if TYPE_CHECKING:
    from av import AudioFrame
    from av.filter import Graph

GATE_LUFS = -70.0
"""What is quieter does not count."""

GATING_BLOCK_S = 0.4
"""Over how long loudness is measured at once, in seconds."""

_WITH_PEAKS, _WITHOUT_PEAKS = "true", "none"
_HOP_SAMPLES = SAMPLE_RATE // 10
_GATING_BLOCK_SAMPLES = round(GATING_BLOCK_S * SAMPLE_RATE)


@dataclass(frozen=True)
class Loudness:
    """What a sound measures.

    Attributes:
        integrated_lufs: To 0.001 LU; None where nothing rises above the gate at -70 LUFS.
        true_peak_dbtp: From a linear peak of three decimals, so to 0.01 dB near full scale; None
            below -66 dBTP, which is as good as silence.
    """

    integrated_lufs: float | None
    true_peak_dbtp: float | None

    @property
    def silent(self) -> bool:
        """Whether there is nothing to be heard."""
        return self.true_peak_dbtp is None

    def __str__(self) -> str:
        loudness = "below the gate" if self.integrated_lufs is None else self.integrated_lufs
        peak = "none" if self.true_peak_dbtp is None else f"{self.true_peak_dbtp:.2f} dBTP"
        return f"{loudness} LUFS, true peak {peak}"


def measure_loudness(path: Path) -> Loudness:
    """Decode a sound (or a film's sound) and measure its loudness and true peak.

    Silence is appended up to the next tenth of a second, and up to one gating block of 0.4 s, so
    that the last samples count and shorter sounds have a loudness at all.

    Raises:
        MediaError: The file cannot be decoded, or has no sound.
    """
    return _measured(path, _WITH_PEAKS)


def integrated_lufs(path: Path) -> float | None:
    """Return the loudness that `measure_loudness` measures, alone: in a quarter of the time.

    Raises:
        MediaError: The file cannot be decoded, or has no sound.
    """
    return _measured(path, _WITHOUT_PEAKS).integrated_lufs


def _measured(path: Path, peaks: str) -> Loudness:
    import av

    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.audio:
                raise MediaError(f"{path} holds no sound stream")
            stream = container.streams.audio[0]
            meter = _Meter(peaks, template=stream)
            for frame in container.decode(stream):
                meter.push(frame)
            meter.push(None)
    except av.FFmpegError as error:
        raise MediaError(f"{path} cannot be measured: {error.strerror}") from error
    return meter.reading()


def loudness_of(signal: Signal) -> Loudness:
    """Return the loudness and true peak of mono sound; see `measure_loudness`."""
    from av import AudioFrame

    meter = _Meter(_WITH_PEAKS, sample_rate=SAMPLE_RATE, format="dbl", layout="mono")
    frame = AudioFrame.from_ndarray(signal[np.newaxis], format="dbl", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    meter.push(frame)
    meter.push(None)
    return meter.reading()


class _Meter:
    """libavfilter's ebur128, fed frame by frame; its newest reading stands for all so far.

    Args:
        peaks: Which peaks it measures, as the filter's option of that name takes them.
        source: What is fed, as ``Graph.add_abuffer`` is told.
    """

    def __init__(self, peaks: str, **source: Any) -> None:
        from av.filter import Graph

        self._graph: Graph = Graph()
        self._last: dict[str, str] = {}
        self._graph.link_nodes(
            self._graph.add_abuffer(**source),
            self._graph.add("asetnsamples", f"n={_HOP_SAMPLES}:p=1"),
            self._graph.add("apad", f"whole_len={_GATING_BLOCK_SAMPLES}"),
            # Noise at -351 dB. In digital silence the meter's filters die away into numbers so
            # small that processors take ten times as long for each.
            self._graph.add("adenorm", "type=ac"),
            self._graph.add("ebur128", f"metadata=1:peak={peaks}:framelog=quiet"),
            self._graph.add("abuffersink"),
        ).configure()

    def push(self, frame: AudioFrame | None) -> None:
        import av

        self._graph.push(frame)
        while True:
            try:
                self._last = dict(self._graph.pull().metadata)
            except (av.BlockingIOError, av.EOFError):
                return

    def reading(self) -> Loudness:
        lufs = float(self._last.get("lavfi.r128.I", GATE_LUFS))
        peak = float(self._last.get("lavfi.r128.true_peak", 0))
        return Loudness(
            integrated_lufs=lufs if lufs > GATE_LUFS else None,
            true_peak_dbtp=round(20 * math.log10(peak), 2) if peak else None,
        )
