"""What the tests' server of OpenAI's protocol writes: a story by rules, or not as it should."""

from __future__ import annotations

import asyncio
import functools
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse

from openai_server_refusals import REFUSALS, Body, busy, error, for_ever, never, zipped

PROMPT = "two keepers argue in a lighthouse while the storm comes in"
"""What the stories are about, whatever is asked for."""

USAGE = {"prompt_tokens": 1234, "completion_tokens": 321}
REFUSAL = "I cannot help with that."
NO_STORY = "Once upon a time."
ODD = "Half a pair: \ud83d. “Quoted”"
"""Words that no file can hold as they are."""

_PIECE = 40
"""Letters that a chunk holds."""


@functools.cache
def story(seed: int) -> str:
    """Return a story, as it is written with a seed: so short that it fits any brief."""
    from sparkle_motion_dagster.engines.base import EngineSettings
    from sparkle_motion_dagster.engines.writer.base import WritingRequest
    from sparkle_motion_dagster.engines.writer.template.engine import TemplateWriter
    from sparkle_motion_dagster.shotlist.writing.brief import Brief

    request = WritingRequest(brief=Brief(prompt=PROMPT, seconds=8), seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        [made] = TemplateWriter(EngineSettings()).make([request], Path(folder))
        return made.outputs["answer"].path.read_text(encoding="utf-8")


def _story_for(body: Body) -> str:
    return story(body.get("seed", 0))


def _chunk(said: Mapping[str, Any] | None, finish_reason: str | None = None, **more: Any) -> bytes:
    """Return a part of a stream."""
    choice = {"index": 0, "delta": said or {}, "finish_reason": finish_reason}
    chunk = {
        "object": "chat.completion.chunk",
        "model": "right-2026-11-01",
        "system_fingerprint": "fp_44709d6fcb",
        "choices": [] if said is None and finish_reason is None else [choice],
        **more,
    }
    return b"data: %s\n\n" % json.dumps(chunk).encode()


_DONE = b"data: [DONE]\n\n"


def _pieces(text: str) -> list[bytes]:
    first = _chunk({"role": "assistant", "content": "", "refusal": None})
    pieces = (text[at : at + _PIECE] for at in range(0, len(text), _PIECE))
    return [first, *(_chunk({"content": piece}) for piece in pieces)]


def _stream(*parts: bytes) -> Response:
    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return StreamingResponse(sent(), media_type="text/event-stream")


def _whole(text: str, finish_reason: str = "stop", **said: Any) -> Response:
    """Return an answer that does not stream."""
    message = {"role": "assistant", "content": text, "refusal": None, **said}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    named = {"model": "right-2026-11-01", "system_fingerprint": "fp_44709d6fcb"}
    return JSONResponse({"object": "chat.completion", **named, "choices": [choice], "usage": USAGE})


def _told(body: Body, text: str, finish_reason: str = "stop") -> Response:
    """Return an answer as it is asked for: streamed, and with tokens counted, or not."""
    if not body.get("stream"):
        return _whole(text, finish_reason)
    counted = (body.get("stream_options") or {}).get("include_usage")
    usage = [_chunk(None, usage=USAGE)] if counted else []
    return _stream(*_pieces(text), _chunk({}, finish_reason), *usage, _DONE)


def _half(body: Body) -> list[bytes]:
    text = _story_for(body)
    return _pieces(text[: len(text) // 2])


def _broken(parts: Iterable[bytes]) -> Response:
    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part
        raise ConnectionAbortedError

    return StreamingResponse(sent(), media_type="text/event-stream")


def _dripping(parts: Iterable[bytes], drip: bytes) -> Response:
    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part
        async for one in for_ever(drip, 0.02):
            yield one

    return StreamingResponse(sent(), media_type="text/event-stream")


def _after_mistakes(body: Body, mistakes: int) -> Response:
    """Answer wrong until the conversation holds so many wrong answers."""
    answered = sum(one["role"] == "assistant" for one in body["messages"])
    return _told(body, NO_STORY if answered < mistakes else _story_for(body))


def _refusing(lacks: Callable[[Body], str | None]) -> Callable[[Body, str], Response]:
    """Return what writes a story unless it is asked for what it lacks, which it then names."""

    def answer(body: Body, _: str) -> Response:
        lacking = lacks(body)
        return _told(body, _story_for(body)) if lacking is None else error(400, lacking)

    return answer


def _format(body: Body) -> str:
    return str((body.get("response_format") or {"type": "text"})["type"])


def _lengths(body: Body) -> str | None:
    wrong = "Invalid schema for response_format 'shot_list': 'maxLength' is not permitted."
    return wrong if "maxLength" in json.dumps(body.get("response_format")) else None


def _schemas(body: Body) -> str | None:
    wrong = "'response_format.type' must be 'json_object' or 'text'"
    return wrong if _format(body) == "json_schema" else None


def _formats(body: Body) -> str | None:
    return "This model has no structured output." if _format(body) != "text" else None


def _streaming(body: Body) -> str | None:
    return "Streaming is not supported." if body.get("stream") else None


def _other_limit(body: Body, _: str) -> Response:
    if "max_tokens" not in body:
        return _told(body, _story_for(body))
    told = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    code = {"code": "unsupported_parameter", "param": "max_tokens", "message": told}
    return JSONResponse({"error": code}, 400)


def _extra(body: Body, names: set[str]) -> Response:
    """Write a story, or refuse a field as FastAPI does: with all that came."""
    for name in sorted(body.keys() & names):
        extra = {"loc": ["body", name], "msg": "Extra inputs are not permitted", "input": {**body}}
        return JSONResponse({"detail": [extra]}, 422)
    return _told(body, _story_for(body))


def _asked(body: Body) -> str:
    return str(body["messages"][1]["content"])


_ANSWERS: Mapping[str, Callable[[Body, str], Response]] = {
    "right": lambda body, _: _told(body, _story_for(body)),
    "right_at_third": lambda body, _: _after_mistakes(body, 2),
    "never_right": lambda body, _: _told(body, NO_STORY),
    "whole": lambda body, _: _whole(_story_for(body)),
    "whole_and_half": lambda body, _: _whole(_story_for(body)[:500], "length"),
    "half": lambda body, _: _told(body, _story_for(body)[:500], "length"),
    "broken": lambda body, _: _broken(_half(body)),
    "broken_at_once": lambda _, __: _broken([]),
    "broken_at_the_end": lambda body, _: _broken([*_pieces(_story_for(body)), _chunk({}, "stop")]),
    "ends_amid": lambda body, _: _stream(*_half(body)),
    "ends_at_once": lambda _, __: _stream(),
    "slows_down": lambda body, _: _dripping(_half(body), b": still here\n\n"),
    "goes_on": lambda _, __: _dripping([], _chunk({"content": " " * 1000})),
    "refuses": lambda _, __: _stream(
        _chunk({"role": "assistant", "content": None, "refusal": REFUSAL[:8]}),
        _chunk({"refusal": REFUSAL[8:]}),
        _chunk({}, "stop"),
        _DONE,
    ),
    "refuses_at_once": lambda _, __: _whole("", refusal=REFUSAL),
    "is_filtered": lambda body, _: _stream(*_half(body), _chunk({}, "content_filter"), _DONE),
    "no_lengths": _refusing(_lengths),
    "no_schema": _refusing(_schemas),
    "no_format": _refusing(_formats),
    "no_stream": _refusing(_streaming),
    "other_limit": _other_limit,
    "bare": lambda body, _: _extra(body, {*body} - {"model", "messages", "max_tokens"}),
    "no_temperature": lambda body, _: _extra(body, {"temperature"}),
    "odd_letters": lambda _, __: _stream(_chunk({"content": ODD}), _chunk({}, "stop"), _DONE),
    "tells_the_key": lambda _, key: _whole(f"I was asked by {key}."),
    "quotes": lambda body, key: error(400, f"I do not know how: {_asked(body)!r}, {key}"),
    "quotes_all": lambda body, _: JSONResponse({"detail": [{"got": {**body}}]}, 422),
    "quotes_in_stream": lambda body, key: _stream(
        b"data: %s\n\n" % json.dumps({"error": {"message": f"{_asked(body)} {key}"}}).encode()
    ),
    "html": lambda _, __: HTMLResponse("<!doctype html>\n<title>Sign in</title>"),
    "echo": lambda body, key: JSONResponse({"got": _asked(body), "key": key}),
    "nonsense": lambda _, __: _stream(b"data: {]\n\n"),
    "wrong_types": lambda _, __: _stream(b'data: {"choices": [{"delta": {"content": 7}}]}\n\n'),
    "bomb": lambda _, __: zipped(bytes(2**25)),
}


async def _by_and_by(body: Body, before: Sequence[Body]) -> Response:
    """Be busy twice, then write."""
    return busy(retry_after="0.01") if len(before) < 2 else _told(body, _story_for(body))


_DEEDS: Mapping[str, Callable[[Body, Sequence[Body]], Awaitable[Response]]] = {
    "slow": never,
    "busy_twice": _by_and_by,
}


async def written(body: Body, key: str, before: Sequence[Body]) -> Response:
    """Return what the model that is asked writes.

    Args:
        body: The question.
        key: By whom it is asked.
        before: What was asked before.
    """
    model = body["model"]
    if model in _DEEDS:
        return await _DEEDS[model](body, before)
    if model in REFUSALS:
        return REFUSALS[model](key)
    await asyncio.to_thread(_story_for, body)
    return _ANSWERS[model](body, key)
