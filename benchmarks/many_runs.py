"""Homes with thousands of finished films: everything that a film leaves behind, in tiny files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sparkle_motion_dagster.artifacts.film_state import FilmState, State, Status
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import (
    ActionRecord,
    Artifact,
    EngineIdentity,
    MediaFacts,
    OutputFile,
    Provenance,
    StageManifest,
    content_digest,
)
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    MOVIE_PLAN,
    SHOT_CLIPS,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)

_ENGINE = EngineIdentity(name="synthetic", version=1)
_FACTS = MediaFacts(duration_s=21.5, frames=516, width=160, height=90)


@dataclass(frozen=True)
class _Stage:
    """How many items a stage of a small film has, and the files of each."""

    name: str
    items: int
    outputs: tuple[str, ...]
    previews: tuple[str, ...] = ()


_STAGES = (
    _Stage(MOVIE_PLAN, 1, ("plan",)),
    _Stage(DIALOGUE_WAVS, 3, ("audio", "timings")),
    _Stage(TIMELINE_TRACK, 1, ("audio", "timeline")),
    _Stage(BASE_IMAGES, 5, ("image", "scene"), ("thumbnail",)),
    _Stage(SHOT_CLIPS, 4, ("video", "scene"), ("strip", "edges")),
    _Stage(LIPSYNC_CLIPS, 4, ("video",), ("strip",)),
    _Stage(VIDEO_FINAL, 1, ("film", "srt", "vtt", "poster")),
)


def build_finished_runs(home: SparkleHome, runs: int) -> None:
    """Write finished runs into a home, as renders leave them; little is fsynced.

    Each has 18 action records and 52 files of its own.
    """
    now = datetime.now(UTC)
    for number in range(runs):
        run_id = f"film_{number:05d}"
        for stage in _STAGES:
            _publish(home, run_id, stage, now)
        folder = RunFolder(home, run_id)
        folder.state.change(_rendered)
        (folder.path / ".held").touch()


def _rendered(state: FilmState) -> FilmState:
    return state.with_status(Status(state=State.RENDERED, dagster_run=None))


def _publish(home: SparkleHome, run_id: str, stage: _Stage, now: datetime) -> None:
    folder = home.runs / run_id / stage.name
    folder.mkdir(parents=True)
    artifacts = tuple(_artifacts(home, run_id, stage, folder, now))
    manifest = StageManifest(
        run_id=run_id,
        profile="animatic",
        stage=stage.name,
        engine=_ENGINE,
        plan_digest=hashlib.sha256(run_id.encode()).hexdigest(),
        upstream={},
        content_digest=content_digest(artifacts),
        artifacts=artifacts,
        provenance=Provenance(
            created_at=now,
            made=(),
            taken=(),
            seconds=0.0,
            versions={},
            host="bench",
            device="cpu",
        ),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1))


def _artifacts(
    home: SparkleHome, run_id: str, stage: _Stage, folder: Path, now: datetime
) -> Iterator[Artifact]:
    for number in range(stage.items):
        item = "film" if stage.name == VIDEO_FINAL else f"item_{number}"
        label = f"{run_id}/{stage.name}/{item}"
        outputs = {name: _stored(home, f"{label}/{name}") for name in stage.outputs}
        previews = {name: _stored(home, f"{label}/{name}") for name in stage.previews}
        fingerprint = outputs["plan"].sha256 if "plan" in outputs else _digest(label)
        if "plan" not in outputs:
            _record(home, fingerprint, outputs, previews, now)
        for name, output in outputs.items():
            file = f"{item}.{name}"
            (folder / file).hardlink_to(_path(home, output.sha256))
            yield Artifact(
                id=item,
                name=name,
                file=file,
                media_type=output.media_type,
                size_bytes=output.size_bytes,
                sha256=output.sha256,
                fingerprint=fingerprint,
                facts=_FACTS,
            )


def _record(
    home: SparkleHome,
    fingerprint: str,
    outputs: dict[str, OutputFile],
    previews: dict[str, OutputFile],
    now: datetime,
) -> None:
    record = ActionRecord(
        fingerprint=fingerprint,
        engine=_ENGINE,
        request={},
        outputs=outputs,
        previews=previews,
        metadata={},
        seconds=0.0,
        made_at=now,
        versions={},
    )
    path = home.actions / fingerprint[:2] / f"{fingerprint}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(record.model_dump_json(indent=1))


def _stored(home: SparkleHome, text: str) -> OutputFile:
    digest = _digest(text)
    path = _path(home, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return OutputFile(sha256=digest, size_bytes=len(text), media_type="text/plain", facts=_FACTS)


def _path(home: SparkleHome, digest: str) -> Path:
    return home.store / digest[:2] / digest


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
