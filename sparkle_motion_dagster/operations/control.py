"""Control: a person asks the run of a film to pause or to stop, and the run obeys."""

from collections.abc import Iterable

from sparkle_motion_dagster.artifacts.errors import RunBusyError
from sparkle_motion_dagster.artifacts.film_state import FilmState, Holder, State, Status, Wish
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError
from sparkle_motion_dagster.production.halting import HaltedError

LEFT_AS = {Wish.PAUSE: State.PAUSED, Wish.STOP: State.STOPPED}
"""How each wish leaves a film."""


class NotRenderingError(ConflictError):
    """Nobody renders the film, so that there is nothing to pause or to stop."""


class RunControl:
    """What the run that holds a film is asked for, and what it needs, while it goes on."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def obey(self, before: str) -> None:
        """Go on, unless somebody asked this run to pause or to stop before something is begun.

        Raises:
            HaltedError: Somebody did.
        """
        wish = self._folder.state.read().wish
        if wish is not None:
            raise HaltedError(self._folder.run_id, wish, before)

    def needs(self, digests: Iterable[str]) -> None:
        """Write down what must not be collected while the run goes on; see `RunFolder.keep`."""
        self._folder.keep(digests)


def ask(folder: RunFolder, wish: Wish) -> Holder:
    """Ask the run that holds a film to pause or to stop before its next item.

    Returns:
        The process that was asked.

    Raises:
        NotRenderingError: Nobody renders it.
    """
    holder = folder.holder()
    if holder is not None and holder.doing == "rendered":
        # It may have let go of the film since: then there is nobody left to ask.
        after = folder.state.change(
            lambda state: state.with_wish(wish) if state.holder == holder else state
        )
        if after.holder == holder:
            return holder
    raise NotRenderingError(
        f"Nothing is rendering {folder.run_id} now, so there is nothing to {wish}."
    )


def leave(folder: RunFolder, wish: Wish, message: str, dagster_run: str | None = None) -> None:
    """Say that a film which nobody renders was paused or stopped.

    Args:
        folder: Where it lies.
        wish: What was asked for.
        message: Why it stands so.
        dagster_run: The Dagster run that it goes on from; None: the one that it went on from so
            far.
    """

    def left(state: FilmState) -> FilmState:
        run = dagster_run or (state.status.dagster_run if state.status else None)
        return state.with_status(Status(state=LEFT_AS[wish], message=message, dagster_run=run))

    folder.state.change(left)


def is_done(folder: RunFolder) -> bool:
    """Tell whether the film's last run did all that it was asked for."""
    return folder.state.read().standing(State.RENDERED, State.PARTLY)


def takes_are_missing(folder: RunFolder) -> bool:
    """Tell whether further takes were asked for that are not there yet."""
    return any(known.missing for known in folder.choices.read().items)


def check_resumable(folder: RunFolder) -> None:
    """Make sure that there is something to go on with.

    Raises:
        RunBusyError: Somebody works on the film.
        ConflictError: Its last run did all that it was asked for.
    """
    if (holder := folder.holder()) is not None:
        raise RunBusyError(f"{folder.run_id} is being {holder.doing} by {holder} already.")
    if is_done(folder) and not takes_are_missing(folder):
        raise ConflictError(
            f"The last run of {folder.run_id} did all that it was asked for: there is nothing to "
            "go on with. After an edit, render it: `sparkle render PLAN`."
        )
