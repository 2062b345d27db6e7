"""Taking: further takes of a film's items, and which of them it has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.choices import Choices, Recipe, Take
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError
from sparkle_motion_dagster.film.stages import TAKES, further_take_id, whose
from sparkle_motion_dagster.film.takes.listing import ItemTakes, item_takes
from sparkle_motion_dagster.operations import takes
from sparkle_motion_dagster.pages.page_file import has_page, write_page
from sparkle_motion_dagster.resources.profiles import load_profile, own_profile
from sparkle_motion_dagster.runs.names import MAKE_TAKES
from sparkle_motion_dagster.runs.starting import PlannedRun

if TYPE_CHECKING:
    from sparkle_motion_dagster.api.ordering import Ordered
    from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
    from sparkle_motion_dagster.forecast.redoing import Takeable


class NothingMissingError(ConflictError):
    """All takes that were asked for are there."""


@dataclass(frozen=True)
class MadeTake:
    """A take that is there now.

    Attributes:
        item: What people call the item.
        number: Its number.
        recipe: How it differs from what the plan asks for.
        seconds: How long making it took.
        file: Where it lies.
    """

    item: str
    number: int
    recipe: Recipe
    seconds: float
    file: Path

    @property
    def differs(self) -> str:
        """How it differs, in words."""
        said = [] if self.recipe.seed is None else [f"seed {self.recipe.seed}"]
        if self.recipe.prompt is not None:
            said.append(f'prompt "{self.recipe.prompt}"')
        said += [f"{name} {value}" for name, value in self.recipe.settings.items()]
        return ", ".join(said) or "as the plan says"


def planned_takes(
    home: SparkleHome, run_id: str, item: str, recipe: Recipe, count: int
) -> PlannedRun:
    """Return the run that makes further takes of an item.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        item: A portrait, keyframe, shot or line, by its id, or STAGE/ID; empty: none, but those
            that were asked for before are made, as far as they are missing.
        recipe: How they are to differ from what the plan asks for.
        count: How many.

    Raises:
        InputError: There is no such film, it has no such item, or there can be no such takes of it.
        NothingMissingError: No item is named, and no take is missing.
    """
    folder = RunFolder(home, home.existing_run(run_id))
    config = load_profile(own_profile(run_id, home)).run_config()
    asked: dict[str, object] = {}
    if item:
        _check_asked(home, run_id, item, recipe, count)
        asked = {"item": item, "takes": count, **recipe.model_dump(mode="json", exclude_none=True)}
    elif not any(known.missing for known in folder.choices.read().items):
        raise NothingMissingError(
            f"All takes of {run_id} that were asked for are there. Name an item to make further "
            f"ones: `sparkle redo {run_id} ITEM`."
        )
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

    Args:
        home: Where the film lies.
        run_id: What it is called.
        item: As `planned_takes` takes it.
        recipe: How they are to differ. It comes from somebody who does not run this machine: what
            is theirs to set who do, it may not say.
        count: How many.
        over_limits: Whether they may take more than the film's limits allow.

    Raises:
        InputError: As `planned_takes` says; or the recipe says what is not for it.
        OverLimitsError: They would take more than the film's limits allow, and must not.
        RunBusyError: A run of the film goes on or waits already.
    """
    from sparkle_motion_dagster.api.ordering import queue_run
    from sparkle_motion_dagster.resources.limits import within_limits

    if item:
        engine = _takeable(home, run_id, item).call.engine
        own = type(engine.settings).configured_only & recipe.settings.keys()
        if own:
            raise InputError(
                f"{', '.join(sorted(own))} of {engine.name} is for whoever runs the machine to "
                "set, in a profile."
            )
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


def made_since(home: SparkleHome, run_id: str, before: Choices) -> tuple[MadeTake, ...]:
    """Return the further takes of a film that are there now, and were not.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        before: Its choices as they were.
    """
    folder, actions = RunFolder(home, run_id), ActionLog(home.actions)
    manifest = folder.readable(TAKES)
    files = {one.id: one.file for one in reversed(manifest.artifacts if manifest else ())}
    made = []
    for known in folder.choices.read().items:
        there = before.known(known.stage, known.item)
        for take in known.further:
            was = there.take(take.number)
            record = None if take.fingerprint is None else actions.find(take.fingerprint)
            if record is not None and (was is None or was.fingerprint is None):
                name = files[further_take_id(known.stage, known.item, take.number)]
                path = folder.stage(TAKES) / name
                made.append(
                    MadeTake(whose(known.item), take.number, take.recipe, record.seconds, path)
                )
    return tuple(made)


