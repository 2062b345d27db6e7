"""A film's state as one record: what became of it, who works on it, what people decided."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.units import PlainText, Record

STATE = "state.json"
"""The file of a run folder that holds its film's state."""


class State(StrEnum):
    """What became of the last run that worked on a film."""

    RENDERING = "rendering"
    RENDERED = "rendered"
    PARTLY = "made in part"
    PAUSED = "paused"
    STOPPED = "stopped"
    WAITING = "waiting for review"
    REJECTED = "rejected"
    FAILED = "failed"


class Status(Record):
    """How a film stands, why it is so, and the Dagster run that left it so.

    ``waits_for`` is the stage that a person decides on, or has rejected; while the film is being
    rendered, it is the one that the run has shown for review.
    """

    state: State
    message: str = ""
    dagster_run: str | None
    waits_for: str | None = None
    since: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))


Doing = Literal["rendered", "added", "archived", "restored", "removed", "mended"]
"""What happens to a film while a process holds it."""


class Holder(Record):
    """The process that holds a film, why, and the id of the Dagster run that it works for."""

    pid: int
    dagster_run: str | None
    doing: Doing = "rendered"
    since: AwareDatetime

    def __str__(self) -> str:
        return f"process {self.pid}"


class Wish(StrEnum):
    """What the run that holds a film may be asked for."""

    PAUSE = "pause"
    STOP = "stop"


class Decision(StrEnum):
    """What a person may decide on what a stage made."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Review(Record):
    """A person's decision on exactly one content of a stage; another content needs another one."""

    stage: str
    content_digest: Sha256
    decision: Decision
    note: str
    by: str
    at: AwareDatetime


LONGEST_COMMENT = 1000
"""Characters of a comment."""

LONGEST_NAME = 80
"""Characters of the name of whoever made it."""

LATEST_S = 24 * 3600.0
"""How far into a film a comment may stand, in seconds; no film is that long."""


Said = Annotated[PlainText, Field(min_length=1, max_length=LONGEST_COMMENT)]
"""What a person says in a comment."""

Name = Annotated[PlainText, Field(min_length=1, max_length=LONGEST_NAME)]
"""What a person is called who says it."""

FilmTime = Annotated[float, Field(ge=0, le=LATEST_S, allow_inf_nan=False)]
"""A time in a film, in seconds from its first frame."""


class Comment(Record):
    """What a person says of a moment of a film."""

    id: str = Field(pattern=r"^[0-9a-f]{12}$")
    at_s: FilmTime = Field(description="which moment, in seconds from the film's first frame")
    text: Said
    by: Name
    made_at: AwareDatetime


class ProgressReport(Record):
    """Where a run is: the stage, and how many of its items are done.

    ``item`` is what an engine began with last, ``beside`` what else is in work meanwhile.
    ``made`` of the ``done`` items were made by an engine, the others taken from the store;
    ``making`` is how many an engine has to make in this stage. An engine that runs a model says
    what it is ``doing``, and which ``step`` of how many ``steps`` it has done; without steps, it
    says for whom it waits. Where it makes no step any more, ``hangs`` says since when, and what
    follows. ``pace_s`` is how long each item took, on average, of those that the
    engine at work has made, the last one at ``made_at``.
    """

    pid: int
    stage: str
    item: str | None
    beside: tuple[str, ...] = Field(default=(), exclude_if=operator.not_)
    done: int
    total: int
    made: int
    making: int
    doing: str = ""
    step: int = 0
    steps: int = 0
    hangs: str = Field(default="", exclude_if=lambda hangs: not hangs)
    pace_s: float | None = None
    made_at: AwareDatetime | None = None
    started_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def at(self) -> str:
        """What is in work, in words; "": nothing."""
        return ", ".join((*self.beside, self.item)) if self.item else ""

    def remaining_s(self) -> float | None:
        """Return how long the engine at work will still take at its pace; None: not known yet."""
        if self.pace_s is None or self.made_at is None:
            return None
        since = (datetime.now(UTC) - self.made_at).total_seconds()
        return max(0.0, self.pace_s * (self.making - self.made) - since)


class FilmState(Record):
    """Everything that is known of a film beside what its stages have made.

    Attributes:
        status: How the film stands; None: no run has worked on it yet. A film that says it is being
            rendered while nobody holds it was interrupted: its process died before it could say so.
        holder: Who works on it; its lock tells whether that process lives.
        wish: What the holder is asked for; it ends with the holder, so that no run heeds a wish
            that was meant for another one.
        progress: Where the run is that works on it, or worked on it last.
        reviews: The last decision on each stage that a person has decided on.
        comments: What people say of moments of the film, in the order of those.
        mended: What the last run has mended of the film's folder and of the store, a line each.
    """

    schema_version: Literal["2"] = "2"
    status: Status | None = None
    holder: Holder | None = None
    wish: Wish | None = None
    progress: ProgressReport | None = None
    reviews: dict[str, Review] = Field(default_factory=dict)
    comments: tuple[Comment, ...] = Field(default=(), exclude_if=lambda comments: not comments)
    mended: tuple[str, ...] = Field(default=(), exclude_if=lambda mended: not mended)

    def standing(self, *states: State) -> bool:
        """Tell whether the film stands in one of some states."""
        return self.status is not None and self.status.state in states

    def with_status(self, status: Status | None) -> FilmState:
        """Return it with another status."""
        return self.model_copy(update={"status": status})

    def with_holder(self, holder: Holder | None) -> FilmState:
        """Return it with another holder, who has been asked for nothing and reported nothing yet.

        Without a holder, it still tells how far the last one was, and what that mended.
        """
        past = {} if holder is None else {"progress": None, "mended": ()}
        return self.model_copy(update={"holder": holder, "wish": None, **past})

    def with_wish(self, wish: Wish) -> FilmState:
        """Return it with something that its holder is asked for."""
        return self.model_copy(update={"wish": wish})

    def with_progress(self, report: ProgressReport) -> FilmState:
        """Return it with other progress."""
        return self.model_copy(update={"progress": report})

    def with_mended(self, mended: Iterable[str]) -> FilmState:
        """Return it with more that was mended."""
        return self.model_copy(update={"mended": (*self.mended, *mended)})

    def with_review(self, review: Review) -> FilmState:
        """Return it with one more decision."""
        return self.model_copy(update={"reviews": {**self.reviews, review.stage: review}})

    def with_comments(self, comments: Iterable[Comment]) -> FilmState:
        """Return it with other comments."""
        ordered = sorted(comments, key=lambda one: (one.at_s, one.made_at, one.id))
        return self.model_copy(update={"comments": tuple(ordered)})

    def lasting(self) -> FilmState:
        """Return what of it is true whoever works on the film, on whatever machine."""
        return FilmState(status=self.status, reviews=self.reviews, comments=self.comments)

    def completed_with(self, other: FilmState) -> FilmState:
        """Return it with what another record of the same film says, as far as it says nothing."""
        comments = {one.id: one for one in (*other.comments, *self.comments)}
        completed = self.model_copy(
            update={
                "status": self.status or other.status,
                "reviews": {**other.reviews, **self.reviews},
            }
        )
        return completed.with_comments(comments.values())
