"""The pane for a film's plan: as a table of who says what in which shot, and as text to edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, get_args

from ipywidgets import HTML, Button, Checkbox, Dropdown, HBox, Layout, Tab, Textarea, VBox

from sparkle_motion_dagster.api.plans import WhichPlan
from sparkle_motion_dagster.api.standing import FilmStanding
from sparkle_motion_dagster.artifacts.film_state import Decision
from sparkle_motion_dagster.film.stages import PLAN_DRAFT
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.markup import block, escaped, paragraph, table
from sparkle_motion_dagster.notebook.problems import NotThereError, RefusedError
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.errors import PlanError

if TYPE_CHECKING:
    from traitlets.utils.bunch import Bunch

    from sparkle_motion_dagster.api.plans import CheckedPlan
    from sparkle_motion_dagster.plan.models import MoviePlan

_CALLED: dict[WhichPlan, str] = {
    "plan": "the film's plan",
    "draft": "the draft",
    "frozen": "the plan as it was rendered last",
}


class PlanPane(Pane):
    """Shows the chosen film's plan, and takes a changed one.

    Attributes:
        of: Which plan is loaded.
        load: Loads it, over what is in the editor.
        check: Says what is wrong with what is in the editor, by field and line.
        save: Puts what is in the editor into the inbox, from which it is rendered.
        replace: Whether another plan of the film is replaced, which is kept.
        approve: Makes the draft the film's plan, to be rendered.
        reject: Puts the draft aside.
        editor: The plan's text.
        shots: The plan as a table.
        verdict: What the last check has found.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._loaded, self._etag = "", ""
        self._drafts: dict[str, str] = {}
        options = [(called, of) for of, called in _CALLED.items()]
        self.of = Dropdown(options=options, value="plan", description="Load")
        button = context.tasks.button
        self.load: Button = button("Load", "download", "Load it, over what is here", self._load)
        self.check: Button = button("Check", "check", "Check what is in the editor", self._check)
        self.save: Button = button(
            "Save to the inbox", "save", "Save it; the inbox renders it", self._save
        )
        self.approve: Button = button(
            "Approve the draft", "thumbs-up", "Have the draft rendered", self._approve
        )
        self.reject: Button = button(
            "Reject it", "thumbs-down", "Put the draft aside", self._reject
        )
        self.replace = Checkbox(
            value=False,
            indent=False,
            description="over another plan of this film",
            tooltip="That plan is kept beside it",
            layout=Layout(width="auto"),
        )
        self.editor = Textarea(
            placeholder="A plan as YAML or JSON",
            layout=Layout(width="auto", height="420px"),
            continuous_update=False,
        )
        self.shots, self.verdict = HTML(), HTML()
        tabs = Tab([self.shots, self.editor], titles=("Shots", "Editor"))
        load = [self.of, self.load, self.check, self.approve, self.reject]
        flow = Layout(flex_flow="row wrap", align_items="center")
        save = [self.save, self.replace]
        self.widget = VBox([HBox(load, layout=flow), self.verdict, tabs, HBox(save, layout=flow)])
        self.editor.observe(self._redraw, "value")
        context.films.observe(self._changed_film, "run_id")
        context.films.observe(self._changed_standing, "standing")

    def expect_draft(self, run_id: str) -> None:
        """Load the draft of a film as soon as it has been written, unless something is edited."""
        self._drafts.setdefault(run_id, "")

    @property
    def is_edited(self) -> bool:
        """Whether the editor holds what is saved nowhere."""
        return str(self.editor.value) != self._loaded

    def _load(self) -> None:
        self._take(self._context.films.chosen, self.of.value)

    def _take(self, run_id: str, of: WhichPlan) -> None:
        found = self._context.client.plan(run_id, of)
        text = found.text
        self.of.value = of
        self._loaded, self._etag = text, found.etag if of == "plan" else ""
        self.editor.value = text
        self.verdict.value = block(paragraph(f"Loaded {_CALLED[of]} of {run_id}.", "dim"))

    def _take_any(self, run_id: str) -> None:
        """Load the plan of a film that has been chosen: the one that counts most."""
        for of in get_args(WhichPlan):
            try:
                self._take(run_id, of)
            except NotThereError:
                continue
            return

    def _check(self) -> None:
        try:
            checked = self._context.client.check_plan(str(self.editor.value))
        except RefusedError as error:
            self.verdict.value = _faults(error)
            return
        self.verdict.value = block(paragraph(_praise(checked), "ok"))

    def _save(self) -> None:
        run_id, text = self._context.films.chosen, str(self.editor.value)
        try:
            saved = self._context.client.put_plan(
                text, run_id, changed=self._etag, replace=self.replace.value
            )
        except RefusedError as error:
            self.verdict.value = _faults(error)
            return
        self._take(run_id, "plan")
        self.verdict.value = block(paragraph(saved.message, "ok"))
        self._context.messages.say(saved.message)

    def _approve(self) -> None:
        self._decide(Decision.APPROVED)

    def _reject(self) -> None:
        self._decide(Decision.REJECTED)

    def _decide(self, decision: Decision) -> None:
        client, run_id = self._context.client, self._context.films.chosen
        self._context.messages.say(client.review(run_id, PLAN_DRAFT, decision).message)

    def _redraw(self, _: Bunch) -> None:
        try:
            plan = plan_in(str(self.editor.value))[1]
        except PlanError as error:
            self.shots.value = block(paragraph(f"This is no valid plan yet: {error}", "warning"))
            return
        self.shots.value = block(_told(plan))

    def _changed_film(self, change: Bunch) -> None:
        run_id = str(change.new)
        if run_id and not self.is_edited:
            self._context.tasks.start(lambda: self._take_any(run_id))

    def _changed_standing(self, change: Bunch) -> None:
        """Load a draft as soon as it has been written."""
        standing = change.new
        if not isinstance(standing, FilmStanding):
            return
        run_id, digest = standing.run_id, _draft_of(standing)
        is_new = run_id in self._drafts and digest not in ("", self._drafts[run_id])
        self._drafts[run_id] = digest
        if not is_new:
            return
        if self.is_edited:
            self._context.messages.say(
                f"A new draft of {run_id} is there. What you edit here is kept: load the draft "
                "when you are done."
            )
            return
        self._context.messages.say(f"The draft of {run_id} is written: read it, and change it.")
        self._context.tasks.start(lambda: self._take(run_id, "draft"))


