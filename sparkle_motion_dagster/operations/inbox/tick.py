"""The inbox: a folder whose files become orders for runs, looked at again and again."""

from dataclasses import dataclass
from pathlib import Path

from sparkle_motion_dagster.artifacts.errors import UnreadableRecordError
from sparkle_motion_dagster.operations.inbox.contents import Profiles
from sparkle_motion_dagster.operations.inbox.folder import look_into, printable
from sparkle_motion_dagster.operations.inbox.memory import AnyOrder, InboxMemory, changing_memory
from sparkle_motion_dagster.operations.inbox.orders import Look, OrderedRuns
from sparkle_motion_dagster.production.workbench import Workbench


@dataclass(frozen=True)
class Tick:
    """What one look at the inbox brings.

    ``notes`` is what people should know, each said once. ``waiting`` are the films whose edited
    files wait for a run to end. ``cursor`` names the batch that ``orders`` are: hand it to the next
    tick as a sign that they have arrived.
    """

    orders: tuple[AnyOrder, ...]
    notes: tuple[str, ...]
    waiting: tuple[str, ...]
    cursor: str | None


@dataclass(frozen=True)
class Inbox:
    """A folder that plans and prompts are dropped into, and what a home remembers of it."""

    folder: Path
    workbench: Workbench
    profiles: Profiles

    def tick(self, runs: OrderedRuns, confirmed: str | None) -> Tick:
        """Look at the inbox once.

        A file is read only when it is the same as at the tick before, and ordered only when the
        files that it names are, too: they may be half-written.

        Args:
            runs: What became of the runs that were asked for; asked only if that matters.
            confirmed: The cursor of the last tick whose orders have arrived.

        Raises:
            InboxFolderError: The inbox cannot be looked into.
            StoreBusyError: Another process has been looking at it for a minute.
            StorageError, OSError: What is to be remembered cannot be written; nothing is ordered.
        """
        with changing_memory(self.workbench.home):
            return self._look(runs, confirmed)

    def _look(self, runs: OrderedRuns, confirmed: str | None) -> Tick:
        memory = self.workbench.home.inbox_memory
        before, notes = self._remembered(memory)
        if before.batch is not None and before.batch.id != confirmed:
            # Whoever took them may have died before passing them on. Their run keys tell.
            return Tick(before.batch.orders, tuple(notes), (), before.batch.id)
        look = Look(self.workbench, self.profiles, before, runs, look_into(self.folder), notes)
        look.over_all()
        after = look.remembered()
        if after != before:
            after.write(memory)
        cursor = after.batch.id if after.batch else confirmed
        notes = [printable(note) for note in dict.fromkeys(look.notes)]
        return Tick(tuple(look.orders), tuple(notes), tuple(look.waiting), cursor)

    def _remembered(self, path: Path) -> tuple[InboxMemory, list[str]]:
        try:
            return InboxMemory.read(path), []
        except UnreadableRecordError as error:
            aside = path.with_name(f"{path.name}.unreadable")
            path.replace(aside)
            return InboxMemory(), [
                f"{error} It is now {aside}, and every file is looked at as if it were new: what "
                "is there already is not made again."
            ]
