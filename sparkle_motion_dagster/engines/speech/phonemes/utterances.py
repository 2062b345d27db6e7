"""Running espeak-ng: one text in a process of its own, and when each of its phonemes sounds."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sparkle_motion_dagster.engines.base import EngineError, EngineInputError
from sparkle_motion_dagster.units import Record

STRESS = "ˈˌ"
"""The marks of stress, which stand before a phoneme."""

_PROGRAM = Path(__file__).with_name("program.py")
_REFUSED = 2  # the program's exit status for a voice that espeak-ng does not have
_LANGUAGE_TAG = re.compile(r"\([^)]*\)?")  # "(en)hˈ": espeak changes its language for a word


class Phoneme(Record):
    """A phoneme or a pause (no ``ipa``).

    ``sample`` is where it begins in the sound, ``position`` the character of the text that it
    belongs to, counted from 0.
    """

    ipa: str
    sample: int
    position: int


class Utterance(Record):
    """What espeak-ng says of a text that it spoke; ``sample_rate`` is in Hz."""

    sample_rate: int
    phonemes: tuple[Phoneme, ...]


@dataclass(frozen=True)
class UtteranceOrder:
    """A text for espeak-ng, and how it is to speak it.

    Attributes:
        text: What is spoken.
        voice: espeak-ng's own name of the voice, such as "en-us+f3".
        wav: Where the sound goes, as 16-bit mono WAV; None: nobody wants to hear it.
        rate: Words a minute.
        pitch: 0 to 100.
        pitch_range: 0 to 100.
        volume: 0 to 200.
    """

    text: str
    voice: str
    wav: str | None = None
    rate: int = 165
    pitch: int = 50
    pitch_range: int = 50
    volume: int = 100


def utter(order: UtteranceOrder, line: str, timeout_s: float) -> Utterance:
    """Have espeak-ng speak a text in a process of its own, which ends with this one.

    Args:
        order: The text, and how it is spoken.
        line: The beginning of the line, in quotes; for messages.
        timeout_s: How many seconds it may take.

    Raises:
        EngineInputError: espeak-ng has no such voice.
        EngineError: It failed, or did not end in time.
    """
    import espeakng_loader

    library = {
        "library": espeakng_loader.get_library_path(),
        "data": espeakng_loader.get_data_path(),
    }
    try:
        ended = subprocess.run(  # kills the program when it is interrupted itself
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            input=json.dumps(asdict(order) | library).encode("ascii"),
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(
            f"espeak-ng did not speak {line} within {timeout_s:g} s and was stopped."
        ) from error
    message = ended.stderr.decode("utf-8", "replace").strip()
    if ended.returncode == _REFUSED:
        raise EngineInputError(
            f"{message}, which {line} is to be spoken with. "
            "Correct the voice's entry in the voice catalogue."
        )
    if ended.returncode != 0:
        raise EngineError(
            f"espeak-ng failed at {line}: {_how_it_ended(ended.returncode)}. {message}".rstrip()
        )
    return Utterance.model_validate_json(ended.stdout)


def without_language_tags(phonemes: Sequence[Phoneme]) -> list[Phoneme]:
    """Return phonemes without the marks of a changed language; one that is only such a mark goes.

    Where a word of another language is spoken, espeak-ng writes "(en)h".
    """
    plain = [one.model_copy(update={"ipa": _LANGUAGE_TAG.sub("", one.ipa)}) for one in phonemes]
    return [one for one, marked in zip(plain, phonemes, strict=True) if one.ipa or not marked.ipa]


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
