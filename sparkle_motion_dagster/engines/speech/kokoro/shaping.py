"""The sound of a voice, shaped: higher or lower, trembling, or a robot's. Its times stay."""

import tempfile
from pathlib import Path

import numpy as np
import soundfile
from numpy.lib.stride_tricks import sliding_window_view

from sparkle_motion_dagster.engines.speech.kokoro.model import SAMPLE_RATE, Floats
from sparkle_motion_dagster.engines.speech.kokoro.voice import KokoroDelivery
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg

_TREMOR_HZ, _TREMOR_PITCH, _TREMOR_STRENGTH = 5.5, 0.02, 0.2
"""An old voice wavers some five times a second: by so much of its pitch, and of its amplitude."""

_FINER = 4
"""How many times as many samples there are where one is looked for between two."""

_WINDOW, _HOP = 512, 240
"""Samples that are heard at a time, and from one such time to the next: the buzz has 100 Hz."""

_SPREAD = 0.4
"""Over which part of the window a click is spread: it is less of a peak for as loud a buzz."""

_TIMEOUT_S = 300.0


def shaped(samples: Floats, delivery: KokoroDelivery) -> Floats:
    """Return a sound as it is delivered: as long, as loud, and each sound of it at its time.

    Pitch is shifted by rubberband, which keeps the formants: measured on speech, the envelope
    stays within 5 ms of where it was.

    Args:
        samples: Mono sound at the model's rate.
        delivery: Its ``pitch`` and ``effect``; what else it says is not done here.

    Raises:
        FfmpegError: ffmpeg failed.
    """
    result = samples
    if delivery.effect == "robot":
        result = _robotic(result)
    if delivery.pitch != 1.0:
        result = _shifted(result, delivery.pitch)
    if delivery.effect == "tremor":
        result = _trembling(result)
    if result is samples:
        return samples
    return result * np.float32(_loudness(samples) / max(_loudness(result), 1e-9))


def _shifted(samples: Floats, pitch: float) -> Floats:
    """Return a sound so many times as high, by ffmpeg's rubberband."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.wav"), Path(folder, "made.wav")
        soundfile.write(given, samples, SAMPLE_RATE, subtype="FLOAT")
        filters = f"rubberband=pitch={pitch}:formant=preserved:pitchq=quality"
        output = ["-f", "wav", "-c:a", "pcm_f32le", f"file:{made}"]
        run_ffmpeg(["-i", f"file:{given}", "-af", filters, *output], timeout_s=_TIMEOUT_S)
        sound, _ = soundfile.read(made, dtype="float32")
    result: Floats = np.zeros_like(samples)
    result[: len(sound)] = sound[: len(samples)]
    return result


def _trembling(samples: Floats) -> Floats:
    """Return a sound that wavers: it is read a little before and behind where it would be."""
    count = len(samples)
    finer = np.fft.irfft(np.fft.rfft(samples.astype(np.float64)), _FINER * count) * _FINER
    angle = 2 * np.pi * _TREMOR_HZ / SAMPLE_RATE * np.arange(count)
    swing = _TREMOR_PITCH * SAMPLE_RATE / (2 * np.pi * _TREMOR_HZ)
    places = np.arange(count) + swing * np.sin(angle)
    wavering = np.interp(places * _FINER, np.arange(_FINER * count), finer)
    strengths = 1 + _TREMOR_STRENGTH * np.sin(angle)
    result: Floats = (wavering * strengths).astype(np.float32)
    return result


def _robotic(samples: Floats) -> Floats:
    """Return a sound in one pitch: of each spectrum the strengths are kept, and no phases.

    Waves that all begin at one time are a click; clicks in even steps are a buzz. Here higher ones
    begin a little later than lower ones (phases that rise by the square, as M. R. Schroeder's do).
    """
    window = np.hanning(_WINDOW)
    padded = np.pad(samples.astype(np.float64), _WINDOW)
    strengths = np.abs(np.fft.rfft(sliding_window_view(padded, _WINDOW)[::_HOP] * window))
    waves = np.arange(strengths.shape[1])
    phases = np.exp(-1j * np.pi * _SPREAD * waves**2 / len(waves))
    clicks = np.fft.fftshift(np.fft.irfft(strengths * phases), axes=1) * window
    buzz = np.zeros(len(padded))
    for index, click in enumerate(clicks):
        buzz[index * _HOP :][:_WINDOW] += click
    return buzz[_WINDOW : _WINDOW + len(samples)].astype(np.float32)


def _loudness(samples: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
