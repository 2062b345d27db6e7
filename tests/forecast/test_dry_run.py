"""What is foreseen for certain holds, however long the lines turn out that nobody has heard."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import on_cpu
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, OutputFile
from sparkle_motion_dagster.engines.speech.base import SpeechRequest
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, SHOT_CLIPS, TIMELINE_TRACK
from sparkle_motion_dagster.forecast.calls import EngineCall
from sparkle_motion_dagster.forecast.comparing import Names, compare, readable
from sparkle_motion_dagster.forecast.dry_run import (
    UNFORESEEABLE,
    DryRun,
    PlannedFilm,
    dry_runs,
    first_dry_run,
)
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engine_resources import VideoResource
from sparkle_motion_dagster.resources.engines import engines_of
from sparkle_motion_dagster.resources.profiles import load_profile
from studio import short_film

FACILITIES = on_cpu()
ENGINES = engines_of(load_profile("animatic"), FACILITIES)
SETTINGS = load_profile("animatic").film.model_copy(update={"frame_rate": Fraction(60)})
TAKE_RATE = 8000


@st.composite
def plans(draw: st.DrawFn) -> MoviePlan:
    """A plan of a few shots, whose lines have times of their own or follow each other."""
    shots = draw(st.integers(1, 4))
    durations = [draw(st.integers(5, 30)) / 10 for _ in range(shots)]
    timeline = draw(st.booleans())
    lines = [0 if timeline else draw(st.integers(0, 2)) for _ in range(shots)]
    return MoviePlan.model_validate(
        {
            "title": "A Film",
            "characters": [{"id": "mara", "name": "Mara"}],
            "base_images": [
                {"id": f"frame_{number}", "prompt": "a lighthouse"} for number in range(shots + 1)
            ],
            "shots": [
                {
                    "id": f"shot_{number}",
                    "duration_sec": durations[number],
                    "visual_description": "waves",
                    "start_base_image_id": f"frame_{number}",
                    "end_base_image_id": f"frame_{number + 1}",
                    "is_talking_closeup": draw(st.booleans()),
                    "dialogue": [line(f"{number} {count}") for count in range(lines[number])],
                }
                for number in range(shots)
            ],
            "dialogue_timeline": draw(entries(sum(durations))) if timeline else None,
            "render_profile": {
                "video": {
                    "model_id": "any",
                    "max_fps": draw(st.sampled_from([24, 23.976, 25, 29.97, 59.94])),
                }
            },
        }
    )


def line(text: str) -> dict[str, Any]:
    return {
        "character_id": "mara",
        "text": f"Line {text}, and then what happened, as far as they could tell.",
    }


@st.composite
def entries(draw: st.DrawFn, seconds: float) -> list[dict[str, Any]]:
    """A dialogue timeline that is as long as the film."""
    tenths = round(seconds * 10)
    cuts = sorted(draw(st.sets(st.integers(1, max(1, tenths - 1)), max_size=5)) - {tenths})
    starts, ends = [0, *cuts], [*cuts, tenths]
    found = []
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        entry = {"start_time_sec": start / 10, "duration_sec": (end - start) / 10}
        speaks = draw(st.booleans())
        kind = {"type": "dialogue", **line(str(number))} if speaks else {"type": "silence"}
        found.append(kind | entry)
    return found


def film(plan: MoviePlan, home: SparkleHome) -> PlannedFilm:
    workbench = DryWorkbench(home)
    return PlannedFilm(
        run_id="film",
        profile="animatic",
        settings=SETTINGS,
        frozen=FrozenPlan(plan, {}, "0" * 64),
        engines=ENGINES,
        workbench=workbench,
        history=History(workbench),
    )


def speak(call: EngineCall, seconds: float, home: SparkleHome) -> None:
    """Remember a take of a call, as if it had been spoken, without a word's time."""
    workbench = Workbench(home)
    home.root.mkdir(parents=True, exist_ok=True)
    path = home.root / "take.wav"
    # No two takes are the same file, as no two lines sound the same.
    tone = int(call.fingerprint[:3], 16)
    samples = np.full(max(1, round(seconds * TAKE_RATE)), tone, dtype=np.int16)
    soundfile.write(path, samples, TAKE_RATE)
    size = path.stat().st_size
    stored = workbench.store.take_in(path)
    audio = OutputFile(sha256=stored.sha256, size_bytes=size, media_type="audio/wav")
    workbench.actions.write(
        ActionRecord(
            fingerprint=call.fingerprint,
            engine=call.engine.identity(),
            request=call.item.request.model_dump(mode="json"),
            outputs={"audio": audio},
            metadata={},
            seconds=1.0,
            made_at=datetime.now(UTC),
            versions={},
        )
    )


