"""The control panel: a prompt becomes a plan, a plan becomes a film, and all panes that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from ipywidgets import HTML, Button, Dropdown, FloatText, HBox, Layout, Text, Textarea, VBox

from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.notebook.artifacts_pane import ArtifactsPane
from sparkle_motion_dagster.notebook.context import Context, Pane
from sparkle_motion_dagster.notebook.drive_pane import DrivePane
from sparkle_motion_dagster.notebook.film_pane import FilmPane
from sparkle_motion_dagster.notebook.films import Films, described
from sparkle_motion_dagster.notebook.listings import artifacts_listing, forecast_listing
from sparkle_motion_dagster.notebook.markup import block, paragraph
from sparkle_motion_dagster.notebook.messages import Messages
from sparkle_motion_dagster.notebook.plan_pane import PlanPane
from sparkle_motion_dagster.notebook.problems import OverLimitsRefusedError
from sparkle_motion_dagster.notebook.server import Server
from sparkle_motion_dagster.notebook.status_pane import StatusPane, stages_table
from sparkle_motion_dagster.notebook.takes_pane import TakesPane
from sparkle_motion_dagster.notebook.tasks import Tasks
from sparkle_motion_dagster.resources.profiles import film_called, profile_names

if TYPE_CHECKING:
    from traitlets.utils.bunch import Bunch


class ControlPanel(Pane):
    """Buttons for all that one does with films, and the panes that show what comes of it.

    Each pane is shown by naming it last in a cell: ``panel.plan``.

    Attributes:
        films: Which films there are, and which one the panel is about.
        film: Chooses it.
        prompt: What a new film is to be about.
        title: What it is called; "": by the prompt's first words.
        seconds: How long it is to be, about.
        language: What is spoken; "": the prompt's language.
        profile: Which engines render it.
        render_over_limits: Shown where a render is refused: has it made all the same.
        generate, render, dry_run, pause, resume, stop, status, list_artifacts: The buttons.
        listing: What the last of them has found, as a table.
        messages: What came of each.
        plan, live, artifacts, takes, final, drive: The panes.
    """

    def __init__(self, server: Server) -> None:
        """Ask the server which films there are, and follow what happens to them.

        Raises:
            ServerUnreachableError: Nobody answers.
        """
        self.messages = Messages()
        self.films = Films(server.client)
        self._tasks = Tasks(self.messages)
        context = Context(server, self.films, self.messages, self._tasks)
        self._client = server.client
        self.plan = PlanPane(context)
        self.live = StatusPane(context)
        self.artifacts = ArtifactsPane(context)
        self.takes = TakesPane(context)
        self.final = FilmPane(context)
        self.drive = DrivePane(context)
        self._make_fields()
        self._make_buttons()
        self.listing = HTML()
        self.widget = self._laid_out()
        self.films.observe(self._list_films, ["names", "run_id"])
        self.film.observe(self._choose_film, "value")
        self.films.refresh()
        self.live.live.value = True

    def close(self) -> None:
        """Follow no more, and wait until what was begun is done; films go on."""
        self.films.deafen()
        self._tasks.close()

    def _make_fields(self) -> None:
        wide = Layout(width="auto")
        self.film = Dropdown(options=[("no film yet", "")], description="Film")
        self.prompt = Textarea(
            placeholder="What the film is about: two keepers wait for a ship in a storm",
            description="Prompt",
            layout=Layout(width="auto", height="72px"),
        )
        self.title = Text(placeholder="by the prompt's first words", description="Title",
                          layout=wide)  # fmt: skip
        self.seconds = FloatText(value=30.0, step=5.0, description="Seconds",
                                 layout=Layout(width="180px"))  # fmt: skip
        self.language = Text(placeholder="the prompt's", description="Language",
                             layout=Layout(width="220px"))  # fmt: skip
        self.profile = Dropdown(options=profile_names(), value=DEFAULT_PROFILE,
                                description="Profile")  # fmt: skip

    def _make_buttons(self) -> None:
        button = self._tasks.button
        self.generate: Button = button(
            "Generate plan", "pencil", "Have a plan written about the prompt", self._generate
        )
        self.render: Button = button("Render", "play", "Render the film in its turn", self._render)
        self.render_over_limits: Button = button(
            "Render all the same", "play", "Render it over its limits", self._render_over_limits
        )
        self._show_over_limits(shown=False)
        self.dry_run: Button = button(
            "Dry run", "search", "What would be made, and what is there already", self._dry_run
        )
        self.pause: Button = button(
            "Pause", "pause", "End before the next item; Resume goes on", self._control("pause")
        )
        self.resume: Button = button(
            "Resume", "forward", "Go on where it ended", self._control("resume")
        )
        self.stop: Button = button(
            "Stop", "stop", "End before the next item", self._control("stop")
        )
        self.status: Button = button("Status", "info", "How the film stands", self._status)
        self.list_artifacts: Button = button(
            "Artifacts", "list", "What the film is made of", self._list_artifacts
        )

    def _laid_out(self) -> VBox:
        flow = Layout(flex_flow="row wrap", align_items="center")
        options = HBox([self.seconds, self.language, self.profile], layout=flow)
        work = [
            self.render,
            self.render_over_limits,
            self.dry_run,
            self.pause,
            self.resume,
            self.stop,
        ]
        looks = [self.status, self.list_artifacts]
        return VBox(
            [
                self.prompt,
                self.title,
                options,
                HBox([self.generate], layout=flow),
                HTML("<hr>"),
                HBox([self.film, *work, *looks], layout=flow),
                HBox([self.live.bar, self.live.summary], layout=flow),
                self.messages.widget,
                self.listing,
            ],
            layout=Layout(max_width="1100px"),
        )

    def _list_films(self, _: Bunch) -> None:
        names = self.films.names
        self.film.options = [(name, name) for name in names] or [("no film yet", "")]
        self.film.value = self.films.run_id if self.films.run_id in names else None

    def _choose_film(self, change: Bunch) -> None:
        self._show_over_limits(shown=False)
        if change.new and change.new != self.films.run_id:
            self.films.choose(change.new)

    def _generate(self) -> None:
        prompt, title = str(self.prompt.value).strip(), str(self.title.value).strip()
        if not prompt:
            raise InputError("Write into the prompt what the film is to be about.")
        profile = str(self.profile.value)
        started = self._client.draft(
            prompt,
            run_id=film_called(None, title, profile) if title else None,
            seconds=self.seconds.value or None,
            language=str(self.language.value).strip() or None,
            profile=profile,
        )
        self.plan.expect_draft(started.run_id)
        self.films.choose(started.run_id)
        self.messages.say(started.message)

    def _render(self) -> None:
        try:
            self.messages.say(self._client.render(self.films.chosen).message)
        except OverLimitsRefusedError:
            self._show_over_limits(shown=True)
            raise

    def _render_over_limits(self) -> None:
        ordered = self._client.render(self.films.chosen, over_limits=True)
        self.messages.say(ordered.message)
        self._show_over_limits(shown=False)

    def _show_over_limits(self, *, shown: bool) -> None:
        self.render_over_limits.layout.display = None if shown else "none"

    def _dry_run(self) -> None:
        film = self.films.chosen
        priced = self._client.price(film)
        self.listing.value = forecast_listing(self._client.dry_run(film), priced)

    def _control(self, wish: Literal["pause", "resume", "stop"]) -> Callable[[], None]:
        def control() -> None:
            self.messages.say(self._client.control(self.films.chosen, wish).message)

        return control

    def _status(self) -> None:
        found = self.films.look(self.films.chosen)
        said = f"{found.run_id}: {described(found)}"
        self.messages.say(said)
        self.listing.value = block(paragraph(said), stages_table(found))

    def _list_artifacts(self) -> None:
        run_id = self.films.chosen
        self.listing.value = artifacts_listing(run_id, self._client.artifacts(run_id))
