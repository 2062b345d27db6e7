"""What is known of one film: its manifests, and the action records, plan and timeline they name."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TypeVar
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.addresses import ArtifactAddress
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact, StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN, TIMELINE, TIMELINE_TRACK
from sparkle_motion_dagster.plan.cards import with_cards
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from sparkle_motion_dagster.units import Record

ModelT = TypeVar("ModelT", bound=BaseModel)


class ShownFile(Record):
    """A file that the page shows: where it lies in the run folder, and what it is."""

    path: str = Field(description="in the run folder, such as video_final/film.mp4")
    artifact: str = Field(description="its address on the server, below /artifacts/")
    media_type: str
    sha256: Sha256


class ShownPreview(Record):
    """A small picture of something that was made; no file of the run folder."""

    preview: str = Field(description="its address on the server, below /previews/")
    media_type: str
    sha256: Sha256


class Making(Record):
    """How an item came about."""

    engine: str = Field(description="its name and version, such as 'camera v2'")
    model: str | None = Field(description="the model that it ran; None: it runs none")
    seconds: float = Field(description="wall time that making it took, whenever that was")
    made_at: AwareDatetime
    taken: bool = Field(description="whether the film's last run took it from the store")


class FilmRecords:
    """What the run folder and the store say of a film; each record is read once."""

    def __init__(self, home: SparkleHome, folder: RunFolder) -> None:
        self.run_id = folder.run_id
        self.folder = folder
        self.manifests = folder.manifests()
        self._store, self._actions = Store(home.store), ActionLog(home.actions)
        self._read: dict[str, ActionRecord | None] = {}

    @functools.cached_property
    def plan(self) -> MoviePlan | None:
        """The plan as it is rendered, its title cards as shots; None: there is none yet.

        Raises:
            CorruptFileError: It is damaged in the store.
            UnreadableRecordError: It is one of another version.
        """
        plan = self._record(MoviePlan, self.artifact(MOVIE_PLAN, PLAN, "plan"))
        return None if plan is None else with_cards(plan)

    @functools.cached_property
    def timeline(self) -> MeasuredTimeline | None:
        """Where shots and lines lie; None: nothing has been measured yet.

        Raises:
            CorruptFileError: It is damaged in the store.
            UnreadableRecordError: It is one of another version.
        """
        return self._record(MeasuredTimeline, self.artifact(TIMELINE_TRACK, TIMELINE, "timeline"))

    def artifact(self, stage: str, item: str, name: str) -> Artifact | None:
        """Return an output of an item; None: it has not been made."""
        return self._artifacts(stage).get((item, name))

    def artifacts(self, stage: str, name: str) -> Iterator[Artifact]:
        """Yield the outputs of a name that the items of a stage have, in the manifest's order."""
        return (one for one in self._artifacts(stage).values() if one.name == name)

    def found(self, stages: Iterable[str], name: str, sha256: str) -> tuple[str, Artifact] | None:
        """Return the output of a name with some bytes, and its stage; None: no stage has it."""
        for stage in stages:
            for artifact in self.artifacts(stage, name):
                if artifact.sha256 == sha256:
                    return stage, artifact
        return None

    def action(self, artifact: Artifact) -> ActionRecord | None:
        """Return how an artifact was made; None: nobody keeps that, or the record is damaged."""
        key = artifact.fingerprint
        if key not in self._read:
            try:
                self._read[key] = self._actions.find(key)
            except UnreadableRecordError:
                # `sparkle verify` says so; the page shows what is known without it.
                self._read[key] = None
        return self._read[key]

    def making(self, stage: str, artifact: Artifact) -> Making | None:
        """Return how an artifact of a stage came about; None: nobody keeps that."""
        record = self.action(artifact)
        if record is None:
            return None
        return Making(
            engine=str(record.engine),
            model=record.engine.model_id,
            seconds=record.seconds,
            made_at=record.made_at,
            taken=artifact.id not in self.manifests[stage].provenance.made,
        )

    def file(self, stage: str, artifact: Artifact | None) -> ShownFile | None:
        """Return an artifact as the page shows it; None stays None."""
        if artifact is None:
            return None
        return ShownFile(
            path=quote(f"{stage}/{artifact.file}"),
            artifact=ArtifactAddress.of(self.run_id, stage, artifact).path,
            media_type=artifact.media_type,
            sha256=artifact.sha256,
        )

    def preview(self, stage: str, artifact: Artifact | None, name: str) -> ShownPreview | None:
        """Return a preview of an artifact's item, such as its strip; None: there is none."""
        record = None if artifact is None else self.action(artifact)
        if artifact is None or record is None or name not in record.previews:
            return None
        preview = record.previews[name]
        address = ArtifactAddress(run_id=self.run_id, stage=stage, item=artifact.id, name=name)
        return ShownPreview(
            preview=address.path,
            media_type=preview.media_type,
            sha256=preview.sha256,
        )

    def _artifacts(self, stage: str) -> dict[tuple[str, str], Artifact]:
        return self._by_stage.get(stage, {})

    @functools.cached_property
    def _by_stage(self) -> dict[str, dict[tuple[str, str], Artifact]]:
        return {stage: _by_name(manifest) for stage, manifest in self.manifests.items()}

    def _record(self, model: type[ModelT], artifact: Artifact | None) -> ModelT | None:
        if artifact is None:
            return None
        data = self._store.file(artifact.sha256).path.read_bytes()
        try:
            return model.model_validate_json(data)
        except ValidationError as error:
            raise UnreadableRecordError(
                f"{artifact.file} of {self.run_id} is one of another version of this program, and "
                "cannot be shown. Render the film again: finished work is taken from the store."
            ) from error


def _by_name(manifest: StageManifest) -> dict[tuple[str, str], Artifact]:
    return {(artifact.id, artifact.name): artifact for artifact in manifest.artifacts}
