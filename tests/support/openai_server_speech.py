"""What the tests' server of OpenAI's protocol speaks: by espeak, or not as it should."""

from __future__ import annotations

import asyncio
import functools
import io
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from openai_server_refusals import REFUSALS, Body, busy, error, for_ever, never, zipped

Samples = npt.NDArray[np.float64]

_RATE = 22_050
"""What espeak speaks at, in Hz."""


def _spoken(body: Body) -> Samples:
    return _said(body["input"], body.get("speed", 1.0))


@functools.cache
def _said(text: str, speed: float) -> Samples:
    """Return a text spoken by espeak, so many times as fast as usual."""
    import soundfile

    from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
    from sparkle_motion_dagster.engines.speech.espeak.engine import EspeakEngine, EspeakSettings

    voice = Voice(provider_voice="en-us+f3", language="en-US", settings={"rate": speed})
    request = SpeechRequest(text=text, voice=voice, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        [take] = EspeakEngine(EspeakSettings()).make([request], Path(folder))
        samples: Samples = soundfile.read(take.outputs["audio"].path, dtype="float64")[0]
    return samples


def _file(samples: Samples, form: str, rate: int = _RATE, subtype: str | None = None) -> bytes:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=form.upper(), subtype=subtype)
    return file.getvalue()


def _right(body: Body) -> bytes:
    return _file(_spoken(body), body["response_format"])


def _padded(body: Body) -> bytes:
    silence = np.zeros(_RATE)
    return _file(np.concatenate([silence, _spoken(body), silence]), body["response_format"])


def _half(body: Body) -> bytes:
    whole = _right(body)
    return whole[: len(whole) // 2]


def _streamed(body: Body) -> bytes:
    """Return a WAV as it is sent before it is whole: it does not know its size."""
    wav = bytearray(_file(_spoken(body), "wav"))
    wav[4:8] = wav[40:44] = b"\xff" * 4
    return bytes(wav)


def _nameless(body: Body) -> bytes:
    """Return a FLAC as it is sent before it is whole: it does not know how many samples it has."""
    flac = bytearray(_file(_spoken(body), "flac"))
    flac[21] &= 0xF0  # the STREAMINFO block's total of samples, 36 bits (RFC 9639, 8.2)
    flac[22:26] = bytes(4)
    return bytes(flac)


def _many_channels(body: Body) -> bytes:
    """Return a WAV that says that it has 300 channels."""
    wav = bytearray(_file(_spoken(body), "wav"))
    wav[22:24] = (300).to_bytes(2, "little")
    return bytes(wav)


def _wide(body: Body) -> bytes:
    left = _spoken(body)
    return _file(np.stack([left, 0.5 * left], axis=1), body["response_format"])


_SOUNDS: Mapping[str, Callable[[Body], bytes]] = {
    "right": _right,
    "tts-1": _right,
    "padded": _padded,
    "half_a_file": _half,
    "streamed_wav": _streamed,
    "streamed_flac": _nameless,
    "stereo": _wide,
    "opposed": lambda body: _file(np.outer(_spoken(body), [1, -1]), body["response_format"]),
    "six_channels": lambda body: _file(np.outer(_spoken(body), np.ones(6)), "wav"),
    "many_channels": _many_channels,
    "eight_bit": lambda body: _file(_spoken(body), "wav", subtype="PCM_U8"),
    "float": lambda body: _file(3.0 * _spoken(body), "wav", subtype="FLOAT"),
    "not_a_number": lambda body: _file(np.nan * _spoken(body), "wav", subtype="FLOAT"),
    "mp3": lambda body: _file(_spoken(body), "mp3"),
    "vorbis": lambda body: _file(_spoken(body), "ogg"),
    "wrong_rate": lambda body: _file(_spoken(body)[::6], "flac", rate=_RATE),
    "double_rate": lambda body: _file(_spoken(body)[::2], "flac", rate=_RATE),
    "impossible_rate": lambda body: _file(_spoken(body), "wav", rate=96_000),
    "silence": lambda _: _file(np.zeros(_RATE), "flac"),
    "whispered": lambda body: _file(0.003 * _spoken(body), "flac"),
    "click": lambda _: _file(np.eye(1, _RATE, 99)[0], "flac"),
    "rambling": lambda body: _file(np.tile(_spoken(body), 8), "flac"),
    "ten_minutes": lambda _: _file(np.zeros(600 * _RATE), "flac"),
    "empty": lambda _: b"",
    "noise": lambda _: np.random.default_rng(1).bytes(5000),
    "playlist": lambda _: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n",
    "header_alone": lambda body: _file(_spoken(body), "wav")[:44],
}


async def _sound(name: str, body: Body) -> Response:
    content = await asyncio.to_thread(_SOUNDS[name], body)
    return Response(content, media_type=f"audio/{body['response_format']}")


def _cut_off(body: Body, *, sized: bool) -> Response:
    content = _right(body)

    async def half() -> AsyncIterator[bytes]:
        yield content[: len(content) // 2]
        raise ConnectionAbortedError

    length = {"content-length": str(len(content))} if sized else {}
    return StreamingResponse(half(), media_type="audio/flac", headers=length)


async def _by_and_by(body: Body, before: Sequence[Body]) -> Response:
    """Be busy twice, then speak."""
    first = sum(one["model"] == body["model"] for one in before) < 2
    return busy(retry_after="0.1") if first else await _sound("right", body)


async def _one_line(body: Body, before: Sequence[Body]) -> Response:
    """Speak one line; then the quota is spent."""
    spent = error(429, "You exceeded your current quota.", "insufficient_quota")
    return spent if before else await _sound("right", body)


_ANSWERS: Mapping[str, Callable[[Body, str], Response]] = {
    "wrong": lambda _, key: error(400, f"Unknown voice; asked by {key}."),
    "invalid": lambda _, __: JSONResponse({"detail": [{"msg": "voice is too long"}]}, 422),
    "cut_off": lambda body, _: _cut_off(body, sized=True),
    "cut_off_unsized": lambda body, _: _cut_off(body, sized=False),
    "html": lambda _, __: HTMLResponse("<!doctype html>\n<title>Sign in</title>"),
    "json": lambda _, key: JSONResponse({"error": f"no voice for {key}"}),
    "escaped_json": lambda _, key: Response(json.dumps(key).replace("/", "\\/")),
    "late_key": lambda _, key: Response(f"{'no ' * 24}{key}"),
    "huge": lambda _, __: StreamingResponse(for_ever(bytes(65_536), 0)),
    "zipped": lambda body, _: zipped(_right(body)),
    "bomb": lambda _, __: zipped(bytes(2**25)),
    "zipped_badly": lambda _, __: Response(b"no", headers={"content-encoding": "gzip"}),
    "drip": lambda _, __: StreamingResponse(for_ever(b"\0", 0.02)),
}
_DEEDS: Mapping[str, Callable[[Body, Sequence[Body]], Awaitable[Response]]] = {
    "slow": never,
    "busy_twice": _by_and_by,
    "one_line": _one_line,
}


async def spoken(body: Body, key: str, before: Sequence[Body]) -> Response:
    """Return what the model that is asked makes of a line.

    Args:
        body: The question.
        key: By whom it is asked.
        before: What was asked before.
    """
    model = body["model"]
    if model in _DEEDS:
        return await _DEEDS[model](body, before)
    if model in _ANSWERS:
        return _ANSWERS[model](body, key)
    if model in REFUSALS:
        return REFUSALS[model](key)
    return await _sound(model, body)
