"""A program of its own that speaks one text with espeak-ng, and ends.

espeak-ng is deterministic only for the first utterance of a process (and once its noise is
seeded), so that every line gets a process; and its licence (GPL) asks for a program of its own. It
is run as a script, needs nothing but the standard library, and imports nothing of this package.

It reads one request from standard input, as JSON::

    {"library": "/…/libespeak-ng.so", "data": "/…/espeak-ng-data", "wav": "/…/spoken.wav",
     "text": "Not tonight.", "voice": "en-us+f3",
     "rate": 165, "pitch": 50, "pitch_range": 50, "volume": 100}

``rate`` is in words a minute, the other numbers are espeak's own (0..100, the volume 0..200). It
writes the speech to ``wav`` (16-bit mono), unless that is null, and prints, as JSON, when each
phoneme begins (in samples from the start) and to which character of the text it belongs (counted
from 0); a pause has no ``ipa``::

    {"sample_rate": 22050, "phonemes": [{"ipa": "n", "sample": 0, "position": 0}, …]}

Exit status 0: spoken; 2: the request names a voice that espeak-ng does not have; 1: anything else.
Standard error says why.
"""

import ctypes
import json
import os
import signal
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Names and numbers of espeak-ng's speak_lib.h.
_OUTPUT_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x0001, 0x0002, 0x8000
_EVENT_LIST_TERMINATED, _EVENT_PHONEME = 0, 7
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_CHARS_UTF8 = 1  # neither SSML nor [[phoneme codes]]: the text is text
_POSITION_CHARACTER = 1

_NOISE_SEED = 1

_PR_SET_PDEATHSIG = 1  # Linux, sys/prctl.h


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_SynthCallback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class UnknownVoiceError(Exception):
    """espeak-ng has no such voice."""


class EspeakFailedError(Exception):
    """espeak-ng refused a call."""


class Recorder:
    """Collects what espeak-ng hands to its callback: samples and the beginnings of phonemes."""

    def __init__(self) -> None:
        self.pcm = bytearray()
        self.phonemes: list[dict[str, Any]] = []

    def receive(self, samples: Any, count: int, events: Any) -> int:
        """Take one block; return 0 so that espeak-ng goes on."""
        if samples and count > 0:
            self.pcm += ctypes.string_at(samples, count * 2)
        index = 0
        while events[index].type != _EVENT_LIST_TERMINATED:
            if events[index].type == _EVENT_PHONEME:
                self.phonemes.append(_phoneme(events[index]))
            index += 1
        return 0


def _phoneme(event: _Event) -> dict[str, Any]:
    # Eight bytes, ended by a zero only where there is room: a long name may be cut within a letter.
    name = ctypes.string_at(ctypes.addressof(event) + _Event.id.offset, 8).split(b"\0")[0]
    return {
        "ipa": name.decode("utf-8", "ignore"),
        "sample": event.sample,
        "position": event.text_position - 1,
    }


def speak(request: dict[str, Any]) -> dict[str, Any]:
    """Speak a request and return its timings.

    Raises:
        UnknownVoiceError: espeak-ng has no such voice or variant.
        EspeakFailedError: espeak-ng refused a call.
    """
    espeak = ctypes.CDLL(request["library"])
    sample_rate = espeak.espeak_Initialize(
        _OUTPUT_SYNCHRONOUS,
        0,
        os.fsencode(request["data"]),
        _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT,
    )
    if sample_rate <= 0:
        raise EspeakFailedError(f"espeak-ng did not start with the data in {request['data']}")
    # The breath in a voice is noise, which would begin differently every second of the clock.
    _check(espeak.espeak_ng_SetRandSeed(ctypes.c_long(_NOISE_SEED)), "the seed of its noise")
    _choose_voice(espeak, request["voice"], Path(request["data"]))
    for parameter, name in (
        (_RATE, "rate"),
        (_PITCH, "pitch"),
        (_RANGE, "pitch_range"),
        (_VOLUME, "volume"),
    ):
        _check(espeak.espeak_SetParameter(parameter, request[name], 0), f"{name} {request[name]}")

    recorder = Recorder()
    callback = _SynthCallback(recorder.receive)
    espeak.espeak_SetSynthCallback(callback)
    text = request["text"].encode("utf-8")
    _check(
        espeak.espeak_Synth(
            text, len(text) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        ),
        "the text",
    )
    if request["wav"] is not None:
        with wave.open(request["wav"], "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(sample_rate)
            wav.writeframes(bytes(recorder.pcm))
    return {"sample_rate": sample_rate, "phonemes": recorder.phonemes}


def _choose_voice(espeak: ctypes.CDLL, voice: str, data: Path) -> None:
    # An unknown language is refused, an unknown variant would silently be left out.
    _, _, variant = voice.partition("+")
    if variant and variant not in {path.name for path in (data / "voices" / "!v").iterdir()}:
        raise UnknownVoiceError(f"espeak-ng has no voice variant {variant!r}")
    if espeak.espeak_SetVoiceByName(voice.encode("utf-8")) != 0:
        raise UnknownVoiceError(f"espeak-ng has no voice {voice!r}")


def _check(status: int, subject: str) -> None:
    if status != 0:
        raise EspeakFailedError(f"espeak-ng refused {subject} (status {status})")


def _die_with_parent() -> None:
    if sys.platform == "linux":  # elsewhere one line is all that is left to say
        prctl: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
        if prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def main() -> int:
    """Speak the request on standard input; return the exit status."""
    _die_with_parent()
    try:
        timings = speak(json.load(sys.stdin.buffer))
    except UnknownVoiceError as error:
        print(error, file=sys.stderr)
        return 2
    except (EspeakFailedError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    json.dump(timings, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
