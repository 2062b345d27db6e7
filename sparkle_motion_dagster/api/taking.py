"""Taking: further takes of a film's items, and which of them it has."""

from sparkle_motion_dagster.api.ordering import Ordered, queue_run
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import TAKES
from sparkle_motion_dagster.film.takes.listing import ItemTakes, item_takes
from sparkle_motion_dagster.operations import takes
from sparkle_motion_dagster.resources.profiles import load_profile, own_profile
from sparkle_motion_dagster.runs.names import MAKE_TAKES
from sparkle_motion_dagster.runs.starting import PlannedRun


def planned_takes(
    home: SparkleHome, run_id: str, item: str, recipe: Recipe, count: int
) -> PlannedRun:
    """Return the run that makes further takes of an item.

    Raises:
        InputError: There is no such film, or it has no such item.
    """
    folder = RunFolder(home, home.existing_run(run_id))
    takes.item_called(folder, item)
    config = load_profile(own_profile(run_id, home)).run_config()
    asked = {"item": item, "takes": count, **recipe.model_dump(mode="json", exclude_none=True)}
    return PlannedRun(run_id, MAKE_TAKES, config | {"ops": {TAKES: {"config": asked}}})


def order_takes(
    home: SparkleHome,
    run_id: str,
    item: str,
    recipe: Recipe,
    count: int,
    *,
    over_limits: bool = False,
) -> Ordered:
    """Have the daemon make further takes of an item in its turn.

    Raises:
        InputError: There is no such film, or it has no such item.
        OverLimitsError: They would take more than the film's limits allow, and must not.
        RunBusyError: A run of it goes on or waits already.
    """
    from sparkle_motion_dagster.resources.limits import within_limits

    planned = planned_takes(home, run_id, item, recipe, count)
    return queue_run(home, within_limits(planned, home, over_limits=over_limits))


def takes_of(
    home: SparkleHome, folder: RunFolder, item: str | None = None
) -> tuple[ItemTakes, ...]:
    """Return the takes of a film's items, or of the one that somebody means.

    Raises:
        NoSuchTakeError: The film has no such item.
    """
    listed = item_takes(home, folder)
    if item is None:
        return listed
    meant = takes.item_called(folder, item)
    return tuple(one for one in listed if (one.stage, one.item) == (meant.stage, meant.item))


def choose(home: SparkleHome, run_id: str, item: str, number: int) -> str:
    """Have a film take one of an item's takes; return what follows, in words."""
    folder = RunFolder(home, home.existing_run(run_id))
    takes.choose(folder, item, number)
    return f"{run_id} has take {number} of {item} from its next render on."


def pin(home: SparkleHome, run_id: str, item: str) -> str:
    """Have an item stay as it is; return what follows, in words."""
    takes.pin(RunFolder(home, home.existing_run(run_id)), item)
    return f"{item} of {run_id} stays as it is, whatever is edited, until it is unpinned."


def unpin(home: SparkleHome, run_id: str, item: str) -> str:
    """Have an item follow the plan again; return what follows, in words."""
    takes.unpin(RunFolder(home, home.existing_run(run_id)), item)
    return f"{item} of {run_id} follows the plan again."
