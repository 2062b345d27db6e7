"""Films that a server speaks, or is to speak: failover, pacing, caps, and where its key is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue
from ruamel.yaml import YAML

from devices import on_cpu
from openai_server import KEY, KEY_VARIABLE, OpenaiServer, Room
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.engines.base import NotReadyError, ProviderBusyError
from sparkle_motion_dagster.film.casting.failover import DialogueTake
from sparkle_motion_dagster.film.casting.performers import CastingError
from sparkle_motion_dagster.film.casting.speakers import Speakers, speakers_of
from sparkle_motion_dagster.film.feasibility import check_speakers_ready
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.sound.dialogue import speak_lines
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, Studio, short_film

BOTH: Mapping[str, JsonValue] = {"providers": {"ours": {}, "espeak": {}}}


def two_lines(**voice_profile: JsonValue) -> Plan:
    """Return a film in which one character says two lines."""
    plan = short_film()
    plan["characters"][0]["voice_profile"] |= voice_profile
    plan["dialogue_timeline"] = None
    plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": "Go home."}]
    plan["shots"][1]["dialogue"] = [{"character_id": "mara", "text": "Not tonight."}]
    return plan


def frozen(plan: Plan) -> FrozenPlan:
    return FrozenPlan(MoviePlan.model_validate(plan), {}, "0" * 64)


@dataclass
class Company:
    """A provider ``ours`` at a server, declared as users declare theirs, and who speaks with it."""

    room: Room
    root: Path

    def declare(self, model: str = "right", **more: Any) -> None:
        """Write the voice catalogue of the user's own."""
        provider = {
            "engine": "openai_speech",
            "settings": {
                "base_url": self.room.base_url,
                "model": model,
                "api_key_env": KEY_VARIABLE,
            },
            "features": ["human"],
            "quality": 0.9,
            "latency_s": 0.5,
            "retries": {"most": 1, "wait_s": 0.01},
        }
        with self.voices.open("w") as file:
            YAML(typ="safe", pure=True).dump({"providers": {"ours": provider | more}}, file)

    @property
    def bench(self) -> Workbench:
        return Workbench(SparkleHome(self.root / "home"))

    @property
    def voices(self) -> Path:
        return self.root / "voices.yaml"

    def settings(self, model: str = "right") -> dict[str, JsonValue]:
        address = self.room.base_url
        return {"base_url": address, "model": model, "api_key_env": KEY_VARIABLE}

    def speakers(
        self, settings: Mapping[str, JsonValue] = BOTH, engine: str = "casting"
    ) -> Speakers:
        return speakers_of(engine, settings, voice_catalogue(), on_cpu())

    def speak(self, plan: Plan, speakers: Speakers) -> tuple[DialogueTake, ...]:
        """Speak a film's lines through the real loop and store."""
        bench = self.bench
        folder = bench.run_folder("film")
        stage = MakingStage(
            name=DIALOGUE_WAVS,
            run_id="film",
            profile="animatic",
            settings=load_profile("animatic").film,
            frozen=frozen(plan),
            workbench=bench,
            inputs={},
            progress=Progress(folder, DIALOGUE_WAVS),
            control=RunControl(folder),
            facilities=on_cpu(),
        )
        takes = speak_lines(stage, speakers).takes
        return tuple(take for take in takes if isinstance(take, DialogueTake))


