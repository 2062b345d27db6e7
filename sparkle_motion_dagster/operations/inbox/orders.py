"""One look at the inbox: which files are new, ordered, waited for or refused."""

import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.intake import check_free
from sparkle_motion_dagster.operations.inbox.contents import Profiles, content_of
from sparkle_motion_dagster.operations.inbox.folder import (
    REJECTED,
    FoundFile,
    FoundFolder,
    asked_by,
    printable,
    reject,
)
from sparkle_motion_dagster.operations.inbox.memory import (
    AnyOrder,
    Batch,
    InboxMemory,
    Order,
    SeenFile,
    SeenFilm,
)
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.policy.errors import PlanRefusedError
from sparkle_motion_dagster.production.workbench import Workbench

MOST_ORDERS = 25
"""Orders of one tick: as many runs are created before the next look."""

MOST_FILES = 50
"""Plans and prompts that are read in one tick."""

_MOST_SECONDS = 10.0
"""No further file is read after so long; the largest takes about as long again, and Dagster gives
a sensor 60 s."""

PATIENCE = 3
"""Further ticks that a file which is not valid is given, unchanged, before it is rejected."""

_GONE_AFTER = 2
"""Looks that have not found a file until it is taken to be gone; some editors save by moving."""


class OrderedRuns(Protocol):
    """What became of the runs that the inbox asked for."""

    def unended(self) -> Collection[str]:
        """Return the films that have a run that goes on or waits."""

    def is_known(self, run_key: str) -> bool:
        """Tell whether the run of a key is there, ended or not, and was not deleted."""