def _draft_of(standing: FilmStanding) -> str:
    found = (one.content_digest for one in standing.stages if one.stage == PLAN_DRAFT)
    return next(found, None) or ""


def _faults(error: RefusedError) -> str:
    if not error.problems:
        return block(paragraph(str(error), "error"))
    faults = "".join(f"<li>{escaped(str(one))}</li>" for one in error.problems)
    return block(paragraph("This is no valid plan yet:", "error"), f"<ul>{faults}</ul>")


def _praise(checked: CheckedPlan) -> str:
    told = f"{checked.title}: {checked.shots} shots, {checked.seconds:.1f} s, {checked.lines} lines"
    able = ", ".join(one.profile for one in checked.profiles if one.able) or "no profile"
    return f"{told}. It keeps all rules; it can be rendered by {able}."


def _told(plan: MoviePlan) -> str:
    rows = list(_rows(plan))
    seconds = sum(shot.duration_sec for shot in plan.shots)
    heading = f"{plan.title}: {len(plan.shots)} shots, {seconds:.1f} s"
    return paragraph(heading) + table(
        ("Shot", "Seconds", "What is seen", "Who says what"), rows, (1,)
    )


def _rows(plan: MoviePlan) -> Iterator[Sequence[str]]:
    names = {one.id: one.name for one in plan.characters}
    for shot in plan.shots:
        said = " / ".join(f"{names[one.character_id]}: {one.text}" for one in shot.dialogue)
        yield shot.id, f"{shot.duration_sec:.1f}", shot.visual_description, said
