"""A server that speaks OpenAI's protocol, in a process of its own: by espeak, or not as it should.

What it does with a line, the model says that it is asked for (`_DEEDS`, `_SOUNDS`); "right" speaks
it. Each test has a room of its own there, whose address remembers what came.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import io
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
Body = Mapping[str, Any]

KEY_VARIABLE = "THE_KEY_OF_THE_TESTS"
KEY = "sk-proj-Zx81/not+for=print"
"""A key, as no other file holds it, and the environment variable that tests put it into."""

_RATE = 22_050
"""What espeak speaks at, in Hz."""


@dataclass(frozen=True)
class Room:
    """A part of the server that one test has."""

    base_url: str

    def asked(self) -> list[dict[str, Any]]:
        """Return what the room was asked to speak, each with its headers that say by whom."""
        with urllib.request.urlopen(f"{self.base_url}/asked") as answer:  # noqa: S310 - our own
            asked: list[dict[str, Any]] = json.load(answer)
        return asked


@dataclass
class SpeechServer:
    """A running server."""

    address: str
    _numbers: Iterator[int] = field(default_factory=count)

    def room(self) -> Room:
        """Return a room that nobody has asked anything yet."""
        return Room(f"{self.address}/room{next(self._numbers)}/v1")


@contextmanager
def running() -> Iterator[SpeechServer]:
    """Have a server run while the block does; it ends with this process, too."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield SpeechServer(process.stdout.readline().strip())
        finally:
            process.stdin.close()


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


