"""Profiles: the ones that come with the project load, and wrong ones say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices import on_cpu
from sparkle_motion_dagster.config_files import CONFIGS, DEFAULT_PROFILE
from sparkle_motion_dagster.engines.registry import engine_of
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.resources.engine_resources import SpeechResource
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import (
    ProfileError,
    chosen_run_id,
    load_profile,
    profile_asked_by,
    profile_names,
    read_profile,
)

ANIMATIC = (CONFIGS / "profiles" / "animatic.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_names_engines_that_there_are(name: str) -> None:
    profile = load_profile(name)
    assert profile.film.max_tempo >= 1
    for kind, choice in profile.engines().items():
        if kind == "speech":
            continue
        assert engine_of(kind, choice.engine, choice.settings, on_cpu()).name == choice.engine
    speech = SpeechResource(**profile.engine("speech").model_dump())
    assert speech.answering(on_cpu()).by_name


def test_the_fast_profile_differs_from_the_cinematic_one_in_its_lora_alone() -> None:
    cinematic, fast = (load_profile(name) for name in ("cinematic", "cinematic-fast"))
    assert fast.film.model_dump() == cinematic.film.model_dump()
    for kind, choice in cinematic.engines().items():
        if kind != "video":
            assert fast.engine(kind) == choice
    assert fast.engine("video").settings == {"speed": {"lora": "distilled"}}
    assert cinematic.engine("video").settings == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"resources: [unclosed", "is not YAML"),
        (b"resources: 3", "resources"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "is wrong"),
        (ANIMATIC.encode(), "calls itself 'animatic'.*resources.film.config.profile: mine"),
        (ANIMATIC.replace("engine: camera", "engin: camera").encode(), "resources.video.config"),
    ],
)
def test_a_wrong_profile_says_what_is_wrong(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ProfileError, match=message):
        read_profile(path)


def test_wrong_film_settings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    text = ANIMATIC.replace("profile: animatic", "profile: mine").replace("crf: 18", "crf: 99")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"delivery\.crf"):
        read_profile(path)


def test_a_film_is_called_as_somebody_calls_it_or_like_its_plan() -> None:
    path = Path("plans/Harbour_Light.yaml")
    assert chosen_run_id(None, path, "animatic") == "harbour_light"
    assert chosen_run_id(None, path, "cinematic") == "harbour_light.cinematic"
    assert chosen_run_id("my.json", path, "cinematic") == "my.json"
    with pytest.raises(InputError, match="give its run_id, or its plan file"):
        chosen_run_id(None, None, "animatic")


@pytest.mark.parametrize("name", ["my film", "é", "-x", "x" * 60, "電影"])
def test_a_film_of_another_profile_asks_for_it_whatever_its_plan_is_called(name: str) -> None:
    run_id = chosen_run_id(None, Path(f"{name}.yaml"), "cinematic")
    assert run_id == chosen_run_id(None, Path(f"{name}.cinematic.yaml"), DEFAULT_PROFILE)
    assert profile_asked_by(run_id) == "cinematic"


@pytest.mark.parametrize(
    ("said", "listens"),
    [
        ("", None),
        ("  hearing:\n    config: {engine: null}\n", None),
        ("  hearing:\n    config: {engine: whisper, settings: {model: small}}\n", "whisper"),
    ],
)
def test_nobody_listens_unless_the_profile_says_so(
    tmp_path: Path, said: str, listens: str | None
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(ANIMATIC.replace("profile: animatic", "profile: mine") + said, encoding="utf-8")
    profile = read_profile(path)
    assert (profile.hearing and profile.hearing.engine) == listens
    assert ("hearing" in profile.engines()) == (listens is not None)
    hearing = engines_of(profile, on_cpu()).hearing
    assert (hearing and hearing.name) == listens
    assert profile.run_config()["resources"].get("hearing", {}) == (
        {"config": {"engine": "whisper", "settings": {"model": "small"}}}
        if listens
        else {"config": {}}
        if said
        else {}
    )
