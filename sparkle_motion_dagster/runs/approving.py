"""Approving a plan that was written, as a job: what `sparkle approve` does, by clicking."""

import dagster as dg
from pydantic import Field

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.partitions import film_partitions
from sparkle_motion_dagster.runs.failures import failure_of
from sparkle_motion_dagster.runs.names import APPROVE_DRAFT


class ApprovalConfig(dg.Config):
    """What is kept with the decision."""

    note: str = Field(default="", description="why")


@dg.op
def put_draft_into_inbox(context: dg.OpExecutionContext, config: ApprovalConfig) -> None:
    """Approve the draft of the partition's film, so that it is rendered."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome
    from sparkle_motion_dagster.artifacts.run_folder import RunFolder
    from sparkle_motion_dagster.operations import drafts
    from sparkle_motion_dagster.plan.run_ids import check_run_id

    home = SparkleHome.from_environment()
    try:
        run_id = home.existing_run(check_run_id(context.partition_key))
        laid = drafts.approve_draft(RunFolder(home, run_id), config.note)
    except SparkleError as error:
        raise failure_of(error) from error
    context.log.info("The inbox renders it now: %s", laid.path)
    if laid.kept is not None:
        context.log.info("The plan that was there is kept as %s", laid.kept)
    context.add_output_metadata({"plan": dg.MetadataValue.path(laid.path)})


@dg.job(
    name=APPROVE_DRAFT,
    partitions_def=film_partitions,
    description="Approve the plan that was written for a film: the inbox renders it.",
)
def approve_draft() -> None:
    """Approve a draft."""
    put_draft_into_inbox()