@dataclass
class Look:
    """One look at the inbox while it goes on.

    ``notes`` is what people should know; ``waiting`` are the films whose edited files wait for a
    run to end.
    """

    workbench: Workbench
    profiles: Profiles
    before: InboxMemory
    runs: OrderedRuns
    found: FoundFolder
    notes: list[str]
    orders: list[AnyOrder] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    files_read: int = 0

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.files = {file.name: self._as_now(file) for file in self.found.files}
        self.films = dict(self.before.films)
        for file in self.found.files:
            if file.name in self.before.files and not self._is_same(file):
                self._forget(file.asks_for)  # whoever touches a file asks again for what it does

    def over_all(self) -> None:
        """Look at everything that has settled down since the tick before."""
        self._miss_the_absent()
        rivals: defaultdict[str, list[FoundFile]] = defaultdict(list)
        for file in self.found.files:
            if file.obstacle is None:
                rivals[file.asks_for].append(file)
            elif self._is_due(file):
                self._settle(file, f"{file.name} is left alone: {file.obstacle}.")
        due: list[FoundFile] = []
        for files in rivals.values():
            if len(files) > 1:
                self._refuse_rivals(files)
            else:
                self._miss_the_lost(files[0])
                due += filter(self._is_due, files)
        # Newcomers first: many bad files do not keep good ones waiting.
        for file in sorted(due, key=lambda file: self.files[file.name].wrong):
            if self._is_enough():
                return
            self._take(file)

    def remembered(self) -> InboxMemory:
        """Return what the next tick has to know."""
        orders = tuple(self.orders)
        batch = Batch(id=uuid.uuid4().hex, orders=orders) if orders else None
        # An empty folder may be what is left where a disk is not mounted.
        folder = self.found.id if self.found.files else self.before.folder
        return InboxMemory(
            generation=self.before.generation,
            folder=folder,
            files=self.files,
            films=self.films,
            batch=batch,
        )

    def _as_now(self, file: FoundFile) -> SeenFile:
        seen = self.before.files.get(file.name)
        if seen is None:
            return SeenFile(signature=file.signature)
        # A named file that is gone is no edit of the film: nothing could be made of it.
        named = seen.named | file.signatures_of(seen.named)
        if seen.signature != file.signature or seen.named != named:
            return SeenFile(signature=file.signature, named=named)
        return seen.model_copy(update={"missing": 0})

    def _miss_the_absent(self) -> None:
        """Take what is dropped again after it was gone as new."""
        absent = [name for name in self.before.files if name not in self.files]
        gone = []
        for name in absent:
            seen = self.before.files[name]
            missing = seen.missing + 1 if self.found.id == self.before.folder else 0
            if missing < _GONE_AFTER:
                self.files[name] = seen.model_copy(update={"missing": missing})
            else:
                gone.append(asked_by(name))
        # A file that was renamed may go on making its film.
        for asked in set(gone).difference(map(asked_by, self.files)):
            self._forget(asked)

    def _forget(self, asked: str) -> None:
        if (film := self.films.get(asked)) is not None:
            self.films[asked] = film.forgotten()

    def _miss_the_lost(self, file: FoundFile) -> None:
        """Ask again for what was lost: by a run that was deleted before it ended, or by its folder.

        A draft is not missed with the folder of its film: its file, and the plan that it was
        approved as, are there.
        """
        film, run_id = self.films.get(file.asks_for), file.film
        if film is None or film.digest is None or not self.files[file.name].settled:
            return
        if film.awaited:
            if run_id in self._busy:
                return
            if self.runs.is_known(self.before.run_key(file.asks_for, film)):
                self.films[file.asks_for] = film.model_copy(update={"awaited": False})
            else:
                self._ask_again(file, "its run was deleted before it had ended")
        elif file.is_prompt:
            return
        elif self.workbench.run_folder(run_id).shows_anything():
            self.films[run_id] = film.model_copy(update={"shown": True})
        elif film.shown and run_id not in self._busy:
            self._ask_again(file, "its film's folder was removed")

    def _ask_again(self, file: FoundFile, why: str) -> None:
        self.notes.append(f"{file.name} is looked at again: {why}.")
        self._forget(file.asks_for)
        self.files[file.name] = self.files[file.name].model_copy(update={"settled": False})

    def _is_due(self, file: FoundFile) -> bool:
        """Tell whether a file has not changed since the tick before, and is not settled."""
        return self._is_same(file) and not self.files[file.name].settled

    def _is_same(self, file: FoundFile) -> bool:
        seen = self.before.files.get(file.name)
        now = self.files[file.name]
        return seen is not None and (seen.signature, seen.named) == (now.signature, now.named)

    def _is_enough(self) -> bool:
        return (
            len(self.orders) >= MOST_ORDERS
            or self.files_read >= MOST_FILES
            or time.monotonic() - self.began > _MOST_SECONDS
        )

    def _refuse_rivals(self, files: Sequence[FoundFile]) -> None:
        if all(self._is_same(file) for file in files):
            names = " and ".join(file.name for file in files)
            what = "draft" if files[0].is_prompt else "film"
            for file in files:
                self._say(
                    file,
                    f"{names} are left alone: they would make the same {what}, {file.film}. Rename "
                    "or remove all but one.",
                )

    def _take(self, file: FoundFile) -> None:
        try:
            self._order(file)
        except PlanError as error:
            self._wrong(file, error)
        except (SparkleError, OSError) as error:
            # It says nothing of the plan, and may be over by the next tick.
            self._say(file, f"{file.name} cannot be taken yet: {error}")

    def _order(self, file: FoundFile) -> None:
        """Order what a file asks for, unless it was ordered so already, or is there.

        Files that were not known to belong to it are waited for until the next look.

        Raises:
            PlanError: The file is not valid, or its profile cannot make what it asks for.
            SparkleError, OSError: Something else is in the way.
        """
        run_id = file.film
        profile = self.profiles.of(run_id)
        folder = self.workbench.run_folder(run_id)
        check_free(run_id, profile, None if file.is_prompt else file.path, self.workbench)
        if run_id in self._busy or run_id in self._ordered() or folder.is_held():
            self.waiting.append(run_id)
            return
        self.files_read += 1
        content = content_of(file)
        named = dict(content.named)
        seen = self.files[file.name]
        self.files[file.name] = seen.model_copy(update={"named": named})
        if named.items() - seen.named.items():
            return
        wanted = content.wanted(self.profiles, profile, folder)
        if not file.is_unchanged() or file.signatures_of(named) != named:
            return
        film = self.films.get(file.asks_for, SeenFilm())
        if film.digest != wanted.digest and not wanted.is_made:
            if not file.name.lower().startswith(f"{run_id}."):
                self._say(file, f"{file.name}: its run is called {run_id}.")
            film = SeenFilm(digest=wanted.digest, requests=film.requests + 1, awaited=True)
            key = self.before.run_key(file.asks_for, film)
            order = Order(run_id=run_id, profile=profile, digest=wanted.digest, run_key=key)
            self.orders.append(content.order(order))
        self.films[file.asks_for] = film.model_copy(update={"digest": wanted.digest})
        self._settle(file)

    def _ordered(self) -> Collection[str]:
        """Return the films that this look has ordered: a plan and a prompt may have the same."""
        return {order.run_id for order in self.orders}

    @cached_property
    def _busy(self) -> Collection[str]:
        return self.runs.unended()

    def _wrong(self, file: FoundFile, error: PlanError) -> None:
        """Give a file that is not valid more time, and reject it when that is over.

        What the policy refuses is whole, and refused at once.
        """
        seen = self.files[file.name]
        if seen.wrong < PATIENCE and not isinstance(error, PlanRefusedError):
            self.files[file.name] = seen.model_copy(update={"wrong": seen.wrong + 1})
            return
        if not file.is_unchanged():
            return
        if file.path.is_symlink():
            self._settle(
                file,
                f"{error}\nThis link stays where it is. Mend the file that it leads to, or remove "
                "the link.",
            )
            return
        try:
            report = reject(file, error)
        except OSError as cause:
            self._settle(
                file,
                f"{error}\nThis file stays where it is, because it cannot be moved to {REJECTED}/: "
                f"{cause}. Mend it there.",
            )
            return
        self.notes.append(
            f"{file.name} {error.verdict}: {_in_short(error)}. It was moved to {REJECTED}/; "
            f"{report} says more."
        )
        del self.files[file.name]
        self._forget(file.asks_for)

    def _say(self, file: FoundFile, note: str) -> None:
        """Say something of a file, once until the file changes."""
        seen = self.files[file.name]
        if seen.said != printable(note):
            self.notes.append(note)
            self.files[file.name] = seen.model_copy(update={"said": printable(note)})

    def _settle(self, file: FoundFile, note: str | None = None) -> None:
        if note is not None:
            self._say(file, note)
        settled = self.files[file.name].model_copy(update={"settled": True})
        self.files[file.name] = settled


def _in_short(error: PlanError) -> str:
    first, *others = error.problems
    return f"{first}" + (f" (and {len(others)} more)" if others else "")
