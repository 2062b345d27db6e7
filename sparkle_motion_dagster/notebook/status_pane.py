"""The pane for what is going on: the chosen film's progress and stages, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipywidgets import HTML, FloatProgress, HBox, Layout, ToggleButton, VBox

from sparkle_motion_dagster.api.stage_summaries import StageStanding
from sparkle_motion_dagster.api.standing import FilmStanding, Now
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.films import described
from sparkle_motion_dagster.notebook.markup import block, escaped, paragraph, table

if TYPE_CHECKING:
    from traitlets.utils.bunch import Bunch

_COLOURS = {Now.RENDERED: "success", Now.FAILED: "danger", Now.INTERRUPTED: "warning",
            Now.PAUSED: "warning", Now.REJECTED: "danger"}  # fmt: skip


class StatusPane(Pane):
    """Shows how the chosen film stands, live; the kernel stays free meanwhile.

    Attributes:
        live: Whether it is kept current by the server's events.
        bar: How far the film's last run is.
        summary: How the film stands, in a line.
        stages: What each stage has left behind.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.live = ToggleButton(
            value=False,
            description="Live",
            icon="rss",
            tooltip="Follow what happens, as it happens",
        )
        self.bar = FloatProgress(min=0, max=1, layout=Layout(width="280px"))
        self.summary, self.stages = HTML(), HTML()
        flow = Layout(align_items="center", flex_flow="row wrap")
        head = HBox([self.live, self.bar, self.summary], layout=flow)
        self.widget = VBox([head, self.stages])
        self.live.observe(self._switch, "value")
        context.films.observe(self._redraw, ["standing", "item", "run_id"])
        self._redraw(None)

    def _switch(self, change: Bunch) -> None:
        films = self._context.films
        if change.new:
            films.listen(self._context.tasks.tell, self._fail)
        else:
            films.deafen()

    def _fail(self, error: BaseException) -> None:
        self.live.value = False
        self._context.tasks.tell(error)

    def _redraw(self, _: Bunch | None) -> None:
        films = self._context.films
        standing = films.standing
        if not isinstance(standing, FilmStanding):
            said = f"{films.run_id}: nothing is known of it yet." if films.run_id else ""
            self.summary.value = block(paragraph(said or "No film is chosen.", "dim"))
            self.bar.value, self.bar.bar_style, self.stages.value = 0, "", ""
            return
        said = f"<b>{escaped(standing.run_id)}</b> {escaped(described(standing, films.item))}"
        self.summary.value = block(f"<p>{said}</p>")
        self.bar.value = standing.fraction
        self.bar.bar_style = _COLOURS.get(standing.now, "info")
        self.stages.value = block(stages_table(standing))


def stages_table(standing: FilmStanding) -> str:
    """Return what each stage of a film has left behind, as a table."""
    headers = ("Stage", "Items", "Made", "From the store", "Seconds", "Engine", "Warnings")
    return table(headers, map(_row, standing.stages), (1, 2, 3, 4))


def _row(stage: StageStanding) -> tuple[str, ...]:
    if not stage.made:
        return (stage.stage, "", "", "", "", "not made yet", "")
    return (
        stage.stage,
        str(stage.items),
        str(stage.items_made),
        str(stage.items_taken),
        f"{stage.seconds:.1f}",
        stage.engine or "",
        " ".join(stage.warnings),
    )
