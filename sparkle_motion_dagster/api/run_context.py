"""The context of a film's runs: of what plan, under which profile, by what it was made."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import NotFoundError
from sparkle_motion_dagster.film.stages import PLAN_DRAFT, STAGES
from sparkle_motion_dagster.units import Record


class StageContext(Record):
    """By what a stage was made, and of what."""

    engine: EngineIdentity
    plan_digest: Sha256
    upstream: dict[str, Sha256] = Field(description="stage name to its content digest")
    content_digest: Sha256
    created_at: AwareDatetime
    host: str
    device: str
    versions: dict[str, str] = Field(description="of Python and of packages")


class RunContext(Record):
    """What a film was made of, under which profile, and stage by stage by what."""

    run_id: str
    profile: str
    plan_digest: Sha256 = Field(description="of the plan that the latest stage was made of")
    dagster_run: str | None = Field(description="the Dagster run that worked on it last")
    stages: dict[str, StageContext]


def run_context(folder: RunFolder) -> RunContext:
    """Return what a film was made with, as far as it has been made.

    Raises:
        NotFoundError: Nothing of it has been made yet.
        UnreadableRecordError: Its state cannot be read, or it is another run's folder.
    """
    manifests = folder.manifests()
    made = [manifests[stage] for stage in (PLAN_DRAFT, *STAGES) if stage in manifests]
    if not made:
        raise NotFoundError(f"Nothing of {folder.run_id} has been made yet.")
    status = folder.state.read().status
    return RunContext(
        run_id=folder.run_id,
        profile=made[-1].profile,
        plan_digest=made[-1].plan_digest,
        dagster_run=None if status is None else status.dagster_run,
        stages={
            manifest.stage: StageContext(
                engine=manifest.engine,
                plan_digest=manifest.plan_digest,
                upstream=manifest.upstream,
                content_digest=manifest.content_digest,
                created_at=manifest.provenance.created_at,
                host=manifest.provenance.host,
                device=manifest.provenance.device,
                versions=manifest.provenance.versions,
            )
            for manifest in made
        },
    )
