"""The code location: the only place that knows every asset, job and resource."""

from sparkle_motion_dagster.loading import no_garbage_yet

with no_garbage_yet():
    import dagster as dg

    from sparkle_motion_dagster.assets.declarations import (
        base_images,
        dialogue_wavs,
        lipsync_clips,
        movie_plan,
        plan_draft,
        shot_clips,
        takes,
        timeline_track,
        video_final,
    )
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
