"""The pane for messages: what was asked for, what came of it, and what went wrong, newest first."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ipywidgets import HTML

from sparkle_motion_dagster.notebook.markup import STYLES, escaped

_MOST = 100
"""Older messages than the last so many are dropped."""


@dataclass(frozen=True)
class Message:
    """A message, and when it came, in the kernel's local time."""

    at: datetime
    level: Literal["info", "error"]
    text: str


class Messages:
    """Shows messages; any thread may add one.

    Attributes:
        widget: What shows them.
    """

    def __init__(self) -> None:
        self.widget = HTML()
        self._all: deque[Message] = deque(maxlen=_MOST)
        self._lock = threading.Lock()
        self.say("Messages appear here.")

    @property
    def texts(self) -> tuple[str, ...]:
        """All messages, the newest first."""
        with self._lock:
            return tuple(one.text for one in self._all)

    def say(self, text: str) -> None:
        """Add a message."""
        self._add(Message(datetime.now().astimezone(), "info", text))

    def error(self, text: str) -> None:
        """Add what went wrong, and what to do."""
        self._add(Message(datetime.now().astimezone(), "error", text))

    def _add(self, message: Message) -> None:
        with self._lock:
            self._all.appendleft(message)
            lines = "".join(map(_line, self._all))
            self.widget.value = (
                f'{STYLES}<div class="sparkle sparkle-messages" role="log" aria-label="Messages">'
                f"{lines}</div>"
            )


def _line(message: Message) -> str:
    at = f'<span class="sparkle-dim">{message.at:%H:%M:%S}</span>'
    mark = '<strong class="sparkle-error">Error</strong> ' if message.level == "error" else ""
    return f"<div>{at} {mark}{escaped(message.text)}</div>"
