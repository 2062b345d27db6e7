"""Mastering: a track brought to its loudness and encoded, then measured as a listener hears it.

Loudness and true peak are those of ITU-R BS.1770-4 (gated, and oversampled four times), as
libavfilter's ebur128 measures them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pydantic import Field, model_validator

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.signals import Signal
from sparkle_motion_dagster.media.sound import line_samples
from sparkle_motion_dagster.units import SAMPLE_RATE, Record

if TYPE_CHECKING:
    from av import AudioFrame
    from av.filter import Graph

_ADJUSTMENTS = 3
_PEAK_MARGIN_DB = 0.2
_SMALLEST_STEP_DB = 0.1
_LEAST_ANSWER = 0.2
_OVERSAMPLING = 4
_LIMITER_ATTACK_MS, _LIMITER_RELEASE_MS = 5, 50
_HOP_SAMPLES = SAMPLE_RATE // 10
_GATING_BLOCK_SAMPLES = 4 * _HOP_SAMPLES
_GATE_LUFS = -70.0
_START_TIMEOUT_S = 60.0


class MasteringTarget(Record):
    """What a film must sound like. All of it decides the sound's bytes."""

    integrated_lufs: float = Field(default=-16.0, ge=-40, le=-9)
    tolerance_lu: float = Field(default=0.5, gt=0)
    true_peak_dbtp: float = Field(default=-1.0, le=0, description="the decoded film stays below")
    limiter_ceiling_dbtp: float = Field(
        default=-2.0, ge=-20, description="lower than the true peak allowed: AAC overshoots"
    )
    bitrate: int = Field(default=192_000, ge=64_000, description="of the AAC, in bits per second")

    @model_validator(mode="after")
    def _leave_room(self) -> Self:
        if self.limiter_ceiling_dbtp >= self.true_peak_dbtp:
            raise ValueError(
                f"the limiter's ceiling, {self.limiter_ceiling_dbtp:g} dBTP, must be lower than "
                f"the true peak allowed, {self.true_peak_dbtp:g} dBTP"
            )
        return self


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

    def meets(self, target: MasteringTarget) -> bool:
        """Whether this is what the target promises."""
        return (
            self.integrated_lufs is not None
            and self.true_peak_dbtp is not None
            and abs(self.integrated_lufs - target.integrated_lufs) <= target.tolerance_lu
            and self.true_peak_dbtp <= target.true_peak_dbtp
        )

    def __str__(self) -> str:
        loudness = "below the gate" if self.integrated_lufs is None else self.integrated_lufs
        peak = "none" if self.true_peak_dbtp is None else f"{self.true_peak_dbtp:.2f} dBTP"
        return f"{loudness} LUFS, true peak {peak}"


