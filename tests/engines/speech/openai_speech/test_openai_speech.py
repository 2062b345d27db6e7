"""What openai_speech makes of a server's answers, good and bad; the server is a real one."""

from __future__ import annotations

import socket
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from openai_server import KEY, KEY_VARIABLE, OpenaiServer, Room
from sparkle_motion_dagster.engines.base import (
    EngineInputError,
    EngineSettings,
    NotReadyError,
    ProviderBusyError,
    QuotaSpentError,
)
from sparkle_motion_dagster.engines.registry import declared, named, settings_of
from sparkle_motion_dagster.engines.speech.base import SpeechEngine, SpeechRequest, Voice
from sparkle_motion_dagster.resources.engines import voice_catalogue
from speech_takes import Take, read_take, speech_engine

OPENAI_VOICES = {
    *("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable"),
    *("marin", "nova", "onyx", "sage", "shimmer", "verse"),
}
"""The voices that OpenAI's API reference lists."""

SERVER = "sparkle_motion_dagster.engines.speech.openai_speech.server"
LINE = "Not tonight, mama: the harbour is closed."


@pytest.fixture
def room(openai_server: OpenaiServer, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room of the server, for which there is a key."""
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return openai_server.room()


def engine(room: Room, model: str = "right", **settings: JsonValue) -> SpeechEngine[EngineSettings]:
    told = {"base_url": room.base_url, "model": model, "api_key_env": KEY_VARIABLE, **settings}
    return speech_engine("openai_speech", told)


def request(text: str = LINE, voice: str = "nova", **settings: JsonValue) -> SpeechRequest:
    named_so = Voice(provider_voice=voice, language="en-US", settings=settings)
    return SpeechRequest(text=text, voice=named_so, seed=1)


def take(
    speaking: SpeechEngine[EngineSettings], folder: Path, asked: SpeechRequest | None = None
) -> tuple[Take, dict[str, Any]]:
    """Return the one take that an engine makes, and its metadata."""
    [made] = speaking.make([asked or request()], folder)
    return read_take(made), dict(made.metadata)


def refused(speaking: SpeechEngine[EngineSettings], folder: Path) -> Exception:
    """Return the error with which an engine ends; neither it nor its causes may show the key."""
    with pytest.raises(Exception) as error:  # noqa: PT011 - each test looks at what it is
        take(speaking, folder)
    assert error.value.__suppress_context__ or error.value.__context__ is None
    assert KEY not in str(error.value)
    return error.value


def test_a_server_is_asked_what_the_voice_and_the_settings_say(room: Room, tmp_path: Path) -> None:
    speaking = engine(room, instructions="Whisper.", voices={"nova": "af_nova"})
    asked = request("It is *late*. \N{GRINNING FACE}", instructions="Sadly.", speed=1.5)
    _, metadata = take(speaking, tmp_path, asked)
    [sent] = room.asked()
    assert sent == {
        "model": "right",
        "input": "It is late.",
        "voice": "af_nova",
        "response_format": "flac",
        "instructions": "Sadly. Whisper.",
        "speed": 1.5,
        "authorization": f"Bearer {KEY}",
    }
    assert "\N{GRINNING FACE}" in metadata["unspoken"]


def test_what_is_not_said_is_not_sent(room: Room, tmp_path: Path) -> None:
    take(engine(room), tmp_path)
    [sent] = room.asked()
    assert sent.keys() == {"model", "voice", "input", "response_format", "authorization"}


def test_no_key_goes_to_a_server_that_the_settings_name_none_for(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(variable, KEY)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: Bearer {KEY}\nOpenAI-Beta: {KEY}")
    take(engine(room, api_key_env=None), tmp_path)
    [sent] = room.asked()
    assert KEY not in str(sent)


def test_a_model_that_takes_no_instructions_gets_none_and_the_take_says_so(
    room: Room, tmp_path: Path
) -> None:
    _, metadata = take(engine(room, "tts-1"), tmp_path, request(instructions="Sadly."))
    assert "instructions" not in room.asked()[0]
    assert metadata["not_used"] == ["instructions"]


def test_a_line_of_2000_characters_comes_whole(room: Room, tmp_path: Path) -> None:
    long = " ".join(["The harbour was quiet before the storm."] * 50)
    found, metadata = take(engine(room), tmp_path, request(long))
    assert 100 < found.duration_s < 200
    assert metadata["faults"] == []


def test_without_the_client_it_says_what_to_install(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, SERVER, raising=False)
    with pytest.raises(NotReadyError, match=r"openai is missing.*\[openai\]"):
        take(engine(room), tmp_path)


def test_voices_of_a_language_share_openais_only_where_it_has_too_few() -> None:
    voices = defaultdict(list)
    for voice in voice_catalogue().voices.values():
        voices[voice.language].append(voice.providers["openai_speech"])
    for language, performed in voices.items():
        names = {one.voice for one in performed}
        assert names <= OPENAI_VOICES
        assert len(names) == min(len(performed), len(OPENAI_VOICES)), language
        assert len({one.model_dump_json() for one in performed}) == len(performed), language


def test_a_speed_is_the_servers(room: Room, tmp_path: Path) -> None:
    usual, _ = take(engine(room), tmp_path)
    quick, _ = take(engine(room), tmp_path, request(speed=1.5))
    assert quick.duration_s == pytest.approx(usual.duration_s / 1.5, rel=0.1)


@pytest.mark.parametrize(
    ("model", "settings", "sent_as"),
    [
        ("right", {"response_format": "wav"}, "WAV, 22050 Hz, 1 channel"),
        ("right", {"response_format": "mp3"}, "MP3, 22050 Hz, 1 channel"),
        ("padded", {}, "FLAC, 22050 Hz, 1 channel, 4.9 s"),
        ("streamed_flac", {}, "FLAC, 22050 Hz, 1 channel"),
        ("streamed_wav", {}, "WAV, 22050 Hz, 1 channel"),
        ("stereo", {}, "FLAC, 22050 Hz, 2 channels"),
        ("eight_bit", {}, "WAV, 22050 Hz, 1 channel"),
        ("mp3", {}, "MP3, 22050 Hz, 1 channel"),
        ("zipped", {}, "FLAC, 22050 Hz, 1 channel"),
    ],
)
def test_whatever_file_comes_the_take_is_the_same_speech(
    room: Room, model: str, settings: dict[str, JsonValue], sent_as: str, tmp_path: Path
) -> None:
    found, metadata = take(engine(room, model, **settings), tmp_path)
    assert metadata["sent_as"].startswith(sent_as)
    assert metadata["faults"] == []
    assert found.channels == 1
    assert found.duration_s == pytest.approx(2.85, abs=0.1)


def test_a_take_beyond_full_scale_is_made_softer_and_called_clipped(
    room: Room, tmp_path: Path
) -> None:
    loud, metadata = take(engine(room, "float"), tmp_path)
    assert metadata["faults"] == ["clipped"]
    assert 0.9 < loud.peak < 0.99


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("html", "no FLAC, WAV or MP3 file: 38 bytes of text/html"),
        ("json", '{"error":"no voice for (the key)"}'),
        ("vorbis", "no FLAC, WAV or MP3 file"),
        ("noise", "no FLAC, WAV or MP3 file"),
        ("playlist", "no FLAC, WAV or MP3 file"),
        ("empty", "nothing: it is empty"),
        ("half_a_file", "damaged or cut off"),
        ("header_alone", "cut off (WAV, 22050 Hz, 1 channel, 0.0 s)"),
        ("cut_off", "broke off amid its answer"),
        ("cut_off_unsized", "broke off amid its answer"),
        ("six_channels", "22050 Hz and 6 channels"),
        ("many_channels", "22050 Hz and 300 channels"),
        ("impossible_rate", "96000 Hz and 1 channel"),
        ("wrong_rate", "wrong sample rate"),
        ("silence", "silence (FLAC"),
        ("opposed", "silence (FLAC"),
        ("whispered", "silence (FLAC"),
        ("not_a_number", "silence (WAV"),
        ("click", "silence (FLAC"),
        ("rambling", "more than 13 s of sound"),
        ("ten_minutes", "more than 13 s of sound"),
        ("huge", "bytes that an answer may have"),
        ("bomb", "bytes that an answer may have"),
        ("zipped_badly", "broke off amid its answer"),
        ("down_at_length", "bytes that an answer may have"),
    ],
)
def test_an_answer_that_is_no_take_makes_the_provider_busy(
    room: Room, model: str, says: str, tmp_path: Path
) -> None:
    error = refused(engine(room, model), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert error.retry_after_s is None
    assert says in str(error)
    assert room.base_url in str(error)
    # What may cost money is not asked twice here.
    assert len(room.asked()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["flac", "wav", "mp3"])
def test_half_a_file_is_known_in_every_format(room: Room, form: str, tmp_path: Path) -> None:
    error = refused(engine(room, "half_a_file", response_format=form), tmp_path)
    assert "cut off" in str(error)


def test_a_sample_rate_that_is_said_is_held(room: Room, tmp_path: Path) -> None:
    error = refused(engine(room, "double_rate", sample_rate=24_000), tmp_path)
    assert "22050 Hz" in str(error)
    assert "sample_rate says 24000" in str(error)
    take(engine(room, "right", sample_rate=22_050), tmp_path)


@pytest.mark.parametrize("model", ["slow", "drip"])
def test_an_answer_that_does_not_end_in_time_is_given_up(
    room: Room, model: str, tmp_path: Path
) -> None:
    error = refused(engine(room, model, timeout_s=0.3), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert "within 0.3 s (the setting timeout_s)" in str(error)


@pytest.mark.parametrize(
    ("model", "after_s"),
    [
        ("busy", None),
        ("busy_seconds", 7.0),
        ("busy_milliseconds", 1.5),
        ("busy_date", 30.0),
        ("busy_until_yesterday", 0.0),
        ("busy_nonsense", None),
        ("busy_nan", None),
        ("overloaded", 4.0),
        ("down", None),
        ("gateway", None),
    ],
)
def test_a_busy_server_says_when_it_may_be_asked_again(
    room: Room, model: str, after_s: float | None, tmp_path: Path
) -> None:
    error = refused(engine(room, model), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert error.retry_after_s == (after_s if after_s is None else pytest.approx(after_s, abs=2.0))
    assert len(room.asked()) == 1


@pytest.mark.parametrize("model", ["quota", "unpaid", "billing", "busy_a_day"])
def test_a_spent_quota_is_told_from_a_busy_server(room: Room, model: str, tmp_path: Path) -> None:
    assert isinstance(refused(engine(room, model), tmp_path), QuotaSpentError)


@pytest.mark.parametrize("model", ["unauthorized", "forbidden"])
def test_a_key_that_is_not_taken_is_asked_for_by_its_variable(
    room: Room, model: str, tmp_path: Path
) -> None:
    error = refused(engine(room, model), tmp_path)
    assert isinstance(error, NotReadyError)
    assert KEY_VARIABLE in str(error)


def test_a_server_that_wants_a_key_says_how_to_name_one(room: Room, tmp_path: Path) -> None:
    error = refused(engine(room, "unauthorized", api_key_env=None), tmp_path)
    assert "set api_key_env" in str(error)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("wrong", "answered 400: Unknown voice; asked by (the key)."),
        ("broken_json", "answered 400"),
        ("unknown", "answered 404: Not Found."),
        ("invalid", "voice is too long"),
        ("redirect", "sends on to /elsewhere?(the key)"),
    ],
)
def test_a_question_that_is_refused_is_wrong_input(
    room: Room, model: str, says: str, tmp_path: Path
) -> None:
    error = refused(engine(room, model), tmp_path)
    assert isinstance(error, EngineInputError)
    assert says in str(error)


@pytest.mark.parametrize(
    "model", ["escaped_json", "late_key", "late_key_refused", "quoted", "nested"]
)
@pytest.mark.parametrize("key", [KEY, r"one'way\or/another<&>"])
def test_no_message_shows_the_key_however_it_is_written(
    room: Room, model: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)
    shown = str(refused(engine(room, model), tmp_path))
    assert key[:7] not in shown
    assert key[-7:] not in shown


def test_nobody_is_followed_elsewhere(
    room: Room, openai_server: OpenaiServer, tmp_path: Path
) -> None:
    refused(engine(room, "redirect"), tmp_path)
    assert Room(f"{openai_server.address}/elsewhere/v1").asked() == []


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with closed_port() as port:
        error = refused(engine(Room(f"http://127.0.0.1:{port}/v1"), api_key_env=None), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert f"http://127.0.0.1:{port}/v1 cannot be reached" in str(error)


def test_a_server_is_asked_through_the_proxy_that_the_environment_names(
    room: Room, openai_server: OpenaiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", openai_server.address)
    behind = Room(room.base_url.replace("127.0.0.1", "speech.invalid"))
    take(engine(behind), tmp_path)
    assert len(room.asked()) == 1


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 nonsense\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n"])
def test_who_speaks_another_protocol_cannot_be_reached(says: bytes, tmp_path: Path) -> None:
    with saying(says) as port:
        error = refused(engine(Room(f"http://127.0.0.1:{port}/v1"), api_key_env=None), tmp_path)
    assert isinstance(error, ProviderBusyError)
    assert "cannot be reached" in str(error)


@pytest.mark.parametrize("held", [None, "", "  ", "sk-one sk-two", "sk-\nx", "schlüssel-ä"])
def test_what_is_no_key_is_not_sent(
    room: Room, held: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, held or "")
    error = refused(engine(room), tmp_path)
    assert isinstance(error, NotReadyError)
    assert KEY_VARIABLE in str(error)
    assert not (held or "").strip() or (held or "") not in str(error)
    assert room.asked() == []


def test_white_space_around_a_key_is_none_of_it(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, f"{KEY}\n")
    take(engine(room), tmp_path)
    assert room.asked()[0]["authorization"] == f"Bearer {KEY}"


def test_openais_own_server_wants_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(NotReadyError, match="OPENAI_API_KEY"):
        take(speech_engine("openai_speech", {}), tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/v1",
        "example.org/v1",
        "https://",
        f"https://user:{KEY}@example.org/v1",
        f"https://example.org/v1?key={KEY}",
        "http://[::1/v1",
        "http://local host/v1",
        "http://localhost:99999/v1",
    ],
)
def test_an_address_is_one_and_holds_no_key(address: str) -> None:
    with pytest.raises(EngineInputError, match="base_url") as error:
        speech_engine("openai_speech", {"base_url": address})
    assert KEY not in str(error.value)


def test_neither_key_nor_patience_is_part_of_what_a_take_is_known_by(room: Room) -> None:
    settings = engine(room, timeout_s=3.0, sample_rate=24_000).identity().settings
    assert settings.keys() == {"base_url", "model", "response_format", "instructions", "voices"}


@pytest.mark.parametrize(
    ("model", "says"),
    [("right", "has the model right"), ("other", "lists no model other")],
)
def test_the_doctor_asks_what_costs_nothing(room: Room, model: str, says: str) -> None:
    assert says in asked_by_doctor(room, model)
    assert room.asked() == []


@pytest.mark.parametrize(
    ("model", "error"), [("unauthorized", NotReadyError), ("down", ProviderBusyError)]
)
def test_the_doctor_says_what_the_engine_would(
    room: Room, model: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match="The server"):
        asked_by_doctor(room, model)


def asked_by_doctor(room: Room, model: str) -> str:
    told = {"base_url": room.base_url, "model": model, "api_key_env": KEY_VARIABLE}
    openai_speech = declared("openai_speech")
    assert openai_speech.readiness is not None
    answer: str = named(openai_speech.readiness)(settings_of(openai_speech, told))
    return answer


@contextmanager
def closed_port() -> Iterator[int]:
    """Hold a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def saying(answer: bytes) -> Iterator[int]:
    """Have somebody listen on a port who says one thing to whoever comes first, and hangs up."""

    def say() -> None:
        caller, _ = listening.accept()
        with caller:
            caller.recv(2**16)
            caller.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=say)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()