@pytest.fixture
def company(
    openai_server: OpenaiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Company:
    company = Company(openai_server.room(), tmp_path)
    monkeypatch.setenv("SPARKLE_VOICES", str(company.voices))
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return company


def who(takes: tuple[DialogueTake, ...]) -> list[str]:
    return [take.chosen.speaker.name for take in takes]


def test_a_server_speaks_with_the_voice_of_the_catalogue(company: Company) -> None:
    company.declare()
    assert who(company.speak(two_lines(rate=1.25), company.speakers())) == ["ours", "ours"]
    [first, second] = company.room.asked()
    assert (first["input"], second["input"]) == ("Go home.", "Not tonight.")
    assert (first["voice"], first["speed"]) == ("coral", 1.25)
    assert first["instructions"].startswith("Speak American English as a woman")


def test_a_profile_that_names_the_engine_alone_finds_the_provider_with_its_key(
    company: Company,
) -> None:
    company.declare()
    speakers = company.speakers(company.settings(), "openai_speech")
    takes = company.speak(two_lines(), speakers)
    assert who(takes) == ["ours", "ours"]


def test_what_a_spent_quota_leaves_goes_to_the_next_provider(company: Company) -> None:
    company.declare("one_line")
    takes = company.speak(two_lines(), company.speakers())
    assert who(takes) == ["ours", "espeak"]
    why = takes[1].passed_over["ours"]
    assert why.startswith("its quota is spent (line_0002: The server")
    assert "You exceeded your current quota" in why
    assert len(company.room.asked()) == 2


def test_a_server_that_is_busy_is_asked_again_when_it_says(company: Company) -> None:
    company.declare("busy_twice", retries={"most": 2, "wait_s": 3600})
    assert who(company.speak(two_lines(), company.speakers())) == ["ours", "ours"]
    assert [sent["input"] for sent in company.room.asked()] == [*["Go home."] * 3, "Not tonight."]


@pytest.mark.parametrize("model", ["html", "half_a_file", "silence", "down"])
def test_a_server_that_does_not_come_to_speak_is_passed_over(company: Company, model: str) -> None:
    company.declare(model)
    takes = company.speak(two_lines(), company.speakers())
    assert who(takes) == ["espeak", "espeak"]
    assert "it stays busy (line_0001: The server" in takes[0].passed_over["ours"]
    assert KEY not in str(takes)
    # It is asked twice for one line, and not for the others.
    assert [sent["input"] for sent in company.room.asked()] == ["Go home."] * 2


def test_a_server_alone_says_itself_what_is_wrong_with_it(company: Company) -> None:
    company.declare("html")
    with pytest.raises(ProviderBusyError, match=r"line_0001: .*text/html"):
        company.speak(two_lines(), company.speakers({"providers": {"ours": {}}}))


@pytest.mark.parametrize(
    "caps", [{"cost_usd_per_film": 0.019}, {"characters_per_film": 19}, {"characters_per_line": 11}]
)
def test_nothing_is_sent_for_a_film_that_is_beyond_a_cap(
    company: Company, caps: dict[str, float]
) -> None:
    company.declare(cost_usd_per_1k_chars=1.0, caps=caps)  # the film has 20 characters
    assert who(company.speak(two_lines(), company.speakers())) == ["espeak", "espeak"]
    with pytest.raises(CastingError, match="its cap is"):
        company.speak(two_lines(), company.speakers({"providers": {"ours": {}}}))
    assert company.room.asked() == []


def test_a_pitch_goes_to_who_can_and_is_refused_where_nobody_can(company: Company) -> None:
    company.declare()
    high = two_lines(pitch=1.3)
    assert who(company.speak(high, company.speakers())) == ["espeak", "espeak"]
    with pytest.raises(CastingError, match=r"Its pitch .*OpenAI's protocol has no pitch"):
        company.speak(high, company.speakers({"providers": {"ours": {}}}))


def test_a_server_speaks_no_language_but_its_own(company: Company) -> None:
    company.declare(languages=["fr", "de"])
    assert who(company.speak(two_lines(), company.speakers())) == ["espeak", "espeak"]
    with pytest.raises(CastingError, match=r"'emma' \(en-US\), which ours does not have"):
        company.speak(two_lines(), company.speakers({"providers": {"ours": {}}}))


def test_a_missing_key_is_told_beforehand_where_lines_are_still_to_be_spoken(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.declare()
    plan, speakers = two_lines(), company.speakers()
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(NotReadyError, match=f"environment variable {KEY_VARIABLE}"):
        check_speakers_ready(frozen(plan), speakers, company.bench)
    assert company.room.asked() == []

    monkeypatch.setenv(KEY_VARIABLE, KEY)
    company.speak(plan, speakers)
    monkeypatch.delenv(KEY_VARIABLE)
    check_speakers_ready(frozen(plan), speakers, company.bench)


def test_nothing_that_a_run_writes_holds_the_key(
    company: Company, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server sends the key back in its errors, and the client logs all that it can."""
    monkeypatch.setenv("OPENAI_LOG", "debug")
    monkeypatch.setenv("SPARKLE_PROFILES", str(studio.plans))
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "served"
    profile["resources"]["speech"]["config"] = {"engine": "casting", "settings": dict(BOTH)}
    yaml.dump(profile, studio.plans / "served.yaml")
    plan = studio.write(two_lines())

    company.declare("forbidden")
    refused = studio.sparkle("render", plan, "--profile", "served")
    assert refused.returncode == 1
    assert "The project of (the key) has no access to this" in " ".join(refused.stderr.split())
    company.declare("down")
    made = studio.sparkle("render", plan, "--profile", "served", "--run-id", "other")
    assert made.returncode == 0, made.stderr
    [first, _, *_] = studio.manifests("other")[DIALOGUE_WAVS].artifacts
    assert "The server had an error with (the key)" in str(first.metadata["instead_of"])

    written = [path for path in studio.root.rglob("*") if path.is_file()]
    assert len(written) > 50
    assert [path for path in written if KEY.encode() in path.read_bytes()] == []
    for ended in (refused, made):
        assert KEY not in ended.stdout + ended.stderr
    assert {sent["authorization"] for sent in company.room.asked()} == {f"Bearer {KEY}"}
