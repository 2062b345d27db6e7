"""The pane for a mounted folder, such as Google Drive: films are archived there and restored."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ipywidgets import HTML, Button, FloatProgress, HBox, Layout, Text, VBox

from sparkle_motion_dagster.api.archiving import archive_film, restore_film
from sparkle_motion_dagster.artifacts.archive.index import read_index
from sparkle_motion_dagster.artifacts.archive.remote import RemoteFolder
from sparkle_motion_dagster.artifacts.verify import verify_run
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.markup import block, paragraph
from sparkle_motion_dagster.operations.prune.pruning import size_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from sparkle_motion_dagster.artifacts.home import SparkleHome

_DRIVE = Path("/content/drive/MyDrive/sparkle-motion")
_ELSEWHERE = Path.home() / "sparkle-motion-films"

_STEP = 0.01
"""The bar moves by steps of at least this share."""


def mount_drive() -> None:
    """Mount Google Drive on Colab, which asks its user; elsewhere, do nothing."""
    if _is_colab():
        importlib.import_module("google.colab.drive").mount("/content/drive")


class _WatchedFolder(RemoteFolder):
    """A folder that says how many bytes went to it and came from it."""

    def __init__(self, address: str, moved: Callable[[int], None]) -> None:
        super().__init__(address)
        self._moved = moved

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield a file's bytes."""
        return self._counted(super().blocks(path))

    def write(self, path: str, blocks: Iterable[bytes]) -> None:
        """Write a file."""
        super().write(path, self._counted(blocks))

    def _counted(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block_ in blocks:
            self._moved(len(block_))
            yield block_


class DrivePane(Pane):
    """Archives the chosen film in a folder, and restores films from there.

    Attributes:
        folder: Where archives lie; several films share one.
        run_id: Which film; "": the chosen one.
        archive: Copies the film there, and reads every file back.
        restore: Copies it back; nothing is published before every byte is checked.
        bar: How much of it went over.
        result: What came of it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        place = _DRIVE if _is_colab() else _ELSEWHERE
        wide = Layout(width="auto", max_width="560px")
        self.folder = Text(value=str(place), description="Folder", layout=wide)
        self.run_id = Text(description="Film", placeholder="the chosen one", layout=wide)
        self.archive: Button = context.tasks.button(
            "Archive", "upload", "Copy the film there, and read every file back", self._archive
        )
        self.restore: Button = context.tasks.button(
            "Restore", "download", "Copy the film back, every byte checked", self._restore
        )
        self.bar = FloatProgress(min=0, max=1, layout=Layout(width="280px"))
        self.result = HTML()
        buttons = HBox([self.archive, self.restore, self.bar], layout=Layout(align_items="center"))
        self.widget = VBox([self.folder, self.run_id, buttons, self.result])

    def _archive(self) -> None:
        home, run_id = self._home(), self._film()
        # What is copied is read back: every byte moves twice.
        stages = self._context.client.standing(run_id).stages
        made = (self._context.client.manifest(run_id, one.stage) for one in stages if one.made)
        sizes = {one.sha256: one.size_bytes for stage in made for one in stage.artifacts}
        self._say(archive_film(home, run_id, self._watched(2 * sum(sizes.values()))))

    def _restore(self) -> None:
        home, run_id = self._home(), self._film()
        index = read_index(self._root(), run_id)
        total = sum(file.size_bytes for file in index.files)
        said = restore_film(home, run_id, self._watched(total))
        found = verify_run(home, run_id)
        if found.findings:
            raise InputError(f"{said} But it is damaged: `sparkle verify {run_id}` says where.")
        self._say(f"{said} All of it is whole.")
        self._context.films.refresh()
        self._context.films.choose(run_id)

    def _home(self) -> SparkleHome:
        home = self._context.server.home
        if home is None:
            raise InputError(
                f"The films of {self._context.server.address} lie on another machine: archive "
                "them there, with `sparkle archive`."
            )
        return home

    def _film(self) -> str:
        return str(self.run_id.value).strip() or self._context.films.chosen

    def _root(self) -> RemoteFolder:
        return RemoteFolder(self._place())

    def _watched(self, total: int) -> RemoteFolder:
        self.result.value, self.bar.value = "", 0.0
        gone = 0

        def moved(size: int) -> None:
            nonlocal gone
            gone += size
            part = min(1.0, gone / max(1, total))
            if part - self.bar.value >= _STEP:
                self.bar.value = part
                self.result.value = block(paragraph(f"{size_text(gone)} moved", "dim"))

        return _WatchedFolder(self._place(), moved)

    def _place(self) -> str:
        if not (place := str(self.folder.value).strip()):
            raise InputError("Say in which folder archives lie.")
        return place

    def _say(self, text: str) -> None:
        self.bar.value = 1.0
        self.result.value = block(paragraph(text, "ok"))
        self._context.messages.say(text)


def _is_colab() -> bool:
    return "google.colab" in sys.modules
