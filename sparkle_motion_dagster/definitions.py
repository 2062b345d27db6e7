"""The code location: the only place that knows every asset, job and resource."""

import dagster as dg

from sparkle_motion_dagster.assets.base_images import base_images
from sparkle_motion_dagster.assets.dialogue_wavs import dialogue_wavs
from sparkle_motion_dagster.assets.lipsync_clips import lipsync_clips
from sparkle_motion_dagster.assets.movie_plan import movie_plan
from sparkle_motion_dagster.assets.plan_draft import plan_draft
from sparkle_motion_dagster.assets.shot_clips import shot_clips
from sparkle_motion_dagster.assets.takes import takes
from sparkle_motion_dagster.assets.timeline_track import timeline_track
from sparkle_motion_dagster.assets.video_final import video_final
from sparkle_motion_dagster.io_managers.manifest import ManifestIOManager
from sparkle_motion_dagster.jobs import FILM_JOBS, make_takes, write_plan
from sparkle_motion_dagster.resources.engine_resources import (
    AmbienceResource,
    HearingResource,
    ImagesResource,
    LipsyncResource,
    SpeechResource,
    VideoResource,
    WriterResource,
)
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.runs.approving import approve_draft
from sparkle_motion_dagster.runs.upkeep import prune_store
from sparkle_motion_dagster.schedules import prune_daily
from sparkle_motion_dagster.sensors import inbox

defs = dg.Definitions(
    assets=[
        plan_draft,
        movie_plan,
        dialogue_wavs,
        timeline_track,
        base_images,
        shot_clips,
        lipsync_clips,
        video_final,
        takes,
    ],
    jobs=[write_plan, make_takes, approve_draft, *FILM_JOBS, prune_store],
    schedules=[prune_daily],
    sensors=[inbox],
    # What a run's config leaves out is as the profile has it: the one it names, or the film's own.
    resources={
        "film": FilmResource.configure_at_launch(),
        "images": ImagesResource.configure_at_launch(),
        "video": VideoResource.configure_at_launch(),
        "speech": SpeechResource.configure_at_launch(),
        "lipsync": LipsyncResource.configure_at_launch(),
        "hearing": HearingResource.configure_at_launch(),
        "ambience": AmbienceResource.configure_at_launch(),
        "writer": WriterResource.configure_at_launch(),
        "gpu": GpuResource.configure_at_launch(),
        "io_manager": ManifestIOManager(),
    },
    # One process a run, also for the web UI's Materialize button: 0.25 s a step against 3-5 s.
    executor=dg.in_process_executor,
)


def film_job(name: str) -> dg.JobDefinition:
    """Return a job by its name; any process can find it again by this function."""
    return defs.resolve_job_def(name)
