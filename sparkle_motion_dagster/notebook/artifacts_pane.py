"""The pane for artifacts: what a film is made of, stage by stage, with previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, Box, Button, Dropdown, HBox, Layout, VBox

from sparkle_motion_dagster.film.stages import PLAN_DRAFT, STAGES
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.markup import block, paragraph
from sparkle_motion_dagster.notebook.previews import preview

if TYPE_CHECKING:
    from sparkle_motion_dagster.server.routes.artifacts import ArtifactList

_PAGE = 12
"""So many previews are shown at once."""


class ArtifactsPane(Pane):
    """Shows artifacts of the chosen film.

    Attributes:
        stage: Of which stage.
        show: Shows the first of them.
        more: Shows the next ones, too.
        gallery: What is shown.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shown: tuple[str, str] = ("", "")
        self._next: str | None = None
        self.stage = Dropdown(options=(*STAGES, PLAN_DRAFT), value=STAGES[-1], description="Stage")
        self.show: Button = context.tasks.button(
            "Show", "picture-o", "Show what this stage has made", self._show
        )
        self.more: Button = context.tasks.button(
            "More", "plus", "Show the next ones", self._show_more
        )
        self.more.layout.display = "none"
        self.gallery = Box(layout=Layout(flex_flow="row wrap", align_items="flex-start"))
        self._note = HTML()
        self.widget = VBox([HBox([self.stage, self.show]), self._note, self.gallery, self.more])

    def _show(self) -> None:
        self._shown = (self._context.films.chosen, str(self.stage.value))
        self.gallery.children = ()
        self._add(None)

    def _show_more(self) -> None:
        self._add(self._next)

    def _add(self, page_token: str | None) -> None:
        run_id, stage = self._shown
        client = self._context.client
        page: ArtifactList = client.artifacts(run_id, stage, page_token, limit=_PAGE)
        for artifact in page.artifacts:
            self.gallery.children = (*self.gallery.children, preview(client, artifact))
        self._next = page.next_page_token
        self.more.layout.display = "none" if self._next is None else ""
        amount = len(self.gallery.children)
        further = "" if self._next is None else ", and there are more"
        said = f"{amount} files of {stage}{further}." if amount else f"{stage} has made nothing."
        self._note.value = block(paragraph(f"{run_id}: {said}", "dim"))
