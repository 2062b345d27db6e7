"""The manifest IO manager: an asset's value is its stage's manifest, shown in the run folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import TAKES, VIDEO_FINAL
from sparkle_motion_dagster.runs.failures import failure_of

if TYPE_CHECKING:
    from sparkle_motion_dagster.artifacts.models import StageManifest
    from sparkle_motion_dagster.artifacts.run_folder import RunFolder
    from sparkle_motion_dagster.production.workbench import Workbench


class StageNotMadeError(StorageError):
    """A stage needs another one that has not been made yet."""


class ManifestIOManager(dg.ConfigurableIOManager):
    """Publishes manifests with their files, and reads them back."""

    _workbench: Workbench = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Find the run's workbench."""
        from sparkle_motion_dagster.artifacts.home import SparkleHome
        from sparkle_motion_dagster.production.workbench import Workbench, workbench_of_run

        home = SparkleHome.from_environment()
        run = context.run
        self._workbench = Workbench(home) if run is None else workbench_of_run(home, run.run_id)

    def handle_output(self, context: dg.OutputContext, obj: StageManifest | None) -> None:
        """Show the files of a stage in its run folder, and write its manifest last.

        Where there is nothing to show, all stays as it is. Beside a film its page is written, too;
        it is written anew where further takes were made.
        """
        if obj is None:
            return
        run_id = context.partition_key
        with _readable_failures():
            if obj.run_id != run_id:
                raise StorageError(f"A manifest of {obj.run_id} was handed over as one of {run_id}")
            folder = self._workbench.run_folder(run_id)
            for kept in self._published(obj, folder):
                context.log.warning("A file that is none of the film's is kept as %s", kept)
        if obj.stage in (VIDEO_FINAL, TAKES):
            from sparkle_motion_dagster.pages.page_file import has_page, write_page

            if obj.stage == TAKES and not has_page(folder):
                return
            if (failed := write_page(self._workbench.home, folder)) is not None:
                context.log.warning(failed)

    def _published(self, manifest: StageManifest, folder: RunFolder) -> tuple[Path, ...]:
        """Publish a manifest; of takes, not while somebody lists one there that was pinned."""
        alone = folder.choices.unchanged() if manifest.stage == TAKES else contextlib.nullcontext()
        with alone:
            return folder.publish(manifest, self._workbench.store)

    def load_input(self, context: dg.InputContext) -> StageManifest:
        """Return the manifest of an upstream stage of the same run.

        Raises:
            Failure: The stage has not been made yet, or its manifest is damaged.
        """
        with _readable_failures():
            return self._manifest(context)

    def _manifest(self, context: dg.InputContext) -> StageManifest:
        stage, run_id = context.asset_key.to_user_string(), context.partition_key
        manifest = self._workbench.run_folder(run_id).read(stage)
        if manifest is None:
            missing = [name for name in context.op_def.ins if not self._made(run_id, name)]
            raise StageNotMadeError(
                f"{' and '.join(missing)} of {run_id} {'has' if len(missing) == 1 else 'have'} not "
                "been made yet. Materialize what is missing first, or render the whole film: "
                f"`sparkle render PLAN --run-id {run_id}`."
            )
        return manifest

    def _made(self, run_id: str, stage: str) -> bool:
        return self._workbench.run_folder(run_id).read(stage) is not None


@contextlib.contextmanager
def _readable_failures() -> Iterator[None]:
    """Have Dagster show our errors' own text first, not that an input could not be loaded."""
    try:
        yield
    except SparkleError as error:
        raise failure_of(error) from error