def choose(home: SparkleHome, run_id: str, item: str, number: int, *, pinned: bool = False) -> str:
    """Have a film take one of an item's takes; return what follows, in words.

    Args:
        home: Where the film lies.
        run_id: What it is called.
        item: Which item.
        number: Which of its takes.
        pinned: Whether the item is pinned to that take as it is.

    Raises:
        InputError: There is no such film, item or take.
        NotMadeError: The item is to be pinned to a take that is not there.
    """
    folder = RunFolder(home, home.existing_run(run_id))
    if pinned:
        known = takes.pin(folder, item, number)
        _shown(home, folder)
        return (
            f"{whose(known.item)} of {run_id} stays take {number} as it is, whatever is edited, "
            "until it is unpinned."
        )
    known = takes.choose(folder, item, number)
    _shown(home, folder)
    take, called = known.take(number), whose(known.item)
    if known.pinned is not None:
        return (
            f"{called} of {run_id} is pinned, and stays as it is: take {number} comes once it is "
            f"unpinned (`sparkle unpin {run_id} {called}`), or pinned to it (`sparkle take "
            f"{run_id} {item} {number} --pin`)."
        )
    said = f"{run_id} has take {number} of {called} from its next render on."
    if take is None or not (stale := _made_again(home, run_id, known.stage, called, take)):
        return said
    pin_it = f"`sparkle take {run_id} {item} {number} --pin` has it as it is."
    return f"{said} {stale}" + (f" {pin_it}" if take.fingerprint is not None else "")


def pin(home: SparkleHome, run_id: str, item: str) -> str:
    """Have an item stay as it is; return what follows, in words."""
    folder = RunFolder(home, home.existing_run(run_id))
    known = takes.pin(folder, item)
    _shown(home, folder)
    return (
        f"{whose(known.item)} of {run_id} stays as it is, whatever is edited, until it is unpinned."
    )


def unpin(home: SparkleHome, run_id: str, item: str) -> str:
    """Have an item follow the plan again; return what follows, in words."""
    folder = RunFolder(home, home.existing_run(run_id))
    known = takes.unpin(folder, item)
    _shown(home, folder)
    return f"{whose(known.item)} of {run_id} follows the plan again."


def _shown(home: SparkleHome, folder: RunFolder) -> None:
    """Have the page in a film's folder show what was chosen, if there is one.

    What was chosen counts, whether or not the page can be written.
    """
    if has_page(folder):
        write_page(home, folder)


def _made_again(home: SparkleHome, run_id: str, stage: str, called: str, take: Take) -> str:
    """Say that the next render has to make a take (again); nothing where it has not."""
    from sparkle_motion_dagster.film.takes.recipes import varied
    from sparkle_motion_dagster.production.loop import fingerprint

    if take.fingerprint is None:
        return "It has not been made yet: that render makes it."
    try:
        call = _takeable(home, run_id, f"{stage}/{called}").call
        engine, asked = varied(call.engine, call.item, take.recipe)
    except InputError as error:
        return f"Whether it is made again then, nobody can tell yet. {error}"
    if fingerprint(engine, asked.request) == take.fingerprint:
        return ""
    record = ActionLog(home.actions).find(take.fingerprint)
    seconds = "" if record is None else f", which took {record.seconds:.1f} s the last time"
    return (
        f"It is stale: what it is made from was edited since. That render makes it again{seconds}."
    )


def _check_asked(home: SparkleHome, run_id: str, item: str, recipe: Recipe, count: int) -> None:
    """Make sure that there can be such takes of an item: a look, of which nothing is written."""
    from sparkle_motion_dagster.film.takes.making import with_further_takes
    from sparkle_motion_dagster.forecast.redoing import takeable

    film = _film(home, run_id)
    of = takeable(film, item)
    with_further_takes(film.choices, of.stage, of.call.engine, of.call.item, recipe, count)


def _takeable(home: SparkleHome, run_id: str, item: str) -> Takeable:
    from sparkle_motion_dagster.forecast.redoing import takeable

    return takeable(_film(home, run_id), item)


def _film(home: SparkleHome, run_id: str) -> PlannedFilm:
    from sparkle_motion_dagster.engines.machinery.facilities import Facilities
    from sparkle_motion_dagster.forecast.redoing import film_as_frozen
    from sparkle_motion_dagster.resources.device import device_of
    from sparkle_motion_dagster.resources.engines import engines_of

    profile = load_profile(own_profile(run_id, home))
    facilities = Facilities(device_of(profile.gpu, run_id, "takes"))
    engines = engines_of(profile, facilities)
    return film_as_frozen(run_id, profile.name, profile.film, engines, home)
