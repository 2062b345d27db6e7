"""What a film's page shows of its stages: what they made, promised and warn of, and reviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import AwareDatetime, Field, JsonValue

from sparkle_motion_dagster.artifacts.film_state import Decision, FilmState
from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.film.stages import PLAN_DRAFT, STAGES
from sparkle_motion_dagster.pages.film_records import FilmRecords
from sparkle_motion_dagster.units import Record


class StageView(Record):
    """A stage of the film that has been made."""

    stage: str
    engine: str
    made: int = Field(description="items that its last run made")
    taken: int = Field(description="items that its last run took from the store")
    seconds: float = Field(description="wall time that making took, in seconds")
    created_at: AwareDatetime
    warnings: tuple[str, ...]


class CheckView(Record):
    """A promise of the film's, and what was measured of it on the finished file."""

    name: str
    passed: bool
    description: str
    measured: dict[str, JsonValue]


class ReviewView(Record):
    """A person's decision on what a stage made."""

    stage: str
    decision: Decision
    note: str
    by: str
    at: AwareDatetime
    holds: bool = Field(description="whether it is on what the stage shows now")


def stage_views(records: FilmRecords) -> tuple[StageView, ...]:
    """Return the stages that have been made, in the order in which they are."""
    found = (records.manifests.get(stage) for stage in (PLAN_DRAFT, *STAGES))
    return tuple(_stage(manifest) for manifest in found if manifest is not None)


def check_views(film: Artifact | None) -> tuple[CheckView, ...]:
    """Return what was measured on the finished film."""
    report = None if film is None else film.metadata.get("report")
    checks = report.get("checks") if isinstance(report, Mapping) else None
    return tuple(map(CheckView.model_validate, checks)) if isinstance(checks, list) else ()


def review_views(state: FilmState, manifests: Mapping[str, StageManifest]) -> Iterator[ReviewView]:
    """Yield what people decided on a film, in the order of its stages."""
    for stage in (PLAN_DRAFT, *STAGES):
        review, manifest = state.reviews.get(stage), manifests.get(stage)
        if review is not None:
            yield ReviewView(
                stage=stage,
                decision=review.decision,
                note=review.note,
                by=review.by,
                at=review.at,
                holds=manifest is not None and manifest.content_digest == review.content_digest,
            )


def _stage(manifest: StageManifest) -> StageView:
    provenance = manifest.provenance
    return StageView(
        stage=manifest.stage,
        engine=str(manifest.engine),
        made=len(provenance.made),
        taken=len(provenance.taken),
        seconds=provenance.seconds,
        created_at=provenance.created_at,
        warnings=manifest.warnings,
    )