@dataclass(frozen=True)
class Mastered:
    """How a track was mastered: what its decoded AAC measures (None: silent), and what it took."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float
    attempts: int


def master_track(track: Path, output: Path, target: MasteringTarget) -> Mastered:
    """Bring a track to its loudness and encode it as AAC, 48 kHz, stereo, in an MP4 (.m4a).

    One linear gain for the whole film, a limiter that sees the peaks between samples (192 kHz),
    then AAC. What counts is the decoded result: where it misses the target, gain and ceiling are
    set anew from what was measured, at most three times. A silent track gets no gain. Equal
    tracks give equal bytes on any number of cores of one kind of CPU (the last bit of a sample
    may differ between CPU generations).

    Args:
        track: The film's WAV, 48 kHz.
        output: The .m4a to write; nothing is left there where mastering fails. Decoded it is as
            long as the track, and up to 1023 samples longer; its container says the exact length.
        target: What is promised.

    Raises:
        MediaError: The track cannot reach the target; the error names what it measures.
        FfmpegError: ffmpeg failed.
    """
    before = measure_loudness(track)
    with removed_on_failure(output):
        if before.silent:
            _encode(track, output, gain_db=0.0, ceiling_dbtp=target.limiter_ceiling_dbtp, to=target)
            return Mastered(integrated_lufs=None, true_peak_dbtp=None, gain_db=0.0, attempts=1)
        if before.integrated_lufs is None:
            raise MediaError(
                f"{track} holds sound, but all of it lies below {_GATE_LUFS:g} LUFS (true peak "
                f"{before.true_peak_dbtp:.1f} dBTP): it is too quiet to be heard"
            )
        return _approach(track, output, target, before.integrated_lufs)


def encode_track(track: Path, output: Path, target: MasteringTarget) -> Mastered:
    """Encode a track as `master_track` does, as loud as it is: only its peaks are held back.

    Args:
        track: The film's WAV, 48 kHz.
        output: The .m4a to write; nothing is left there where it fails.
        target: What is promised of peaks, and how it is encoded.

    Raises:
        MediaError: Its peaks cannot be held.
        FfmpegError: ffmpeg failed.
    """
    ceiling_dbtp = target.limiter_ceiling_dbtp
    with removed_on_failure(output):
        for attempt in range(1, _ADJUSTMENTS + 2):
            _encode(track, output, gain_db=0.0, ceiling_dbtp=ceiling_dbtp, to=target)
            after = measure_loudness(output)
            if after.true_peak_dbtp is None or after.true_peak_dbtp <= target.true_peak_dbtp:
                return Mastered(
                    integrated_lufs=after.integrated_lufs,
                    true_peak_dbtp=after.true_peak_dbtp,
                    gain_db=0.0,
                    attempts=attempt,
                )
            ceiling_dbtp -= after.true_peak_dbtp - target.true_peak_dbtp + _PEAK_MARGIN_DB
        raise MediaError(
            f"{track} cannot be encoded with a true peak of at most {target.true_peak_dbtp:g} "
            f"dBTP: it measures {after}. Lower the gain_db of its loudest cue."
        )


def _approach(track: Path, output: Path, target: MasteringTarget, before_lufs: float) -> Mastered:
    """Encode with a first gain, and again with better ones, until the result is on target."""
    gain_db = round(target.integrated_lufs - before_lufs, 3)
    ceiling_dbtp = target.limiter_ceiling_dbtp
    last_gain_db, last_lufs = 0.0, before_lufs
    for attempt in range(1, _ADJUSTMENTS + 2):
        _encode(track, output, gain_db=gain_db, ceiling_dbtp=ceiling_dbtp, to=target)
        after = measure_loudness(output)
        if after.integrated_lufs is None or after.true_peak_dbtp is None:
            raise MediaError(f"{track} fell silent when it was encoded with {gain_db:.1f} dB")
        if after.meets(target):
            return Mastered(
                integrated_lufs=after.integrated_lufs,
                true_peak_dbtp=after.true_peak_dbtp,
                gain_db=gain_db,
                attempts=attempt,
            )
        answer = _answer(gain_db - last_gain_db, after.integrated_lufs - last_lufs)
        last_gain_db, last_lufs = gain_db, after.integrated_lufs
        gain_db = round(gain_db + (target.integrated_lufs - last_lufs) / answer, 3)
        if after.true_peak_dbtp > target.true_peak_dbtp:
            ceiling_dbtp -= after.true_peak_dbtp - target.true_peak_dbtp + _PEAK_MARGIN_DB
    raise MediaError(
        f"{track} cannot be brought to {target.integrated_lufs:g} LUFS within "
        f"{target.tolerance_lu:g} LU with a true peak of at most {target.true_peak_dbtp:g} dBTP: "
        f"with {last_gain_db:.1f} dB of gain it measures {after}. Its peaks stand too far above "
        "its loudness (clicks, or bursts a few milliseconds long); listen to its takes."
    )


def _answer(gain_step_db: float, loudness_step_lu: float) -> float:
    """Return how many LU a decibel of gain brings: one, or less where the limiter takes it back."""
    if abs(gain_step_db) < _SMALLEST_STEP_DB:
        return 1.0
    return min(1.0, max(_LEAST_ANSWER, loudness_step_lu / gain_step_db))


def _encode(
    track: Path, output: Path, *, gain_db: float, ceiling_dbtp: float, to: MasteringTarget
) -> None:
    import ffmpeg

    arguments: list[str] = (
        ffmpeg.input(f"file:{track}")
        .filter("volume", volume=f"{gain_db:.3f}dB", precision="double")
        .filter("aresample", _OVERSAMPLING * SAMPLE_RATE)
        .filter(
            "alimiter",
            limit=f"{10 ** (ceiling_dbtp / 20):.6f}",
            attack=_LIMITER_ATTACK_MS,
            release=_LIMITER_RELEASE_MS,
            level=0,  # no make-up gain: the gain is ours
            latency=1,  # give back the look-ahead's delay: sound stays on the picture
        )
        .filter("aresample", SAMPLE_RATE)
        .output(
            f"file:{output}",
            format="ipod",
            acodec="aac",
            audio_bitrate=to.bitrate,
            ac=2,
            map_metadata=-1,
            fflags="+bitexact",
            **{"flags:a": "+bitexact"},
        )
        .get_args()
    )
    run_ffmpeg(arguments, timeout_s=_START_TIMEOUT_S + line_samples(track) / SAMPLE_RATE)


def measure_loudness(path: Path) -> Loudness:
    """Decode a sound (or a film's sound) and measure its loudness and true peak.

    Silence is appended up to the next tenth of a second, and up to one gating block of 0.4 s, so
    that the last samples count and shorter sounds have a loudness at all.

    Raises:
        MediaError: The file cannot be decoded, or has no sound.
    """
    import av

    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.audio:
                raise MediaError(f"{path} holds no sound stream")
            stream = container.streams.audio[0]
            meter = _Meter(template=stream)
            for frame in container.decode(stream):
                meter.push(frame)
            meter.push(None)
    except av.FFmpegError as error:
        raise MediaError(f"{path} cannot be measured: {error.strerror}") from error
    return meter.reading()


def loudness_of(signal: Signal) -> Loudness:
    """Return the loudness and true peak of mono sound; see `measure_loudness`."""
    from av import AudioFrame

    meter = _Meter(sample_rate=SAMPLE_RATE, format="dbl", layout="mono")
    frame = AudioFrame.from_ndarray(signal[np.newaxis], format="dbl", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    meter.push(frame)
    meter.push(None)
    return meter.reading()


class _Meter:
    """libavfilter's ebur128, fed frame by frame; its newest reading stands for all so far.

    Args:
        source: What is fed, as ``Graph.add_abuffer`` is told.
    """

    def __init__(self, **source: Any) -> None:
        from av.filter import Graph

        self._graph: Graph = Graph()
        self._last: dict[str, str] = {}
        self._graph.link_nodes(
            self._graph.add_abuffer(**source),
            self._graph.add("asetnsamples", f"n={_HOP_SAMPLES}:p=1"),
            self._graph.add("apad", f"whole_len={_GATING_BLOCK_SAMPLES}"),
            self._graph.add("ebur128", "metadata=1:peak=true:framelog=quiet"),
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
        lufs = float(self._last.get("lavfi.r128.I", _GATE_LUFS))
        peak = float(self._last.get("lavfi.r128.true_peak", 0))
        return Loudness(
            integrated_lufs=lufs if lufs > _GATE_LUFS else None,
            true_peak_dbtp=round(20 * math.log10(peak), 2) if peak else None,
        )
