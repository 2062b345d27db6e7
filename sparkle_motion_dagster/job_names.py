"""Names of the jobs that work for a film; ``jobs.py`` defines them."""

from __future__ import annotations

RENDER_MOVIE = "render_movie"
STILLS_ONLY = "stills_only"
SOUND_ONLY = "sound_only"
FINALIZE_MOVIE = "finalize_movie"

FILM_JOB_NAMES = (RENDER_MOVIE, STILLS_ONLY, SOUND_ONLY, FINALIZE_MOVIE)


def job_to_go_on_with(job: str) -> str:
    """Return the job that goes on with what a run of a job began.

    The web UI's Materialize button has no job of its own: its assets are part of render_movie.
    """
    return job if job in FILM_JOB_NAMES else RENDER_MOVIE
