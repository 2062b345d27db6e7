"""What a server's answer holds: a take of the line, or what came in its place."""

from dataclasses import dataclass

from pydantic import JsonValue

from sparkle_motion_dagster.engines.speech.judging import Fault, Judged, bounds_s, judged
from sparkle_motion_dagster.engines.speech.openai_speech.decoding import (
    FASTEST_RATE,
    MOST_CHANNELS,
    NoSoundError,
    Sound,
    decoded,
)
from sparkle_motion_dagster.engines.speech.openai_speech.server import Answer

_SILENCE_S = 5.0
"""How much silence a server may leave around a line, in seconds."""

_WIDEST_FRAME = 4 * MOST_CHANNELS
"""How many bytes a moment of sound may take: a floating-point number a channel."""

_HEADER_BYTES = 2**16
"""How many bytes a file may have beside its sound."""

_SHOWN = 80
"""How many characters are shown of what is no sound."""


class UnusableAnswerError(Exception):
    """An answer is no take of its line; the message says what came."""


@dataclass(frozen=True)
class Length:
    """How long a take sounds at least, and at most, in seconds."""

    shortest_s: float
    longest_s: float

    @classmethod
    def of(cls, text: str, speed: float) -> "Length":
        """Return how long a text is spoken at a speed; or at 1: not every server knows others."""
        shortest, longest = bounds_s(text)
        return cls(shortest * min(1.0, 1 / speed), longest * max(1.0, 1 / speed))

    @property
    def with_silence_s(self) -> float:
        """How long the longest take lasts, with the silence around it."""
        return self.longest_s + _SILENCE_S

    @property
    def most_bytes(self) -> int:
        """How many bytes the largest file has that holds a take of this length."""
        return _HEADER_BYTES + round(FASTEST_RATE * _WIDEST_FRAME * self.with_silence_s)


@dataclass(frozen=True)
class ServerTake:
    """A line as a server spoke it.

    Attributes:
        sound: What came, with the silence around it.
        judged: What was measured in it.
        faults: What is wrong with it, and does not make it useless.
    """

    sound: Sound
    judged: Judged
    faults: tuple[Fault, ...]

    def facts(self) -> dict[str, JsonValue]:
        """Return what was measured, as a take's metadata lists it."""
        return {
            "seconds": round(self.judged.seconds, 3),
            "peak": round(self.judged.peak, 4),
            "level_db": round(self.judged.level_db, 1),
            "faults": [*self.faults],
        }


def take_in(answer: Answer, text: str, length: Length, sample_rate: int | None) -> ServerTake:
    """Return the take that an answer holds.

    Args:
        answer: What the server sent.
        text: What it was to say.
        length: How long that may sound.
        sample_rate: How many samples a second there must be; None: whatever the file says.

    Raises:
        UnusableAnswerError: It holds no sound, or not all of it, or silence, or far too little or
            too much sound, or sound of another sample rate.
    """
    sound = _sound(answer, length)
    if sample_rate not in (None, sound.rate):
        raise UnusableAnswerError(f"{sound}; the engine's setting sample_rate says {sample_rate}")
    found = judged(sound.samples, sound.rate, text)
    if "silent" in found.faults:
        raise UnusableAnswerError(f"silence ({sound})")
    if not length.shortest_s <= found.seconds <= length.longest_s:
        raise UnusableAnswerError(
            f"{found.seconds:.1f} s of speech ({sound}), and its text takes {length.shortest_s:.1f}"
            f" to {length.longest_s:.1f} s. Perhaps the file names a wrong sample rate"
        )
    faults = tuple(fault for fault in found.faults if fault in ("clipped", "cut short"))
    return ServerTake(sound, found, faults)


def _sound(answer: Answer, length: Length) -> Sound:
    """Return the sound in an answer."""
    if not answer.content:
        raise UnusableAnswerError("nothing: it is empty")
    try:
        sound = decoded(answer.content, length.with_silence_s)
    except NoSoundError as error:
        raise UnusableAnswerError(f"{error}: {_described(answer)}") from error
    if sound.seconds > length.with_silence_s:
        raise UnusableAnswerError(f"more than {length.with_silence_s:.0f} s of sound ({sound})")
    return sound


def _described(answer: Answer) -> str:
    """Return what an answer is that is no sound: what it says it is, and how it begins."""
    begin = " ".join(answer.beginning.split())[:_SHOWN]
    shown = f", {begin!r}" if begin.isprintable() and "\ufffd" not in begin else ""
    return f"{len(answer.content)} bytes of {answer.media_type}{shown}"
