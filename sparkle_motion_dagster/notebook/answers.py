"""What the server answers, as far as the notebook shows it; other fields pass by."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sparkle_motion_dagster.api.standing import FilmStanding


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Health(Answer):
    """That a server lives."""

    status: str


class ReadyCheck(Answer):
    """One thing that rendering needs, and whether it is there."""

    name: str
    ok: bool
    detail: str = ""


class Ready(Answer):
    """Whether the server's machine can render, and what is missing."""

    ready: bool
    checks: tuple[ReadyCheck, ...] = ()


class Films(Answer):
    """A page of films, the one that changed last first."""

    films: tuple[FilmStanding, ...]
    next_page_token: str | None = None


class Said(Answer):
    """What came of a request, in a sentence or two."""

    message: str


class Started(Said):
    """A film that is made in its turn."""

    run_id: str
    queue_place: int | None = None


class ProfileVerdict(Answer):
    """Whether a profile can and may render a plan, and why not."""

    profile: str
    able: bool
    reason: str = ""


class CheckedPlan(Answer):
    """A plan that keeps all rules, in figures."""

    title: str
    shots: int
    seconds: float
    lines: int
    profiles: tuple[ProfileVerdict, ...] = ()


class PlanText(Answer):
    """A film's plan as it is written, and what it is known by (an ETag)."""

    text: str
    etag: str


class Comment(Answer):
    """What somebody says of a moment of a film, in seconds from its start."""

    id: str
    at_s: float
    text: str
    by: str = ""
    made_at: AwareDatetime | None = None


class Comments(Answer):
    """All comments on a film, by time."""

    comments: tuple[Comment, ...]


class FoundArtifact(Answer):
    """A file that a stage of a film has made."""

    run_id: str
    stage: str
    item: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    download_url: str


class Artifacts(Answer):
    """A page of artifacts."""

    artifacts: tuple[FoundArtifact, ...]
    next_page_token: str | None = None


class Checksum(Answer):
    """The digest of a file."""

    sha256: str


class FinalFilm(Answer):
    """A finished film: where it lies, and how to get it."""

    uri: str
    local_path: str | None
    download_url: str
    checksum: Checksum
    size_bytes: int
    media_type: str
    duration_s: float | None = Field(default=None, description="in seconds")
