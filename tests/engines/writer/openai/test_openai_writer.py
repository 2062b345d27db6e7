"""What the openai writer makes of a server's answers, good and bad; the server is a real one."""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import JsonValue

from devices import on_cpu
from openai_server import KEY, KEY_VARIABLE, OpenaiServer, Room
from openai_server_chat import NO_STORY, REFUSAL, USAGE
from sparkle_motion_dagster.engines.base import (
    EngineError,
    EngineInputError,
    NotReadyError,
    ProviderBusyError,
    QuotaSpentError,
)
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.engines.machinery.steps import Steps
from sparkle_motion_dagster.engines.registry import declared, engine_of, named, settings_of
from sparkle_motion_dagster.engines.writer.base import Attempt, WriterEngine, WritingRequest
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.production.loop import fingerprint
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief

SERVER = "sparkle_motion_dagster.engines.writer.openai.server"
PROMPT = 'Vetrliði sells his "last" herring\nto a lodger who never pays; \N{FISH}'
"""A prompt, as no other file holds it, with all that JSON, Python and HTML write otherwise."""

Writer = WriterEngine[Any]


@pytest.fixture
def room(openai_server: OpenaiServer, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room of the server, for which there is a key."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return openai_server.room()


def writer(
    room: Room, model: str = "right", steps: Steps | None = None, **settings: JsonValue
) -> Writer:
    told = {"base_url": room.base_url, "model": model, "api_key_env": KEY_VARIABLE}
    patience = {"retries": 2, "wait_s": 0.01}
    return written_by({**told, **patience, **settings}, steps)


def written_by(settings: Mapping[str, JsonValue], steps: Steps | None = None) -> Writer:
    facilities = replace(equipment(), listener=steps or Steps())
    return cast(Writer, engine_of("writer", "openai", settings, facilities))


@functools.cache
def equipment() -> Facilities:
    return on_cpu()


def request(prompt: str = PROMPT, **more: Any) -> WritingRequest:
    return WritingRequest(brief=Brief(prompt=prompt), seed=7, **more)


def answer(
    writing: Writer, folder: Path, asked: WritingRequest | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the one answer that a writer makes, and its metadata."""
    [made] = writing.make([asked or request()], folder)
    return made.outputs["answer"].path.read_text(encoding="utf-8"), dict(made.metadata)


def refused(writing: Writer, folder: Path, asked: WritingRequest | None = None) -> SparkleError:
    """Return the error with which a writer ends, which tells nobody what was asked by whom."""
    with pytest.raises(SparkleError) as error:
        answer(writing, folder, asked)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    told = str(error.value)
    assert KEY not in told
    assert "herring" not in told
    assert "never pays" not in told
    assert list(folder.iterdir()) == []
    return error.value


def test_a_server_is_asked_what_the_request_and_the_settings_say(
    room: Room, tmp_path: Path
) -> None:
    text, metadata = answer(writer(room, temperature=0.5, max_tokens=4000), tmp_path)
    assert read_answer(text).listed is not None
    assert metadata == {
        "model": "right-2026-11-01",
        "revision": "fp_44709d6fcb",
        "prompt_tokens": USAGE["prompt_tokens"],
        "answer_tokens": USAGE["completion_tokens"],
        "ended": "done",
        "structured": "json_schema",
    }
    [sent] = room.asked()
    [told, prompt] = sent.pop("messages")
    assert told["role"] == "system"
    assert "JSON Schema" in told["content"]
    assert prompt["role"] == "user"
    assert PROMPT in prompt["content"]
    held = {"name": "shot_list", "strict": True, "schema": answer_schema(request().brief)}
    assert sent == {
        "model": "right",
        "max_tokens": 4000,
        "temperature": 0.5,
        "seed": 7,
        "response_format": {"type": "json_schema", "json_schema": held},
        "stream": True,
        "stream_options": {"include_usage": True},
        "authorization": f"Bearer {KEY}",
    }


def test_a_temperature_is_sent_only_where_somebody_wants_one(room: Room, tmp_path: Path) -> None:
    answer(writer(room), tmp_path)
    assert "temperature" not in room.asked()[0]


def test_each_request_is_asked_with_its_own_seed(room: Room, tmp_path: Path) -> None:
    asked = [request(), request().model_copy(update={"seed": 8})]
    assert len([*writer(room).make(asked, tmp_path)]) == 2
    assert [sent["seed"] for sent in room.asked()] == [7, 8]


def test_what_was_wrong_goes_back_until_it_is_right(room: Room, tmp_path: Path) -> None:
    writing, asked = writer(room, "right_at_third"), request()
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        text, _ = answer(writing, folder, asked)
        problems = read_answer(text).problems
        attempt = Attempt(answer=text, problems=problems)
        asked = asked.model_copy(update={"attempts": (*asked.attempts, attempt)})
    assert problems == ()
    [first, *_, last] = room.asked()
    assert last["messages"][:2] == first["messages"]
    again = last["messages"][2:]
    assert [one["role"] for one in again] == ["assistant", "user"] * 2
    assert [one["content"] for one in again[::2]] == [NO_STORY] * 2
    assert all("There is no JSON object in the answer." in one["content"] for one in again[1::2])


def test_an_answer_that_is_never_right_is_no_error_of_the_writers(
    room: Room, tmp_path: Path
) -> None:
    assert answer(writer(room, "never_right"), tmp_path)[0] == NO_STORY


@pytest.mark.parametrize("model", ["whole", "no_stream"])
def test_a_server_that_does_not_stream_answers_the_same(
    room: Room, model: str, tmp_path: Path
) -> None:
    streamed, counted = answer(writer(room), tmp_path)
    whole, metadata = answer(writer(room, model), tmp_path)
    assert (whole, metadata) == (streamed, counted)


@pytest.mark.parametrize(
    ("model", "steps", "structured", "sent"),
    [
        ("no_lengths", 1, "json_schema without lengths", "json_schema"),
        ("no_schema", 2, "json_object", "json_object"),
        ("no_format", 3, "text", None),
    ],
)
def test_what_a_server_cannot_hold_to_it_is_not_asked_for_again(
    room: Room, model: str, steps: int, structured: str, sent: str | None, tmp_path: Path
) -> None:
    writing = writer(room, model)
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        text, metadata = answer(writing, folder)
        assert read_answer(text).listed is not None
        assert metadata["structured"] == structured
    [*refusals, first, second] = room.asked()
    assert len(refusals) == steps
    assert "maxLength" not in json.dumps(first.get("response_format"))
    assert (first.get("response_format") or {}).get("type") == sent
    assert second == first


def test_a_server_that_takes_nothing_but_messages_writes_all_the_same(
    room: Room, tmp_path: Path
) -> None:
    text, metadata = answer(writer(room, "bare"), tmp_path)
    assert read_answer(text).listed is not None
    assert (metadata["structured"], metadata["not_sent"]) == ("text", ["seed"])
    assert room.asked()[-1].keys() == {"model", "messages", "max_tokens", "authorization"}


def test_a_setting_that_a_server_does_not_take_is_not_left_out(room: Room, tmp_path: Path) -> None:
    error = refused(writer(room, "no_temperature", temperature=1.0), tmp_path)
    assert isinstance(error, EngineInputError)
    assert "'temperature'" in str(error)
    assert len(room.asked()) == 1


def test_the_limit_goes_by_the_name_that_the_server_knows(room: Room, tmp_path: Path) -> None:
    answer(writer(room, "other_limit", max_tokens=500), tmp_path)
    [_, sent] = room.asked()
    assert sent["max_completion_tokens"] == 500
    assert "max_tokens" not in sent


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("half", "max_tokens"),
        ("whole_and_half", "max_tokens"),
        ("goes_on", "max_tokens"),
        ("broken", "broke off amid its answer"),
        ("ends_amid", "broke off amid its answer"),
        ("slows_down", "within 0.4 s (the setting timeout_s)"),
    ],
)
def test_an_answer_that_is_cut_off_is_kept_and_says_so(
    room: Room, model: str, says: str, tmp_path: Path
) -> None:
    timeout_s = 0.4 if model == "slows_down" else 60.0
    text, metadata = answer(writer(room, model, timeout_s=timeout_s, max_tokens=1000), tmp_path)
    assert 200 < len(text) < 40_000
    assert read_answer(text).listed is None
    assert metadata["ended"] == "length"
    assert says in metadata["cut_off_by"]
    assert len(room.asked()) == 1


def test_an_answer_that_is_whole_is_no_matter_what_comes_after_it(
    room: Room, tmp_path: Path
) -> None:
    text, metadata = answer(writer(room, "broken_at_the_end"), tmp_path)
    assert read_answer(text).listed is not None
    assert metadata["ended"] == "done"


@pytest.mark.parametrize("model", ["refuses", "refuses_at_once"])
def test_a_refusal_is_the_answer(room: Room, model: str, tmp_path: Path) -> None:
    text, metadata = answer(writer(room, model), tmp_path)
    assert (text, metadata["ended"]) == (REFUSAL, "refused")


def test_what_a_filter_ends_is_refused(room: Room, tmp_path: Path) -> None:
    assert answer(writer(room, "is_filtered"), tmp_path)[1]["ended"] == "refused"


def test_letters_that_no_file_can_hold_are_replaced(room: Room, tmp_path: Path) -> None:
    assert answer(writer(room, "odd_letters"), tmp_path)[0] == "Half a pair: ?. “Quoted”"


def test_an_answer_does_not_hold_the_key(room: Room, tmp_path: Path) -> None:
    assert answer(writer(room, "tells_the_key"), tmp_path)[0] == "I was asked by (the key)."


def test_a_busy_server_is_asked_again_when_it_says(room: Room, tmp_path: Path) -> None:
    text, _ = answer(writer(room, "busy_twice", wait_s=60), tmp_path)
    assert read_answer(text).listed is not None
    assert len(room.asked()) == 3


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("busy", "answered 429: Rate limit reached."),
        ("down", "answered 500: The server had an error with (the key)."),
        ("gateway", "answered 502"),
        ("broken_at_once", "broke off amid its answer"),
        ("ends_at_once", "broke off amid its answer"),
        ("quotes_in_stream", "broke off amid its answer: (what was asked)"),
        ("down_at_length", "bytes that an answer may have"),
    ],
)
def test_a_server_that_stays_busy_is_given_up(
    room: Room, model: str, says: str, tmp_path: Path
) -> None:
    error = refused(writer(room, model, max_tokens=1), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert says in str(error)
    assert error.exit_code == 75
    assert "It was asked 3 times." in str(error)
    assert len(room.asked()) == 3


@pytest.mark.parametrize(
    ("model", "kind", "says"),
    [
        ("slow", ProviderBusyError, "within 0.3 s (the setting timeout_s)"),
        ("quota", QuotaSpentError, "You exceeded your quota."),
        ("busy_a_day", QuotaSpentError, "may be asked again in 24.0 h"),
        ("unauthorized", NotReadyError, f"environment variable {KEY_VARIABLE}"),
        ("forbidden", NotReadyError, "The project of (the key) has no access"),
        ("unknown", EngineInputError, "answered 404: Not Found. Look at the engine's settings"),
        ("redirect", EngineInputError, "sends on to /elsewhere?(the key)"),
        ("quotes", EngineInputError, "I do not know how: '(what was asked)"),
        ("late_key_refused", EngineInputError, "answered 400"),
        ("html", EngineError, "no chat completion: text/html, '<!doctype html>"),
        ("echo", EngineError, 'no chat completion: application/json, \'{"got":"(what'),
        ("nonsense", EngineError, "no chat completion: text/event-stream."),
        ("wrong_types", EngineError, "no chat completion: text/event-stream."),
        ("bomb", EngineError, "compresses its answer, unasked"),
    ],
)
def test_what_asking_again_would_not_mend_is_not_asked_again(
    room: Room, model: str, kind: type[Exception], says: str, tmp_path: Path
) -> None:
    timeout_s = 0.3 if model == "slow" else 60.0
    error = refused(writer(room, model, timeout_s=timeout_s), tmp_path)
    assert isinstance(error, kind)
    assert says in str(error)
    assert room.base_url in str(error)
    assert len(room.asked()) == 1


def test_who_waits_for_minutes_is_told_how_long(room: Room, tmp_path: Path) -> None:
    error = refused(writer(room, "busy_ten_minutes"), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert "It was asked once, and says to ask again in 600 s." in str(error)


@pytest.mark.parametrize("prompt", ["herring", "a herring that never pays " * 40])
@pytest.mark.parametrize("model", ["quotes", "quotes_all", "echo"])
def test_no_message_quotes_a_prompt_however_long(
    room: Room, model: str, prompt: str, tmp_path: Path
) -> None:
    refused(writer(room, model), tmp_path, request(prompt))


@pytest.mark.parametrize("model", ["right", "quotes", "broken", "quotes_in_stream"])
def test_logs_tell_neither_key_nor_prompt(
    room: Room, model: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "openai", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, name)
    try:
        answer(writer(room, model), tmp_path)
    except SparkleError:
        assert "quotes" in model
    assert {one.name.partition(".")[0] for one in caplog.records} >= {"openai", "httpx2"}
    assert KEY not in caplog.text
    assert "herring" not in caplog.text


class Halting(Steps):
    """Wants whoever works to stop at the nth time that it hears of them."""

    def __init__(self, at: int) -> None:
        self.left = at

    def waiting(self, doing: str) -> None:
        self.left -= 1
        if self.left <= 0:
            raise SparkleError(f"Stopped before {doing} was finished.")


@pytest.mark.parametrize(("model", "at"), [("right", 3), ("busy", 2)])
def test_who_is_to_halt_does_so_amid_an_answer_and_while_waiting(
    room: Room, model: str, at: int, tmp_path: Path
) -> None:
    error = refused(writer(room, model, steps=Halting(at), wait_s=60), tmp_path)
    assert str(error) == f"Stopped before the answer of {model} was finished."
    assert len(room.asked()) == 1


def test_without_the_client_it_says_what_to_install(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, SERVER, raising=False)
    with pytest.raises(NotReadyError, match=r"engine openai needs .*openai is missing.*\[openai\]"):
        answer(writer(room), tmp_path)


@pytest.mark.parametrize("settings", [{}, {"base_url": "http://127.0.0.1:9/v1"}])
def test_a_key_that_is_not_there_is_asked_for(
    settings: Mapping[str, JsonValue], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    named_so = {"api_key_env": KEY_VARIABLE} if settings else {}
    error = refused(written_by({**settings, **named_so}), tmp_path)
    assert isinstance(error, NotReadyError)
    assert (KEY_VARIABLE if settings else "OPENAI_API_KEY") in str(error)


def test_neither_key_nor_patience_is_part_of_what_an_answer_is_known_by(room: Room) -> None:
    one = writer(room, timeout_s=3.0, retries=9, wait_s=9.0, api_key_env="ANOTHER")
    assert fingerprint(one, request()) == fingerprint(writer(room), request())
    identity = one.identity()
    assert (identity.model_id, identity.revision) == ("right", None)
    assert identity.settings.keys() == {"base_url", "model", "temperature", "max_tokens"}


@pytest.mark.parametrize(
    ("model", "says"), [("right", "has the model right"), ("other", "lists no model other")]
)
def test_the_doctor_asks_what_costs_nothing(room: Room, model: str, says: str) -> None:
    engine = declared("openai")
    assert engine.readiness is not None
    told = {"base_url": room.base_url, "model": model, "api_key_env": KEY_VARIABLE}
    assert says in named(engine.readiness)(settings_of(engine, told))
    assert room.asked() == []
