"""The treater: a take as it is heard through a telephone, in a hall, as a thought."""

import math
from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.engines.builtin.treatment.effects import heard_through
from sparkle_motion_dagster.media.sound.loudness import loudness_of
from sparkle_motion_dagster.media.sound.signals import Signal, peak_of, rms_of, write_signal
from sparkle_motion_dagster.media.sound.takes import read_mono, with_fades
from sparkle_motion_dagster.plan.voices import Effect

_HIGHEST_PEAK = 0.98
"""The highest sample of a treated take, of full scale."""


class TreatRequest(Request):
    """A take, and through what it is heard."""

    audio: StoredFile
    effect: Effect


class TakeTreater(Engine[TreatRequest, EngineSettings]):
    """Treats takes.

    Each result holds an output ``audio``: a mono WAV of 48 kHz, as loud as the take, in
    which every word is where it was. In rooms it is longer than the take: by what rings on.
    """

    name = "treater"
    version = 2
    settings_model = EngineSettings

    def make(self, requests: Sequence[TreatRequest], folder: Path) -> Generator[Made]:
        """Treat one take a request."""
        for number, request in enumerate(requests):
            # A room goes on sounding where the take ends: it must not end with a click.
            take = with_fades(read_mono(request.audio.path)).astype(np.float64)
            seed = int(request.audio.sha256[:8], 16)
            heard = heard_through(take, request.effect, seed)
            gain_db = _gain_db(take, heard[: len(take)])
            heard *= min(10 ** (gain_db / 20), _HIGHEST_PEAK / max(peak_of(heard), 1e-9))
            audio = folder / f"treated-{number}.wav"
            write_signal(heard, audio)
            yield Made({"audio": MadeFile(audio, "audio/wav")}, {"gain_db": gain_db})


def _gain_db(take: Signal, heard: Signal) -> float:
    """Return what makes a treated take as loud as it was, in dB; what is too soft has its RMS.

    It is rounded: a meter's last bits depend on the processor.
    """
    before, after = (loudness_of(one).integrated_lufs for one in (take, heard))
    if before is None or after is None:
        before, after = (20 * math.log10(max(rms_of(one), 1e-6)) for one in (take, heard))
    return round(before - after, 2)