def spoken(
    plan: MoviePlan, lengths: Mapping[str, float], known: set[str], home: Path
) -> PlannedFilm:
    """Return a film of whose lines some have been spoken, as often as they have to be."""
    here = SparkleHome(home)
    heard: set[str] = set()
    while True:
        calls = first_dry_run(film(plan, here)).calls
        unheard = [
            call
            for stage in (DIALOGUE_WAVS, TIMELINE_TRACK)
            for call in calls[stage]
            if isinstance(call.item.request, SpeechRequest)
            and call.item.request.text in known
            and call.fingerprint not in heard
        ]
        for call in unheard:
            heard.add(call.fingerprint)
            # A take that is spoken faster is not exactly as short as it should be.
            off = 0.01 * (int(call.fingerprint[3:6], 16) % 3 - 1)
            speak(call, lengths[call.item.request.text] / call.item.request.tempo + off, here)
        if not unheard:
            return film(plan, here)


def requests(found: Sequence[DryRun], stage: str) -> dict[str, list[dict[str, Any]]]:
    by_item: dict[str, list[dict[str, Any]]] = {}
    for run in found:
        for call in run.calls[stage]:
            by_item.setdefault(call.item.id, []).append(request_of(stage, call))
    return by_item


@settings(max_examples=20)
@given(plan=plans(), data=st.data())
def test_what_is_certain_turns_out_so(
    tmp_path_factory: pytest.TempPathFactory, plan: MoviePlan, data: st.DataObject
) -> None:
    texts = sorted(
        {line.text for shot in plan.shots for line in shot.dialogue}
        | {getattr(entry, "text", "") for entry in plan.dialogue_timeline or ()} - {""}
    )
    lengths = {text: data.draw(st.floats(0.1, 4.0)) for text in texts}
    known = {text for text in texts if data.draw(st.booleans())}
    with tempfile.TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as root:
        now = spoken(plan, lengths, known, Path(root) / "now")
        later = spoken(plan, lengths, set(texts), Path(root) / "later")
        foreseen, (truth,) = dry_runs(now), dry_runs(later)
        awaited = {digest: str(owner) for digest, owner in now.workbench.store.owners.items()}
        # Keyframes are not drawn in either film; what stands for them is the same.
        assert {k for k, v in awaited.items() if "keyframe" in v} <= set(
            later.workbench.store.owners
        )
        for stage, calls in truth.calls.items():
            will_be = {call.item.id: request_of(stage, call) for call in calls}
            may_be = requests(foreseen, stage)
            assert set(will_be) <= set(may_be), stage
            for item, futures in may_be.items():
                if len(futures) == len(foreseen):
                    assert item in will_be, (stage, item)
                    compared = compare(will_be[item], futures, Names({}, {}, awaited))
                    assert compared.changes == (), (stage, item)


def request_of(stage: str, call: EngineCall) -> dict[str, Any]:
    ignored = UNFORESEEABLE.get(stage, frozenset())
    return readable(call.item.request.model_dump(mode="json"), ignored)


def test_a_line_that_nobody_has_heard_makes_no_shot_longer_than_its_model_can(
    tmp_path: Path,
) -> None:
    plan = MoviePlan.model_validate(short_film())
    video = VideoResource(engine="wan").answering(FACILITIES)
    unheard = replace(
        film(plan, SparkleHome(tmp_path)),
        engines=replace(ENGINES, video=video),
        settings=SETTINGS.model_copy(update={"frame_rate": Fraction(16)}),
    )
    by_item = requests(dry_runs(unheard), SHOT_CLIPS)
    frames = [{request["frames"] for request in by_item[f"shot_00{shot}@footage"]} for shot in "12"]
    assert frames == [{17}, {33, 81}]
