"""Takes as tests see them: made by a real engine, and measured from their files alone."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import soundfile
from pydantic import JsonValue

import forked
from chatterboxes import stand_in_environments
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineSettings, Made
from sparkle_motion_dagster.engines.registry import declared, engine_of
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.plan.timeline.speech_timings import SpeechTimings
from worker_environments import with_workers

REPOSITORY = Path(__file__).resolve().parents[2]
SPEAKING = REPOSITORY / "tests" / "support" / "speaking.py"
SILENCE = 10 ** (-60 / 20)


@dataclass(frozen=True)
class Take:
    """A take: mono samples between -1 and 1, and its timings where the engine gave any."""

    samples: npt.NDArray[np.float64]
    rate: int
    channels: int
    timings: SpeechTimings | None
    digests: dict[str, str]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.rate

    @property
    def peak(self) -> float:
        return float(np.max(np.abs(self.samples)))

    @property
    def words(self) -> list[str]:
        return [word.text for word in self.timings.words] if self.timings else []

    @property
    def phonemes(self) -> str:
        return "".join(one.ipa for one in self.timings.phonemes) if self.timings else ""


def read_take(made: Made) -> Take:
    """Return a take from an engine's result."""
    audio = made.outputs["audio"].path
    channels, rate = soundfile.read(audio, dtype="float64", always_2d=True)
    timings = made.outputs.get("timings")
    return Take(
        samples=channels[:, 0],
        rate=rate,
        channels=channels.shape[1],
        timings=(
            SpeechTimings.model_validate_json(timings.path.read_text(encoding="utf-8"))
            if timings
            else None
        ),
        digests={
            name: hashlib.sha256(file.path.read_bytes()).hexdigest()
            for name, file in made.outputs.items()
        },
    )


def speech_engine(name: str, settings: Mapping[str, JsonValue]) -> SpeechEngine[EngineSettings]:
    """Return a speech engine by name; one with a worker has a stand-in for its model.

    Kokoro's graph takes a second to load, so that a process has one engine of each settings.
    """
    if name == "kokoro":
        return _kokoro(json.dumps(dict(settings)))
    facilities = with_workers(stand_in_environments()) if declared(name).program else on_cpu()
    return cast(SpeechEngine[EngineSettings], engine_of("speech", name, settings, facilities))


@functools.cache
def _kokoro(settings: str) -> SpeechEngine[EngineSettings]:
    return cast(
        SpeechEngine[EngineSettings], engine_of("speech", "kokoro", json.loads(settings), on_cpu())
    )


def spoken(
    engine: SpeechEngine[EngineSettings], requests: Sequence[SpeechRequest], folder: Path
) -> list[Take]:
    """Return the takes that an engine makes in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return [read_take(made) for made in engine.make(requests, folder)]


def spoken_elsewhere(
    engine: str, settings: Mapping[str, JsonValue], requests: Sequence[SpeechRequest], folder: Path
) -> list[dict[str, str]]:
    """Return the digests of the takes that another process makes in a folder."""
    order = _written_order(engine, settings, requests, folder)
    return _digests(forked.run(["python", str(SPEAKING), str(order)], os.environ, folder, 300))


def spoken_on_one_core(
    engine: str, settings: Mapping[str, JsonValue], requests: Sequence[SpeechRequest], folder: Path
) -> list[dict[str, str]]:
    """Return the digests of the takes that a process makes which finds a single core (Linux)."""
    order = _written_order(engine, settings, requests, folder)
    core = min(os.sched_getaffinity(0))  # not every process may run on core 0
    pinned = f"import os, runpy; os.sched_setaffinity(0, {{{core}}}); "
    program = f"{pinned}runpy.run_path({str(SPEAKING)!r}, run_name='__main__')"
    return _digests(forked.run(["python", "-c", program, str(order)], os.environ, folder, 300))


def _written_order(
    engine: str, settings: Mapping[str, JsonValue], requests: Sequence[SpeechRequest], folder: Path
) -> Path:
    folder.mkdir(parents=True)
    order = {
        "engine": engine,
        "settings": dict(settings),
        "requests": [request.model_dump(mode="json") for request in requests],
        "folder": str(folder),
    }
    path = folder / "order.json"
    path.write_text(json.dumps(order), encoding="utf-8")
    return path


def _digests(ended: subprocess.CompletedProcess[str]) -> list[dict[str, str]]:
    assert ended.returncode == 0, ended.stderr
    return cast(list[dict[str, str]], json.loads(ended.stdout))


def english(text: str, *, tempo: float = 1.0, **settings: float) -> SpeechRequest:
    """Return a request for an American woman's voice of espeak."""
    voice = Voice(provider_voice="en-us+f3", language="en-US", settings=dict(settings))
    return SpeechRequest(text=text, voice=voice, tempo=tempo, seed=1)


def level_db(take: Take) -> float:
    """Return the level of a take while it sounds, in dB of full scale (RMS over 20 ms blocks)."""
    block = take.rate // 50
    blocks = take.samples[: len(take.samples) // block * block].reshape(-1, block)
    power = np.mean(blocks**2, axis=1)
    return float(10 * np.log10(np.mean(power[power > np.max(power) / 400])))


def median_pitch(take: Take) -> float:
    """Return the median fundamental frequency of a take's voiced parts, in Hz.

    The first strong peak of the autocorrelation between 60 and 450 Hz, every 20 ms.
    """
    size, hop = 2048, take.rate // 50
    window = np.hanning(size)
    taper = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * size)) ** 2)[:size]
    shortest, longest = take.rate // 450, take.rate // 60
    found = []
    for start in range(0, len(take.samples) - size, hop):
        part = take.samples[start : start + size]
        if np.sqrt(np.mean(part**2)) < 0.02:
            continue
        power = np.abs(np.fft.rfft((part - part.mean()) * window, 2 * size)) ** 2
        likeness = np.fft.irfft(power)[:size] / taper
        likeness = likeness[shortest:longest] / likeness[0]
        rising = likeness[1:-1] >= likeness[:-2]
        falling = likeness[1:-1] >= likeness[2:]
        strong = likeness[1:-1] >= max(0.5, 0.9 * float(np.max(likeness)))
        peaks = np.flatnonzero(rising & falling & strong)
        if peaks.size:
            found.append(take.rate / (shortest + 1 + int(peaks[0])))
    return float(np.median(found))


def spectral_centre(take: Take) -> float:
    """Return the mean frequency of what sounds in a take, weighted by power, in Hz."""
    block = 1024
    blocks = take.samples[: len(take.samples) // block * block].reshape(-1, block)
    power = np.abs(np.fft.rfft(blocks * np.hanning(block), axis=1)) ** 2
    loudness = power.sum(axis=1)
    spectrum = power[loudness > loudness.max() / 400].sum(axis=0)
    frequencies = np.fft.rfftfreq(block, 1 / take.rate)
    return float((frequencies * spectrum).sum() / spectrum.sum())


def timbre_db(take: Take) -> npt.NDArray[np.float64]:
    """Return the long-term spectrum in bands, in dB about its mean."""
    edges = [150, 300, 450, 650, 900, 1200, 1600, 2100, 2800, 3600, 5000, 8000]
    power = np.abs(np.fft.rfft(take.samples * np.hanning(len(take.samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(take.samples), 1 / take.rate)
    bands = np.histogram(frequencies, bins=edges, weights=power)[0]
    decibels = 10 * np.log10(bands + 1e-12)
    return np.asarray(decibels - np.mean(decibels), np.float64)
