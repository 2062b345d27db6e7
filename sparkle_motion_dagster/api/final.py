"""The finished film as a deliverable; where there is none, why not, and how to get one."""

from __future__ import annotations

from pathlib import Path

from pydantic import AwareDatetime, Field

from sparkle_motion_dagster.api.standing import FilmStanding, Now
from sparkle_motion_dagster.artifacts.addresses import ArtifactAddress
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.stages import FILM, VIDEO_FINAL
from sparkle_motion_dagster.units import Record


class NotFinishedError(SparkleError):
    """There is no finished film yet."""


class Checksum(Record):
    """What a file's bytes must come to."""

    sha256: Sha256


class FinalFilm(Record):
    """A finished film: where it is, and what it is."""

    artifact_type: str = Field(default=VIDEO_FINAL, description="the stage that made it")
    run_id: str
    uri: str = Field(description="its address: artifact+fs://RUN/STAGE/ITEM/NAME")
    local_path: Path | None = Field(description="where it lies; null: the server is elsewhere")
    download_url: str
    checksum: Checksum
    size_bytes: int
    media_type: str
    duration_s: float | None = Field(description="how long it is, in seconds")
    facts: MediaFacts
    created_at: AwareDatetime
    warnings: tuple[str, ...] = ()


def final_film(folder: RunFolder, film: FilmStanding, server: str, *, is_local: bool) -> FinalFilm:
    """Return a finished film.

    Args:
        folder: Its run folder.
        film: How it stands.
        server: The address of the server from which it is downloaded, without a slash at its end.
        is_local: Whether whoever asks sees the same files.

    Raises:
        NotFinishedError: There is none; the error says why, and how to get one.
        UnreadableRecordError: Its manifest is damaged, or it is another run's folder.
    """
    manifest = folder.read(VIDEO_FINAL)
    found = None if manifest is None else manifest.find(FILM, "film")
    if manifest is None or found is None:
        raise NotFinishedError(_why_not(film))
    address = ArtifactAddress.of(folder.run_id, VIDEO_FINAL, found)
    return FinalFilm(
        run_id=folder.run_id,
        uri=str(address),
        local_path=folder.stage(VIDEO_FINAL) / found.file if is_local else None,
        download_url=f"{server}/artifacts/{address.path}",
        checksum=Checksum(sha256=found.sha256),
        size_bytes=found.size_bytes,
        media_type=found.media_type,
        duration_s=found.facts.duration_s,
        facts=found.facts,
        created_at=manifest.provenance.created_at,
        warnings=manifest.warnings,
    )


def _why_not(film: FilmStanding) -> str:
    """Return why there is no film, and how to get one, for scripts and for people."""
    made = [one.stage for one in film.stages if one.made]
    so_far = f"Made so far: {', '.join(made)}." if made else "Nothing of it has been made yet."
    return f"{film.run_id} has no finished film: it is {film.now}. {so_far} {_how_to_get_one(film)}"


def _how_to_get_one(film: FilmStanding) -> str:
    run_id = film.run_id
    match film.now:
        case Now.RENDERING:
            return f"It comes as its run goes on: GET /runs/{run_id}/events tells when it is there."
        case Now.QUEUED:
            return (
                "It comes in its turn, when the daemon (`sparkle ui`, `sparkle serve`) gets to it."
            )
        case Now.BEGINNING:
            return f"Its run begins: GET /runs/{run_id}/events tells when the film is there."
        case Now.PAUSED | Now.STOPPED | Now.INTERRUPTED:
            return f"Go on: POST /runs/{run_id}/control/resume, or `sparkle resume {run_id}`."
        case Now.WAITING:
            return (
                f"Decide on {film.waits_for}: POST /runs/{run_id}/reviews/{film.waits_for}, or "
                f"`sparkle approve {run_id} {film.waits_for}`."
            )
        case Now.FAILED | Now.REJECTED | Now.DAMAGED | Now.RENAMED:
            return f"{film.message} Then render it: POST /runs/{run_id}/render."
        case _:
            return (
                f"Render it: POST /runs/{run_id}/render; with finalize_movie as its job, what has "
                "been made is put together as it is."
            )
