"""The manifest IO manager: an asset's value is its stage's manifest, shown in the run folder."""

from __future__ import annotations

import dagster as dg

from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.production.workbench import Workbench


class StageNotMadeError(StorageError):
    """A stage needs another one that has not been made yet."""


class ManifestIOManager(dg.ConfigurableIOManager):
    """Publishes manifests with their files, and reads them back."""

    def handle_output(self, context: dg.OutputContext, obj: StageManifest) -> None:
        """Show the files of a stage in its run folder, and write its manifest last."""
        workbench = Workbench(SparkleHome.from_environment())
        workbench.run_folder(obj.run_id).publish(obj, workbench.store)

    def load_input(self, context: dg.InputContext) -> StageManifest:
        """Return the manifest of an upstream stage of the same run.

        Raises:
            StageNotMadeError: The stage has not been made yet.
            UnreadableRecordError: Its manifest is damaged.
        """
        stage, run_id = context.asset_key.to_user_string(), context.partition_key
        workbench = Workbench(SparkleHome.from_environment())
        manifest = workbench.run_folder(run_id).read(stage)
        if manifest is None:
            raise StageNotMadeError(
                f"{stage} of {run_id} has not been made yet. Materialize it first, or render the "
                f"whole film: `sparkle render PLAN --run-id {run_id}`."
            )
        return manifest
