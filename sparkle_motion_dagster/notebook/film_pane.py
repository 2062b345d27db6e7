"""The pane for the finished film: the film itself, or why there is none and how to get one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, Button, HBox, VBox

from sparkle_motion_dagster.api.standing import FilmStanding, Now
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.markup import block, paragraph, table
from sparkle_motion_dagster.notebook.previews import LARGEST_EMBEDDED, video
from sparkle_motion_dagster.notebook.problems import NotNowError
from sparkle_motion_dagster.operations.prune.pruning import size_text
from sparkle_motion_dagster.runs.names import FINALIZE_MOVIE

if TYPE_CHECKING:
    from traitlets.utils.bunch import Bunch

    from sparkle_motion_dagster.api.final import FinalFilm

_WIDTH = 720
"""How wide the player is, in CSS pixels, where there is room."""


class FilmPane(Pane):
    """Shows the chosen film when it is finished; else it says why it is not.

    Attributes:
        show: Looks whether there is a film, and shows it.
        finalize: Renders it from the last stage; only there where there is no film.
        result: What is shown.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shown = ""
        self.show: Button = context.tasks.button(
            "Show the film", "film", "Show the finished film", self._show
        )
        self.finalize: Button = context.tasks.button(
            "Render from finalize", "magic", "Put the film together again", self._finalize
        )
        self.finalize.layout.display = "none"
        self.result = VBox()
        self.widget = VBox([HBox([self.show, self.finalize]), self.result])
        context.films.observe(self._refresh, "standing")

    def _show(self) -> None:
        run_id = self._context.films.chosen
        self._shown = run_id
        try:
            film = self._context.client.final(run_id)
        except NotNowError as error:
            self.finalize.layout.display = ""
            self.result.children = (HTML(block(paragraph(f"There is no film of {run_id} yet."),
                                               paragraph(str(error), "warning"))),)  # fmt: skip
            return
        self.finalize.layout.display = "none"
        facts = HTML(block(_facts(film)))
        if film.size_bytes > LARGEST_EMBEDDED["video"]:
            self.result.children = (HTML(block(paragraph(_too_large(film)))), facts)
            return
        data = self._context.client.download(film.download_url)
        self.result.children = (video(data, _WIDTH), facts)

    def _finalize(self) -> None:
        run_id = self._context.films.chosen
        self._context.messages.say(self._context.client.render(run_id, FINALIZE_MOVIE).message)

    def _refresh(self, change: Bunch) -> None:
        """Show the film anew when it is rendered anew, if it is what is shown."""
        before, now = change.old, change.new
        if (
            isinstance(now, FilmStanding)
            and isinstance(before, FilmStanding)
            and now.run_id == before.run_id == self._shown
            and now.now is Now.RENDERED
            and before.now is not Now.RENDERED
        ):
            self._context.tasks.start(self._show)


def _facts(film: FinalFilm) -> str:
    length = "" if film.duration_s is None else f"{film.duration_s:.2f} s"
    rows = (
        ("length", length),
        ("size", size_text(film.size_bytes)),
        ("file", str(film.local_path or "on the server's machine")),
        ("address", film.uri),
        ("sha256", film.checksum.sha256),
    )
    return table(("the film", ""), rows)


def _too_large(film: FinalFilm) -> str:
    return (
        f"The film is too large to be shown in a cell ({size_text(film.size_bytes)}): download it "
        f"from {film.download_url}, or archive it in a mounted folder."
    )
