"""The stem mixer: lays the music, the ambience or the effects of a film on a stem of their own."""

import math
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.media.sound.cues import Envelope, LaidCue, audible_span, write_stem
from sparkle_motion_dagster.media.sound.ducking import Ducking, duck_gain, held_spans
from sparkle_motion_dagster.media.sound.loudness import GATE_LUFS, GATING_BLOCK_S, integrated_lufs
from sparkle_motion_dagster.media.sound.sound_files import conform_sound
from sparkle_motion_dagster.media.sound.takes import line_samples
from sparkle_motion_dagster.units import SAMPLE_RATE, Record

_MOST_OF_A_FILE = 4
"""A loop's crossfade takes at most this part (a quarter) of its sound."""


class StemCue(Request):
    """A sound and its place, in samples (at ``units.SAMPLE_RATE``) of the film.

    It is brought to a loudness of ``level_lu`` against speech's, whatever it was mastered to, and
    from there by ``gain_db``. ``crossfade_sec`` blends its end into its beginning, where it loops
    (0: it needs no blending); None: it does not loop.
    """

    audio: StoredFile
    start_sample: int
    end_sample: int
    level_lu: float
    gain_db: float
    fade_in_sec: float = Field(ge=0)
    fade_out_sec: float = Field(ge=0)
    crossfade_sec: float | None = Field(default=None, ge=0)


class StemRequest(Request):
    """A stem of ``samples`` samples.

    Loudness is measured against ``speech``, the track of all lines; where nobody speaks,
    against ``reference_lufs``. Where it makes room for the ``lines`` (first sample, and the one
    behind the last), ``ducking`` says how.
    """

    cues: tuple[StemCue, ...]
    samples: int
    speech: StoredFile | None
    reference_lufs: float
    ducking: Ducking | None = None
    lines: tuple[tuple[int, int], ...] = ()


class PlayedCue(Record):
    """How a cue was laid on its stem, as the stem's metadata says it.

    Attributes:
        asked_sample: Where it was to begin; before the film, where that is below 0.
        start_sample: The sample of the film from which on it is heard.
        end_sample: The sample behind the last one; at the first, where it is not heard.
        file_lufs: How loud its sound is by itself.
        gain_db: The gain with which that plays.
    """

    asked_sample: int
    start_sample: int
    end_sample: int
    file_lufs: float
    gain_db: float


class StemReport(Record):
    """A stem's metadata: the loudness that stands for speech, in LUFS, and how each cue plays."""

    reference_lufs: float
    cues: tuple[PlayedCue, ...]


@dataclass(frozen=True)
class _Sound:
    """A cue's sound, conformed: its file, its length in samples, and its loudness."""

    path: Path
    samples: int
    lufs: float


class StemMixer(Engine[StemRequest, EngineSettings]):
    """Mixes stems.

    Each result holds one output ``audio``: a WAV of 32-bit floats, 48 kHz, stereo, as long as the
    film. Its metadata says of each cue between which samples it is heard, what its file measures,
    and with what gain it plays.
    """

    name = "stem_mixer"
    version = 2
    settings_model = EngineSettings

    def make(self, requests: Sequence[StemRequest], folder: Path) -> Generator[Made]:
        """Mix one stem a request."""
        measured = _measured({request.speech for request in requests})
        for number, request in enumerate(requests):
            reference = measured.get(request.speech) or request.reference_lufs
            sounds = _conformed(request.cues, folder)
            laid = [_laid(cue, sounds[cue.audio.sha256], reference) for cue in request.cues]
            stem = folder / f"stem-{number}.wav"
            write_stem(laid, request.samples, stem, _envelope(request))
            played = (
                _played(cue, sounds[asked.audio.sha256])
                for asked, cue in zip(request.cues, laid, strict=True)
            )
            report = StemReport(reference_lufs=reference, cues=tuple(played))
            for sound in sounds.values():
                sound.path.unlink()
            yield Made({"audio": MadeFile(stem, "audio/wav")}, report.model_dump(mode="json"))


def _measured(speech: Collection[StoredFile | None]) -> Mapping[StoredFile | None, float | None]:
    """Return how loud speech is on tracks: the stems of a film share one, measured once."""
    return {track: integrated_lufs(track.path) for track in speech if track is not None}


def _envelope(request: StemRequest) -> Envelope | None:
    """Return how a stem makes room for speech; None: it does not."""
    ducking = request.ducking
    if ducking is None:
        return None
    held = held_spans(request.lines, ducking)
    return lambda start, count: duck_gain(held, ducking, start, count)


def _conformed(cues: Sequence[StemCue], folder: Path) -> dict[str, _Sound]:
    """Return the sounds of cues, by their files' digests."""
    sounds = {}
    for audio in {cue.audio.sha256: cue.audio for cue in cues}.values():
        path = folder / f"sound-{audio.sha256}.wav"
        conform_sound(audio.path, path)
        lufs = integrated_lufs(path)
        sounds[audio.sha256] = _Sound(path, line_samples(path), GATE_LUFS if lufs is None else lufs)
    return sounds


def _laid(cue: StemCue, sound: _Sound, reference_lufs: float) -> LaidCue:
    gain_db = reference_lufs + cue.level_lu + cue.gain_db - _lufs_as_played(cue, sound)
    crossfade = cue.crossfade_sec
    return LaidCue(
        path=sound.path,
        start=cue.start_sample,
        end=cue.end_sample,
        gain=10 ** (gain_db / 20),
        fade_in=round(cue.fade_in_sec * SAMPLE_RATE),
        fade_out=round(cue.fade_out_sec * SAMPLE_RATE),
        crossfade=None
        if crossfade is None
        else min(round(crossfade * SAMPLE_RATE), sound.samples // _MOST_OF_A_FILE),
    )


def _lufs_as_played(cue: StemCue, sound: _Sound) -> float:
    """Return a sound's loudness: a loop too short for a gating block was measured with silence."""
    seconds = sound.samples / SAMPLE_RATE
    if cue.crossfade_sec is None or seconds >= GATING_BLOCK_S:
        return sound.lufs
    return sound.lufs + 10 * math.log10(GATING_BLOCK_S / seconds)


def _played(cue: LaidCue, sound: _Sound) -> PlayedCue:
    start, end = audible_span(cue, sound.samples)
    return PlayedCue(
        asked_sample=cue.start,
        start_sample=start,
        end_sample=end,
        file_lufs=round(sound.lufs, 2),
        gain_db=round(20 * math.log10(cue.gain), 2),
    )
