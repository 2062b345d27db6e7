"""Repairing: what is damaged is set aside, and what was made of takes is listed without it."""

from collections.abc import Collection

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.verify import Finding, set_aside
from sparkle_motion_dagster.film.takes.keeping import known_measures, list_again
from sparkle_motion_dagster.production.workbench import Workbench


def repair(home: SparkleHome, findings: Collection[Finding]) -> None:
    """Set aside what is damaged; a film's manifest of takes is left with those that are whole.

    A stage that is damaged is made again, by the next render. Takes are made again only where
    somebody asks for them.

    Raises:
        RunBusyError, StoreBusyError: As `set_aside` says.
    """
    folders = [RunFolder(home, run_id) for run_id in {one.run_id for one in findings if one.run_id}]
    measures = {folder.run_id: known_measures(folder, Workbench(home)) for folder in folders}
    set_aside(home, findings)
    for folder in folders:
        if folder.choices.path.exists():
            list_again(folder, Workbench(home), measures[folder.run_id])