def _application() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
    from starlette.routing import Route

    rooms: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)

    def error(status: int, message: str, code: str = "", **headers: str) -> Response:
        told = {"error": {"message": message, "code": code, "type": "error"}}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return JSONResponse(told, status, named)

    def busy(**headers: str) -> Response:
        return error(429, "Rate limit reached.", "rate_limit_exceeded", **headers)

    def date(seconds: float) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)

    def cut_off(body: Body, *, sized: bool) -> Response:
        content = _right(body)

        async def half() -> AsyncIterator[bytes]:
            yield content[: len(content) // 2]
            raise ConnectionAbortedError

        length = {"content-length": str(len(content))} if sized else {}
        return StreamingResponse(half(), media_type="audio/flac", headers=length)

    def zipped(content: bytes) -> Response:
        return Response(gzip.compress(content), headers={"content-encoding": "gzip"})

    async def for_ever(piece: bytes, every_s: float) -> AsyncIterator[bytes]:
        while True:
            yield piece
            await asyncio.sleep(every_s)

    async def never(_: Body, __: str) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def by_and_by(body: Body, room: str) -> Response:
        """Be busy twice, then speak."""
        first = sum(one["model"] == body["model"] for one in rooms[room]) <= 2
        return busy(retry_after="0.1") if first else await sound("right", body)

    async def one_line(body: Body, room: str) -> Response:
        """Speak one line; then the quota is spent."""
        spent = error(429, "You exceeded your current quota.", "insufficient_quota")
        return await sound("right", body) if len(rooms[room]) == 1 else spent

    async def sound(name: str, body: Body) -> Response:
        content = await asyncio.to_thread(_SOUNDS[name], body)
        return Response(content, media_type=f"audio/{body['response_format']}")

    answers: Mapping[str, Callable[[Body, str], Response]] = {
        "busy": lambda _, __: busy(),
        "busy_seconds": lambda _, __: busy(retry_after="7"),
        "busy_milliseconds": lambda _, __: busy(retry_after_ms="1500", retry_after="2"),
        "busy_date": lambda _, __: busy(retry_after=date(30)),
        "busy_until_yesterday": lambda _, __: busy(retry_after=date(-86_400)),
        "busy_nonsense": lambda _, __: busy(retry_after="soon"),
        "busy_nan": lambda _, __: busy(retry_after="nan"),
        "busy_a_day": lambda _, __: busy(retry_after="86400"),
        "unauthorized": lambda _, key: error(401, f"Incorrect API key provided: {key}"),
        "forbidden": lambda _, key: error(403, f"The project of {key} has no access to this."),
        "quota": lambda _, __: error(429, "You exceeded your quota.", "insufficient_quota"),
        "billing": lambda _, __: error(403, "Your account is not active.", "billing_not_active"),
        "unpaid": lambda _, __: error(402, "Payment required."),
        "wrong": lambda _, key: error(400, f"Unknown voice; asked by {key}."),
        "invalid": lambda _, __: JSONResponse({"detail": [{"msg": "voice is too long"}]}, 422),
        "unknown": lambda _, __: JSONResponse({"detail": "Not Found"}, 404),
        "down": lambda _, key: error(500, f"The server had an error with {key}."),
        "gateway": lambda _, __: HTMLResponse("<html><h1>Bad Gateway</h1></html>", 502),
        "overloaded": lambda _, __: error(503, "Try later.", retry_after="4"),
        "down_at_length": lambda _, __: StreamingResponse(for_ever(b"x" * 65_536, 0), 500),
        "redirect": lambda _, key: Response("", 307, {"location": f"/elsewhere?{key}"}),
        "cut_off": lambda body, _: cut_off(body, sized=True),
        "cut_off_unsized": lambda body, _: cut_off(body, sized=False),
        "html": lambda _, __: HTMLResponse("<!doctype html>\n<title>Sign in</title>"),
        "json": lambda _, key: JSONResponse({"error": f"no voice for {key}"}),
        "escaped_json": lambda _, key: Response(json.dumps(key).replace("/", "\\/")),
        "late_key": lambda _, key: Response(f"{'no ' * 24}{key}"),
        "late_key_refused": lambda _, key: error(400, f"{'no ' * 98}{key}"),
        "quoted": lambda _, key: error(400, quote(key, safe="")),
        "nested": lambda _, key: JSONResponse({"detail": [{"input": {"asked_by": key}}]}, 422),
        "broken_json": lambda _, __: Response('{"error": ', 400, media_type="application/json"),
        "huge": lambda _, __: StreamingResponse(for_ever(bytes(65_536), 0)),
        "zipped": lambda body, _: zipped(_right(body)),
        "bomb": lambda _, __: zipped(bytes(2**25)),
        "zipped_badly": lambda _, __: Response(b"no", headers={"content-encoding": "gzip"}),
        "drip": lambda _, __: StreamingResponse(for_ever(b"\0", 0.02)),
    }
    deeds: Mapping[str, Callable[[Body, str], Awaitable[Response]]] = {
        "slow": never,
        "busy_twice": by_and_by,
        "one_line": one_line,
    }

    async def speech(request: Request) -> Response:
        body, room = await request.json(), request.path_params["room"]
        key = request.headers.get("authorization", "")
        whose = {name: of for name, of in request.headers.items() if name.startswith("openai-")}
        rooms[room].append({**body, **whose, "authorization": key})
        model = body["model"]
        if model in deeds:
            return await deeds[model](body, room)
        if model in answers:
            return answers[model](body, key.removeprefix("Bearer "))
        return await sound(model, body)

    async def model(request: Request) -> Response:
        name = request.path_params["model"]
        if name in ("unauthorized", "down"):
            return answers[name]({}, "a key")
        known = name == "right"
        return JSONResponse({"id": name, "object": "model"}) if known else error(404, "Unknown.")

    async def asked(request: Request) -> Response:
        return JSONResponse(rooms[request.path_params["room"]])

    async def elsewhere(request: Request) -> Response:
        rooms["elsewhere"].append({"authorization": request.headers.get("authorization")})
        return Response()

    return Starlette(
        routes=[
            Route("/{room}/v1/audio/speech", speech, methods=["POST"]),
            Route("/{room}/v1/models/{model}", model),
            Route("/{room}/v1/asked", asked),
            Route("/elsewhere", elsewhere, methods=["GET", "POST"]),
        ]
    )


def _main() -> None:
    import os
    import socket
    import threading

    import uvicorn

    def end_with_the_parent() -> None:
        sys.stdin.read()
        os._exit(0)

    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=end_with_the_parent, daemon=True).start()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(_application(), log_level="critical", lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    _main()
