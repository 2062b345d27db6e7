"""Mastering: a track brought to its loudness and encoded, then measured as a listener hears it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

from pydantic import Field, model_validator

from sparkle_motion_dagster.media.encode import removed_on_failure
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.media.sound.loudness import (
    GATE_LUFS,
    Loudness,
    integrated_lufs,
    measure_loudness,
)
from sparkle_motion_dagster.media.sound.takes import line_samples
from sparkle_motion_dagster.units import SAMPLE_RATE, Record

_ADJUSTMENTS = 5
_PEAK_MARGIN_DB = 0.2
_SMALLEST_STEP_DB = 0.1
_LEAST_ANSWER = 0.2
_OVERSAMPLING = 4
_LIMITER_ATTACK_MS, _LIMITER_RELEASE_MS = 5, 50
_START_TIMEOUT_S = 60.0
_SURELY_HEARD_LUFS = -59.0
"""What is louder is not silent: two channels whose peaks lie below -66 dBTP, raised by the 4 dB at
most of BS.1770's filters, measure less than -0.7 + 10 log10(2) - 66 + 4 LUFS."""

Measuring: TypeAlias = Callable[[Path], Loudness]
"""Returns the loudness and true peak of a sound."""


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

    def is_met_by(self, loudness: Loudness) -> bool:
        """Tell whether a sound is as it must be."""
        return (
            loudness.integrated_lufs is not None
            and loudness.true_peak_dbtp is not None
            and abs(loudness.integrated_lufs - self.integrated_lufs) <= self.tolerance_lu
            and loudness.true_peak_dbtp <= self.true_peak_dbtp
        )


@dataclass(frozen=True)
class Mastered:
    """How a track was mastered: what its decoded AAC measures (None: silent), and what it took."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float
    attempts: int

    @property
    def loudness(self) -> Loudness:
        """What its decoded AAC measures."""
        return Loudness(self.integrated_lufs, self.true_peak_dbtp)


def master_track(
    track: Path, output: Path, target: MasteringTarget, measured: Measuring = measure_loudness
) -> Mastered:
    """Bring a track to its loudness and encode it as AAC, 48 kHz, stereo, in an MP4 (.m4a).

    One linear gain for the whole film, a limiter that sees the peaks between samples (192 kHz),
    then AAC. What counts is the decoded result: where it misses the target, gain and ceiling are
    set anew from what was measured, at most five times. A silent track gets no gain. Equal
    tracks give equal bytes on any number of cores of one kind of CPU (the last bit of a sample
    may differ between CPU generations).

    Args:
        track: The film's WAV, 48 kHz.
        output: The .m4a to write; nothing is left there where mastering fails. Decoded it is as
            long as the track, and up to 1023 samples longer; its container says the exact length.
        target: What is promised.
        measured: Measures what was encoded, whenever it was.

    Raises:
        MediaError: The track cannot reach the target; the error names what it measures.
        FfmpegError: ffmpeg failed.
    """
    before_lufs = integrated_lufs(track)
    with removed_on_failure(output):
        if before_lufs is not None and before_lufs > _SURELY_HEARD_LUFS:
            return _approach(track, output, target, before_lufs, measured)
        before = measure_loudness(track)
        if before.silent:
            _encode(track, output, gain_db=0.0, ceiling_dbtp=target.limiter_ceiling_dbtp, to=target)
            after = measured(output)
            return Mastered(after.integrated_lufs, after.true_peak_dbtp, gain_db=0.0, attempts=1)
        if before_lufs is None:
            raise MediaError(
                f"{track} holds sound, but all of it lies below {GATE_LUFS:g} LUFS (true peak "
                f"{before.true_peak_dbtp:.1f} dBTP): it is too quiet to be heard"
            )
        return _approach(track, output, target, before_lufs, measured)


def encode_track(
    track: Path, output: Path, target: MasteringTarget, measured: Measuring = measure_loudness
) -> Mastered:
    """Encode a track as `master_track` does, as loud as it is: only its peaks are held back.

    Args:
        track: The film's WAV, 48 kHz.
        output: The .m4a to write; nothing is left there where it fails.
        target: What is promised of peaks, and how it is encoded.
        measured: Measures what was encoded, whenever it was.

    Raises:
        MediaError: Its peaks cannot be held.
        FfmpegError: ffmpeg failed.
    """
    ceiling_dbtp = target.limiter_ceiling_dbtp
    with removed_on_failure(output):
        for attempt in range(1, _ADJUSTMENTS + 2):
            _encode(track, output, gain_db=0.0, ceiling_dbtp=ceiling_dbtp, to=target)
            after = measured(output)
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


def _approach(
    track: Path, output: Path, target: MasteringTarget, before_lufs: float, measured: Measuring
) -> Mastered:
    """Encode with a first gain, and again with better ones, until the result is on target."""
    gain_db = round(target.integrated_lufs - before_lufs, 3)
    ceiling_dbtp = target.limiter_ceiling_dbtp
    last_gain_db, last_lufs = 0.0, before_lufs
    for attempt in range(1, _ADJUSTMENTS + 2):
        _encode(track, output, gain_db=gain_db, ceiling_dbtp=ceiling_dbtp, to=target)
        after = measured(output)
        if after.integrated_lufs is None or after.true_peak_dbtp is None:
            raise MediaError(f"{track} fell silent when it was encoded with {gain_db:.1f} dB")
        if target.is_met_by(after):
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
