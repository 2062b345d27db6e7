"""What stages left behind, in short: a manifest that has not changed is not read again."""

from __future__ import annotations

import json
from functools import lru_cache

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import (
    CorruptFileError,
    RenamedRunError,
    UnreadableRecordError,
)
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.manifests import MANIFEST
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    DRAFT,
    FILM,
    MOVIE_PLAN,
    PLAN,
    PLAN_DRAFT,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.units import Record

_KEPT = 20_000
"""Manifests of which what is told here stays in memory, at a kilobyte each."""


class StageStanding(Record):
    """A stage of a film: what it left behind, or nothing yet."""

    stage: str
    made: bool
    share: float = Field(
        default=0.0, ge=0, le=1, description="how much of it is there; of the run, while one works"
    )
    items: int = 0
    items_made: int = 0
    items_taken: int = 0
    seconds: float = Field(default=0.0, description="wall time that making its items took")
    engine: str | None = None
    created_at: AwareDatetime | None = None
    content_digest: Sha256 | None = None
    warnings: tuple[str, ...] = ()
    damage: str = Field(default="", description="why its manifest cannot be read, and what to do")


class Poster(Record):
    """The artifact that shows what a film looks like."""

    stage: str
    item: str
    name: str
    sha256: Sha256


class StageSummary(Record):
    """What is told of a manifest: of its stage, and of the film that it belongs to."""

    told: StageStanding
    profile: str | None = None
    film_s: float | None = None
    title: str | None = None
    poster: Poster | None = None


def summary_of_stage(home: SparkleHome, run_id: str, stage: str) -> StageSummary:
    """Return what is told of a stage; a manifest that has not changed since is not read again.

    Raises:
        RenamedRunError: It is another run's folder.
    """
    nothing = StageSummary(told=StageStanding(stage=stage, made=False))
    try:
        status = (RunFolder(home, run_id).stage(stage) / MANIFEST).stat()
        return _read(home, run_id, stage, (status.st_mtime_ns, status.st_size, status.st_ino))
    except (FileNotFoundError, NotADirectoryError):
        return nothing
    except RenamedRunError:
        raise
    except (UnreadableRecordError, CorruptFileError) as error:
        return StageSummary(told=StageStanding(stage=stage, made=False, damage=str(error)))


@lru_cache(_KEPT)
def _read(home: SparkleHome, run_id: str, stage: str, _: tuple[int, int, int]) -> StageSummary:
    """Return what is told of a manifest, which is known by when it was written, size and inode.

    Raises:
        FileNotFoundError: It was removed meanwhile.
        RenamedRunError, UnreadableRecordError: As `RunFolder.read` says.
        CorruptFileError: The plan that it lists is damaged in the store.
    """
    manifest = RunFolder(home, run_id).read(stage)
    if manifest is None:
        raise FileNotFoundError(stage)
    film = manifest.find(FILM, "film") if stage == VIDEO_FINAL else None
    return StageSummary(
        told=_stage(manifest),
        profile=manifest.profile,
        film_s=None if film is None else film.facts.duration_s,
        title=_title(home, manifest),
        poster=_poster(manifest),
    )


def _title(home: SparkleHome, manifest: StageManifest) -> str | None:
    """Return the title of the plan that a stage left behind, if that is what it does.

    What is damaged in the store is told of where it is used, and by `sparkle verify`: a film is
    listed without its title until then.
    """
    try:
        return _title_in(Store(home.store), manifest)
    except SparkleError:
        return None


def _title_in(store: Store, manifest: StageManifest) -> str | None:
    """Return the title of a plan, or of a draft.

    Raises:
        CorruptFileError, PlanError: It is damaged in the store.
    """
    if manifest.stage == MOVIE_PLAN and (plan := manifest.find(PLAN, "plan")) is not None:
        frozen = store.file(plan.sha256).path.read_bytes()
        return str(json.loads(frozen)["title"])
    draft = manifest.find(DRAFT, "plan") if manifest.stage == PLAN_DRAFT else None
    if draft is None:
        return None
    return plan_in(store.file(draft.sha256).path.read_text(encoding="utf-8"))[1].title


def _poster(manifest: StageManifest) -> Poster | None:
    named = {VIDEO_FINAL: "poster", BASE_IMAGES: "image"}.get(manifest.stage)
    shown = next((one for one in manifest.artifacts if one.name == named), None)
    if shown is None:
        return None
    return Poster(stage=manifest.stage, item=shown.id, name=shown.name, sha256=shown.sha256)


def _stage(manifest: StageManifest) -> StageStanding:
    provenance = manifest.provenance
    return StageStanding(
        stage=manifest.stage,
        made=True,
        items=len({artifact.id for artifact in manifest.artifacts}),
        items_made=len(provenance.made),
        items_taken=len(provenance.taken),
        seconds=provenance.seconds,
        engine=str(manifest.engine),
        created_at=provenance.created_at,
        content_digest=manifest.content_digest,
        warnings=manifest.warnings,
    )
