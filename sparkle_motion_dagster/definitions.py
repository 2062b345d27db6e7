"""The code location: the only place that knows every asset, job and resource."""

import dagster as dg

from sparkle_motion_dagster.assets.base_images import base_images
from sparkle_motion_dagster.assets.dialogue_wavs import dialogue_wavs
from sparkle_motion_dagster.assets.lipsync_clips import lipsync_clips
from sparkle_motion_dagster.assets.movie_plan import movie_plan
from sparkle_motion_dagster.assets.shot_clips import shot_clips
from sparkle_motion_dagster.assets.timeline_track import timeline_track
from sparkle_motion_dagster.assets.video_final import video_final
from sparkle_motion_dagster.io_managers.manifest import ManifestIOManager
from sparkle_motion_dagster.jobs import FILM_JOBS
from sparkle_motion_dagster.resources.engines import (
    ImagesResource,
    LipsyncResource,
    SpeechResource,
    VideoResource,
)
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource
from sparkle_motion_dagster.resources.profiles import DEFAULT_PROFILE, load_profile
from sparkle_motion_dagster.runs.upkeep import prune_store
from sparkle_motion_dagster.schedules import prune_daily
from sparkle_motion_dagster.sensors import inbox

_profile = load_profile(DEFAULT_PROFILE)

defs = dg.Definitions(
    assets=[
        movie_plan,
        dialogue_wavs,
        timeline_track,
        base_images,
        shot_clips,
        lipsync_clips,
        video_final,
    ],
    jobs=[*FILM_JOBS, prune_store],
    schedules=[prune_daily],
    sensors=[inbox],
    # The default profile's values fill the launchpad; a run may bring another profile's.
    resources={
        "film": FilmResource.configure_at_launch(
            **_profile.run_config()["resources"]["film"]["config"]
        ),
        "images": ImagesResource.configure_at_launch(**_profile.engine("images").model_dump()),
        "video": VideoResource.configure_at_launch(**_profile.engine("video").model_dump()),
        "speech": SpeechResource.configure_at_launch(**_profile.engine("speech").model_dump()),
        "lipsync": LipsyncResource.configure_at_launch(**_profile.engine("lipsync").model_dump()),
        "gpu": GpuResource.configure_at_launch(**_profile.gpu),
        "io_manager": ManifestIOManager(),
    },
    # One process a run, also for the web UI's Materialize button: 0.25 s a step against 3-5 s.
    executor=dg.in_process_executor,
)


def film_job(name: str) -> dg.JobDefinition:
    """Return a job by its name; any process can find it again by this function."""
    return defs.resolve_job_def(name)
