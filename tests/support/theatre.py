"""A run of a film on which speakers of a test's own work, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from devices import on_cpu
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.hearing.base import HearingEngine
from sparkle_motion_dagster.film.casting.catalogue import VoiceCatalogue
from sparkle_motion_dagster.film.casting.choice import Criteria
from sparkle_motion_dagster.film.casting.failover import DialogueTake
from sparkle_motion_dagster.film.casting.providers import Provider
from sparkle_motion_dagster.film.casting.speakers import Speaker, Speakers
from sparkle_motion_dagster.film.intake import freeze_plan, thaw_plan
from sparkle_motion_dagster.film.making_stage import MakingStage
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.sound.dialogue import Dialogue, speak_lines
from sparkle_motion_dagster.film.sound.track import Track, make_track
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, MOVIE_PLAN, TIMELINE_TRACK
from sparkle_motion_dagster.forecast.explanation import Explanation, ItemState
from sparkle_motion_dagster.forecast.forecast import forecast
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import Plan, short_film

SETTINGS = load_profile("animatic").film
FIRST, SECOND = "first", "second"
CATALOGUE = VoiceCatalogue.model_validate(
    {
        "providers": {
            name: {"engine": "chatterbox", "quality": quality, "latency_s": 1, "languages": ["en"]}
            | {"default_voice": "builtin", "cost_usd_per_1k_chars": 2, "features": ["voice_clone"]}
            for name, quality in ((FIRST, 0.9), (SECOND, 0.4))
        },
        "priorities": {"balanced": {"quality": 0.5, "latency": 0.25, "cost": 0.25}},
        "voices": {"emma": {"description": "woman", "language": "en-US", "providers": {}}},
    }
)


def _provider(name: str, own: Provider) -> Provider:
    """Return the catalogue's provider, with the caps and the features of one's own."""
    known = CATALOGUE.provider(name)
    features = (*known.features, *own.features)
    return known.model_copy(update={"caps": own.caps, "features": features})


def three_lines() -> Plan:
    """Return a film in which two characters speak three lines, the last one far too long."""
    plan = short_film()
    plan["characters"].append({"id": "tom", "name": "Tom"})
    plan["dialogue_timeline"] = None
    plan["shots"][0]["dialogue"] = [{"character_id": "tom", "text": "Go."}]
    plan["shots"][1]["dialogue"] = [
        {"character_id": "mara", "text": "No."},
        {"character_id": "mara", "text": " ".join(["never"] * 17)},
    ]
    return plan


@dataclass(frozen=True)
class Theatre:
    """A run of a film on which speakers of the tests' own work."""

    bench: Workbench
    plan: Path
    hearing: HearingEngine[Any] | None = None

    def speakers(self, *speakers: Speaker) -> Speakers:
        names = tuple(one.name for one in speakers)
        criteria = Criteria(names, CATALOGUE.priorities["balanced"])
        known = {
            one.name: replace(one, provider=_provider(one.name, one.provider)) for one in speakers
        }
        return Speakers(CATALOGUE, criteria, known)

    def intake(self) -> StageManifest:
        manifest = freeze_plan("film", "animatic", self.plan, self.bench)
        self.bench.run_folder("film").publish(manifest, self.bench.store)
        return manifest

    def stage(self, name: str, *inputs: StageManifest) -> MakingStage:
        """Begin a stage on what others left; the plan is taken in where it is not among that."""
        folder = self.bench.run_folder("film")
        plan = next((one for one in inputs if one.stage == MOVIE_PLAN), None) or self.intake()
        return MakingStage(
            name=name,
            run_id="film",
            profile="animatic",
            settings=SETTINGS,
            frozen=thaw_plan(plan, self.bench),
            workbench=self.bench,
            inputs={manifest.stage: manifest for manifest in (plan, *inputs)},
            progress=Progress(folder, name),
            control=RunControl(folder),
            facilities=on_cpu(),
            choices=folder.choices.read(),
        )

    def dialogue(self, *speakers: Speaker) -> tuple[Dialogue, StageManifest]:
        """Speak the film's lines, and publish them."""
        stage = self.stage(DIALOGUE_WAVS)
        dialogue = speak_lines(stage, self.speakers(*speakers), self.hearing)
        manifest = stage.manifest(dialogue.result)
        assert set(manifest.upstream) == {MOVIE_PLAN}
        self.bench.run_folder("film").publish(manifest, self.bench.store)
        return dialogue, manifest

    def speak(self, *speakers: Speaker) -> tuple[tuple[DialogueTake, ...], StageManifest]:
        """Speak the film's lines, and return them as takes and as they are published."""
        dialogue, manifest = self.dialogue(*speakers)
        return tuple(take for take in dialogue.takes if isinstance(take, DialogueTake)), manifest

    def track(self, dialogue: StageManifest, *speakers: Speaker) -> Track:
        """Lay the film's lines on its track."""
        stage = self.stage(TIMELINE_TRACK, dialogue)
        ambience = self.engines(*speakers).ambience
        return make_track(stage, self.speakers(*speakers), ambience, self.hearing)

    def engines(self, *speakers: Speaker) -> Engines:
        engines = engines_of(load_profile("animatic"), on_cpu())
        return replace(engines, speech=self.speakers(*speakers), hearing=self.hearing)

    def foreseen(self, *speakers: Speaker) -> Explanation:
        engines, home = self.engines(*speakers), self.bench.home
        return forecast("film", "animatic", SETTINGS, engines, self.plan, home)


def states(explanation: Explanation, stage: str) -> dict[str, ItemState]:
    """Return what becomes of each item of a stage."""
    (found,) = [one for one in explanation.stages if one.stage == stage]
    return {item.id: item.state for item in found.items}
