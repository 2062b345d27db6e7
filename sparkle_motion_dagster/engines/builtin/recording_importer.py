"""The importer: a line as its author recorded it becomes a take like those that are spoken."""

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.loudness import loudness_of
from sparkle_motion_dagster.media.sound.recordings import read_recording
from sparkle_motion_dagster.media.sound.signals import Signal, fades, peak_of, write_signal
from sparkle_motion_dagster.units import SAMPLE_RATE

CAST_LUFS = -21.0
"""How loud takes are: the median of 45 by Kokoro and espeak-ng; most lie within 1.2 LU of it."""

_HIGHEST_DBTP = -1.0
"""The true peak that a take stays under, in dB of full scale."""

_FADE_S = 0.015
"""Over how long a take comes and goes: it begins and ends without a click."""


class ImportRequest(Request):
    """A recording of a line."""

    recording: StoredFile


class RecordingImporter(Engine[ImportRequest, EngineSettings]):
    """Makes takes of recordings.

    Each result holds an output ``audio``, as speech engines give it: a mono WAV of 48 kHz, without
    rumble and without silence around it, as loud as the takes of a cast. Its metadata says what
    was done, and ``faults``: what is wrong with the recording as it came.
    """

    name = "importer"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[ImportRequest], folder: Path) -> Generator[Made]:
        """Import one recording a request.

        Raises:
            MediaError: It cannot be read, or there is no voice in it.
        """
        for number, request in enumerate(requests):
            recording = read_recording(request.recording.path)
            file, voice = recording.file, recording.signal[recording.first : recording.end]
            gain_db = _gain_db(voice)
            audio = folder / f"recording-{number}.wav"
            edges = fades(len(voice), round(_FADE_S * SAMPLE_RATE))
            write_signal(voice * edges * 10 ** (gain_db / 20), audio)
            yield Made(
                {"audio": MadeFile(audio, "audio/wav")},
                {
                    "recorded": f"{file.sample_rate} Hz, {file.channels} channels",
                    "recorded_s": round(file.duration_s, 3),
                    "voice_starts_s": round(recording.first / SAMPLE_RATE, 3),
                    "gain_db": gain_db,
                    "faults": ["clipped"] if recording.clipped else [],
                },
            )


def _gain_db(voice: Signal) -> float:
    """Return what makes a voice as loud as the cast, in dB, or as loud as its peaks allow.

    It is rounded: a meter's last bits depend on the processor.
    """
    loudness = loudness_of(voice)
    peak_dbtp = loudness.true_peak_dbtp
    if peak_dbtp is None:
        peak_dbtp = 20 * float(np.log10(max(peak_of(voice), 1e-6)))
    most = _HIGHEST_DBTP - peak_dbtp
    if loudness.integrated_lufs is None:
        return round(most, 2)
    return round(min(CAST_LUFS - loudness.integrated_lufs, most), 2)
