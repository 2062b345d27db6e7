"""Speech from espeak-ng: small, quick, on every machine, with exact timings."""

import math
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from sparkle_motion_dagster.engines.base import (
    EngineInputError,
    EngineSettings,
    Made,
)
from sparkle_motion_dagster.engines.speech.base import (
    NothingToSayError,
    SpeechEngine,
    SpeechRequest,
)
from sparkle_motion_dagster.engines.speech.espeak.take import read_samples, take_of
from sparkle_motion_dagster.engines.speech.espeak.voice import EspeakDelivery
from sparkle_motion_dagster.engines.speech.phonemes.spoken_text import SpokenText
from sparkle_motion_dagster.engines.speech.phonemes.utterances import UtteranceOrder, utter
from sparkle_motion_dagster.engines.speech.take import Take
from sparkle_motion_dagster.engines.speech.writing.said_line import speakable_line

_SLOWEST, _FASTEST = 80, 450
"""The rates that espeak-ng speaks at, in words a minute (speak_lib.h)."""

_TEMPO_TOLERANCE = 0.01
_TEMPO_TRIES = 8


class EspeakSettings(EngineSettings):
    """How espeak-ng speaks every line."""

    words_per_minute: int = Field(
        default=165, ge=100, le=250, description="the pace of a voice whose rate is 1"
    )
    timeout_s: float = Field(
        default=60.0,
        gt=0,
        exclude=True,
        description="how many seconds one utterance may take; a line of 2000 characters takes "
        "less than one",
    )


class EspeakEngine(SpeechEngine[EspeakSettings]):
    """Speaks lines with espeak-ng, each in a process of its own.

    It times every word and phoneme, and speaks at the tempo it is asked for: the take is its usual
    length divided by the tempo, within 1 % or 40 ms (espeak-ng shortens short lines in steps).
    """

    name = "espeak"
    version = 3
    settings_model = EspeakSettings
    usual_pace = 0.16 / 63
    """0.16 s for 4.5 s of speech, its process included, on a machine of 2 cores."""
    usual_bytes = 4e3
    unused_fields = frozenset({"seed"})
    speaks_at_tempo = True
    gives_timings = True

    def check(self, request: SpeechRequest) -> None:
        """Make sure that a line can be spoken; see ``Engine.check``.

        Raises:
            NothingToSayError, UnreadableTextError, EngineInputError, EngineError: As `make` says.
        """
        speakable_line(request.text, request.voice.language)
        delivery = request.delivered(EspeakDelivery, "espeak")
        _words_per_minute(self.settings.words_per_minute * delivery.rate, request)

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        """Speak one take a request.

        Its metadata says what of its line is passed over (``unspoken``), and which stage directions
        are left out (``directions``).

        Raises:
            NothingToSayError: A line holds nothing that can be pronounced.
            UnreadableTextError: A line is written in letters that its voice cannot read.
            EngineInputError: espeak-ng has no such voice, or a voice's settings are wrong.
            EngineError: espeak-ng failed, or did not end in time.
        """
        for index, request in enumerate(requests):
            said = speakable_line(request.text, request.voice.language)
            rate, take = self._speak(request, folder)
            yield Made(
                outputs=take.written(folder, index),
                metadata={
                    "words_per_minute": rate,
                    "unspoken": [*said.passed_over],
                    "directions": [*said.directions],
                },
            )

    def _speak(self, request: SpeechRequest, folder: Path) -> tuple[int, Take]:
        """Return the rate and the take that is as long as the tempo asks for."""
        delivery = request.delivered(EspeakDelivery, "espeak")
        usual_rate = self.settings.words_per_minute * delivery.rate
        rate = _words_per_minute(usual_rate * request.tempo, request)
        if request.tempo == 1.0:
            return rate, self._utter(request, delivery, rate, folder)
        usual = self._utter(request, delivery, _words_per_minute(usual_rate, request), folder)
        return _take_of_length(
            len(usual.samples) / request.tempo,
            rate,
            lambda rate: self._utter(request, delivery, rate, folder),
        )

    def _utter(
        self, request: SpeechRequest, delivery: EspeakDelivery, rate: int, folder: Path
    ) -> Take:
        spoken = SpokenText.of_line(request.text, request.voice.language)
        with TemporaryDirectory(dir=folder, prefix="espeak-") as scratch:
            wav = Path(scratch) / "spoken.wav"
            order = UtteranceOrder(
                text=spoken.text,
                voice=request.voice.provider_voice,
                wav=str(wav),
                rate=rate,
                **_espeak_numbers(delivery),
            )
            utterance = utter(order, request.excerpt, self.settings.timeout_s)
            take = take_of(read_samples(wav), utterance, spoken)
        if take is None:
            raise NothingToSayError.of_line(request.text)
        return take


def _take_of_length(wanted: float, rate: int, utter: Callable[[int], Take]) -> tuple[int, Take]:
    """Return the rate, and the take spoken at it, whose length comes nearest to `wanted` samples.

    espeak-ng's length is no exact function of its rate (up to 8 % off), so that it is searched
    for, between a rate that is too slow and one that is too fast: each try corrects the rate by
    what the last one missed.
    """
    takes: dict[int, Take] = {}
    slowest, fastest = _SLOWEST, _FASTEST
    while slowest <= fastest and len(takes) < _TEMPO_TRIES:
        takes[rate] = utter(rate)
        excess = len(takes[rate].samples) / wanted - 1
        if abs(excess) <= _TEMPO_TOLERANCE:
            break
        if excess > 0:
            slowest = rate + 1
        else:
            fastest = rate - 1
        rate = min(max(rate + round(rate * excess), slowest), fastest)
    return min(takes.items(), key=lambda taken: abs(len(taken[1].samples) - wanted))


def _words_per_minute(rate: float, request: SpeechRequest) -> int:
    if not _SLOWEST <= round(rate) <= _FASTEST:
        raise EngineInputError(
            f"{request.excerpt} is to be spoken at {rate:.0f} words a minute; espeak-ng speaks "
            f"{_SLOWEST} to {_FASTEST}. Change the rate of its character or voice, the tempo, or "
            "the engine's words_per_minute."
        )
    return round(rate)


def _espeak_numbers(delivery: EspeakDelivery) -> dict[str, int]:
    """Return a delivery in espeak-ng's own numbers.

    espeak-ng's pitch doubles the voice's base every 50 steps from 50 (its pitch_adjust_tab), but
    leaves the melody's width, in Hz, and what it adds to the base for it: about a quarter of the
    base, for the voices as they are. So the width is multiplied too, and the base by what is left.
    """
    base = delivery.pitch + 0.25 * (delivery.pitch - 1)
    return {
        "pitch": round(50 + 50 * math.log2(base)),
        "pitch_range": round(50 * delivery.pitch_range * delivery.pitch),
        "volume": round(100 * delivery.volume),
    }
