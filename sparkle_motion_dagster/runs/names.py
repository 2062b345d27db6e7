"""What our Dagster runs go by: names of jobs, and tags, which the web UI shows and filters by."""

from collections.abc import Collection, Mapping
from typing import Any

from sparkle_motion_dagster.film import stages

RENDER_MOVIE = "render_movie"
STILLS_ONLY = "stills_only"
SOUND_ONLY = "sound_only"
FINALIZE_MOVIE = "finalize_movie"

WRITE_PLAN = "write_plan"
"""The job that writes a plan from a prompt."""

MAKE_TAKES = "make_takes"
"""The job that makes further takes of an item."""

APPROVE_DRAFT = "approve_draft"
"""The job by which a person approves a plan that was written, in the web UI."""

STAGES_OF_JOB: Mapping[str, tuple[str, ...]] = {
    RENDER_MOVIE: stages.STAGES,
    STILLS_ONLY: (stages.MOVIE_PLAN, stages.BASE_IMAGES),
    SOUND_ONLY: (stages.MOVIE_PLAN, stages.DIALOGUE_WAVS, stages.TIMELINE_TRACK),
    FINALIZE_MOVIE: (stages.VIDEO_FINAL,),
}
"""The jobs that work for a film, and the stages that each makes."""

STAGES_MADE_BY: Mapping[str, tuple[str, ...]] = {**STAGES_OF_JOB, MAKE_TAKES: (stages.TAKES,)}
"""Those, and the job that makes further takes."""

FILM_JOB_NAMES = tuple(STAGES_OF_JOB)
"""Their names."""

PARTITION_TAG = "dagster/partition"
"""In which Dagster says which partition, which film, a run is for."""

RUN_KEY_TAG = "dagster/run_key"
"""In which Dagster says which of a sensor's requests a run answers."""

STATE_TAG = "sparkle/state"
"""How a run leaves its film: rendered, paused, waiting for review, ..."""

STARTED_BY_TAG = "sparkle/started_by"
"""Who asked for a run."""

SHELL = "shell"
"""A person at a shell, who sees how the run ends."""

REEXECUTION = "re-execution"
"""The web UI or the daemon, which execute a run once more."""

INBOX = "inbox"
"""The sensor that picks up plan files."""

GO_ON = "go_on"
"""A person who approved a film, or put it into the queue again."""

ORDER = "order"
"""A person, or a program, who had it put into the queue: over the server."""


def configured(run_config: Mapping[str, Any], *path: str) -> Any:
    """Return what a run's config says at a path; None: nothing."""
    found: Any = run_config
    for part in path:
        found = (found or {}).get(part)
    return found


def job_to_go_on_with(job: str, assets: Collection[str]) -> str:
    """Return the job that goes on with what a run of a job began.

    The web UI's Materialize button has no job of its own: its assets are part of another one.

    Args:
        job: Which job it was.
        assets: The names of the assets that it was to make; none: all of the job's.
    """
    if job in (WRITE_PLAN, MAKE_TAKES, *FILM_JOB_NAMES):
        return job
    if set(assets) == {stages.TAKES}:
        return MAKE_TAKES
    return WRITE_PLAN if set(assets) == {stages.PLAN_DRAFT} else RENDER_MOVIE
