"""What all panes work with, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ipywidgets import Widget

from sparkle_motion_dagster.notebook.client import Client
from sparkle_motion_dagster.notebook.films import Films
from sparkle_motion_dagster.notebook.messages import Messages
from sparkle_motion_dagster.notebook.server import Server
from sparkle_motion_dagster.notebook.tasks import Tasks


@dataclass(frozen=True)
class Context:
    """What panes work with."""

    server: Server
    films: Films
    messages: Messages
    tasks: Tasks

    @property
    def client(self) -> Client:
        """Asks the server."""
        return self.server.client


class Pane:
    """A part of the control panel; as the last thing of a cell it is shown under it.

    Attributes:
        widget: All of it.
    """

    widget: Widget

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.widget._repr_mimebundle_(**options)
