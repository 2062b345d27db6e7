"""Takes of lines: chosen ones are spoken by whoever speaks, pinned ones are never spoken again."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from crooners import Crooner, CroonerSettings, Hurrying, crooner_of, speaker
from mumblers import Deaf, mumbler, spoken_by
from sparkle_motion_dagster.artifacts.choices import OWN, Choices, ItemChoices, Recipe, Take
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.engines.base import (
    EngineInputError,
    EngineSettings,
    Made,
    QuotaSpentError,
)
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.film.casting.speakers import Speaker
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS
from sparkle_motion_dagster.film.takes.keeping import change_choices
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.operations import takes
from sparkle_motion_dagster.production.workbench import Workbench
from studio import Plan, write_plan
from theatre import FIRST, SECOND, Theatre, states, three_lines

OTHER_SEED = 77


class Varied(Hurrying):
    """One whose takes hang on their seeds, and who remembers which it was asked for."""

    name = "varied"
    unused_fields = frozenset()

    def make(self, requests: Sequence[SpeechRequest], folder: Path) -> Generator[Made]:
        seeds.extend((request.text, request.seed) for request in requests)
        yield from super().make(requests, folder)


class Choosy(Crooner):
    """One that has no settings."""

    name = "choosy"
    settings_model: ClassVar[type[Any]] = EngineSettings


class Settable(Crooner):
    """One of whom there can be another with other settings."""

    name = "settable"

    def _with(self, settings: CroonerSettings) -> Settable:
        return Settable(settings.who, self._obey)


seeds: list[tuple[str, int]] = []


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    seeds.clear()
    bench = Workbench(SparkleHome(tmp_path / "home"))
    return Theatre(bench, write_plan(three_lines(), tmp_path / "film.yaml"))


def edit(theatre: Theatre, shot: int, line: int, text: str) -> None:
    plan: Plan = three_lines()
    plan["shots"][shot]["dialogue"][line]["text"] = text
    write_plan(plan, theatre.plan)


def have_take(theatre: Theatre, line: str, recipe: Recipe) -> None:
    """Have a line whose take 2, which somebody has chosen, is by a recipe."""
    there = ItemChoices(
        stage=DIALOGUE_WAVS,
        item=line,
        takes=(Take(number=OWN), Take(number=2, recipe=recipe)),
        chosen=2,
    )
    folder = theatre.bench.run_folder("film")
    change_choices(folder, theatre.bench, lambda choices: choices.with_item(there))


def choices(theatre: Theatre) -> Choices:
    return theatre.bench.run_folder("film").choices.read()


def told(manifest: StageManifest, line: str) -> dict[str, Any]:
    return manifest.artifact(line, "audio").metadata


def test_a_chosen_take_is_spoken_and_known_by_its_recipe(theatre: Theatre) -> None:
    have_take(theatre, "line_0002", Recipe(seed=OTHER_SEED))
    one = speaker(FIRST, crooner=Varied)
    assert states(theatre.foreseen(one), DIALOGUE_WAVS)["line_0002"] is ItemState.MADE
    _, manifest = theatre.speak(one)
    assert ("No.", OTHER_SEED) in seeds
    assert [seed for text, seed in seeds if text == "Go."] != [OTHER_SEED]
    assert told(manifest, "line_0002")["take"] == 2
    assert "take" not in told(manifest, "line_0001")

    # It is written down as the latest of that take, and nobody speaks it again.
    known = choices(theatre).known(DIALOGUE_WAVS, "line_0002").take(2)
    assert known is not None
    assert known.fingerprint == manifest.artifact("line_0002", "audio").fingerprint
    explained = theatre.foreseen(speaker(FIRST, crooner=Varied))
    assert set(states(explained, DIALOGUE_WAVS).values()) == {ItemState.CURRENT}
    (stage,) = [one for one in explained.stages if one.stage == DIALOGUE_WAVS]
    assert [item.take for item in stage.items] == [None, 2, None]
    again = speaker(FIRST, crooner=Varied)
    theatre.speak(again)
    assert crooner_of(again).calls == 0


def test_a_chosen_take_is_spoken_by_the_next_who_can(theatre: Theatre) -> None:
    have_take(theatre, "line_0002", Recipe(seed=OTHER_SEED))
    spent = speaker(FIRST, QuotaSpentError("0 left"), after=1, crooner=Varied)
    second = speaker(SECOND, crooner=Varied)
    spoken, _ = theatre.speak(spent, second)
    assert [one.provider for one in spoken] == [FIRST, SECOND, SECOND]
    assert seeds.count(("No.", OTHER_SEED)) >= 1
    assert spoken[1].produced.record.request["seed"] == OTHER_SEED
    assert [one.produced.made for one in spoken] == [True] * 3
    # The film keeps its takes: nobody is asked for them again.
    first, other = speaker(FIRST, crooner=Varied), speaker(SECOND, crooner=Varied)
    theatre.speak(first, other)
    assert (crooner_of(first).calls, crooner_of(other).calls) == (0, 0)


def test_who_takes_the_settings_of_a_chosen_take_speaks_it(theatre: Theatre) -> None:
    have_take(theatre, "line_0002", Recipe(settings={"who": "somebody else"}))
    settable = speaker(SECOND, crooner=Settable)
    _, manifest = theatre.speak(speaker(FIRST, crooner=Choosy), settable)
    assert [told(manifest, f"line_000{number}")["provider"] for number in (1, 2, 3)] == [
        *(FIRST, SECOND),
        FIRST,
    ]
    record = theatre.bench.actions.find(manifest.artifact("line_0002", "audio").fingerprint)
    assert record is not None
    assert record.engine.settings == {"who": "somebody else"}
    with pytest.raises(EngineInputError, match="line_0002: choosy does not take these settings"):
        theatre.speak(speaker(FIRST, crooner=Choosy))


def test_a_chosen_take_that_is_too_long_is_spoken_faster_in_that_take(theatre: Theatre) -> None:
    have_take(theatre, "line_0003", Recipe(seed=OTHER_SEED))
    one = speaker(FIRST, crooner=Varied)
    _, manifest = theatre.speak(one)
    (late,) = theatre.track(manifest, one).faster
    assert (late.item_id, late.record.engine.name) == ("line_0003", "varied")
    assert late.record.request["seed"] == OTHER_SEED


def test_a_pinned_line_is_never_spoken_again_and_stretched(theatre: Theatre) -> None:
    one = speaker(FIRST, crooner=Varied)
    _, before = theatre.speak(one)
    takes.pin(theatre.bench.run_folder("film"), "line_0003")
    edit(theatre, 1, 1, " ".join(["always"] * 18))

    two = speaker(FIRST, crooner=Varied)
    foreseen = theatre.foreseen(two)
    assert states(foreseen, DIALOGUE_WAVS)["line_0003"] is ItemState.PINNED
    (stage,) = [one for one in foreseen.stages if one.stage == DIALOGUE_WAVS]
    (pinned,) = [item for item in stage.items if item.state is ItemState.PINNED]
    assert pinned.reason.startswith("stale")
    assert next(change.field for change in pinned.changes) == "text"
    assert foreseen.pinned == 1

    dialogue, after = theatre.dialogue(two)
    assert crooner_of(two).calls == 0
    was, now = (one.artifact("line_0003", "audio") for one in (before, after))
    assert now.sha256 == was.sha256
    assert (now.metadata["pinned"], now.metadata["provider"]) == (True, FIRST)
    assert set(now.metadata["stale"]) >= {"text"}  # type: ignore[arg-type]
    assert dialogue.takes[2].text == " ".join(["always"] * 18)

    track = theatre.track(after, two)
    (late,) = track.faster
    assert (late.record.engine.name, crooner_of(two).calls) == ("stretcher", 0)
    assert track.timeline.lines[2].text == " ".join(["always"] * 18)


def test_a_pinned_line_is_not_missed_where_its_provider_is_spent(theatre: Theatre) -> None:
    theatre.speak(speaker(FIRST))
    takes.pin(theatre.bench.run_folder("film"), "line_0002")
    plan: Plan = three_lines()
    plan["shots"][1]["dialogue"][0]["text"] = "Perhaps."
    plan["shots"][0]["dialogue"][0]["text"] = "Run."
    write_plan(plan, theatre.plan)
    spent = speaker(FIRST, QuotaSpentError("0 left"))
    second = speaker(SECOND)
    _, manifest = theatre.dialogue(spent, second)
    assert [told(manifest, f"line_000{number}")["provider"] for number in (1, 2, 3)] == [
        *(SECOND, FIRST),
        FIRST,
    ]
    assert crooner_of(second).spoken == ["Run."]


def test_a_line_pinned_to_who_may_not_speak_any_more_stays(theatre: Theatre) -> None:
    theatre.speak(speaker(FIRST))
    takes.pin(theatre.bench.run_folder("film"), "line_0001")
    other = speaker(SECOND)
    _, manifest = theatre.dialogue(other)
    assert "Go." not in crooner_of(other).spoken
    # Two providers may have the same engine: then it is named by the one that there is.
    assert told(manifest, "line_0001")["engine"] == "crooner v1"
    assert told(manifest, "line_0001")["stale"] == ["engine"]


@pytest.mark.parametrize("decided", ["chosen", "pinned", "not"])
def test_a_listener_replaces_no_take_that_a_person_has_decided_on(
    theatre: Theatre, decided: str
) -> None:
    deaf = Theatre(theatre.bench, theatre.plan, Deaf(EngineSettings()))
    one: Speaker = mumbler(FIRST, 0)
    folder = theatre.bench.run_folder("film")
    if decided == "chosen":
        have_take(theatre, "line_0002", Recipe(seed=OTHER_SEED))
    deaf.dialogue(one)
    if decided == "pinned":
        takes.pin(folder, "line_0002")
        two: Speaker = mumbler(FIRST, 0)
        edit(theatre, 1, 0, "Never.")
        deaf.dialogue(two)
        assert [request.text for request in spoken_by(two)] == []
        return
    spoken = [request for request in spoken_by(one) if request.text == "No."]
    assert len(spoken) == (1 if decided == "chosen" else 3)
