"""shot_clips: one silent clip a shot, as long as the measured timeline says."""

import dagster as dg

from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.assets.stage import Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.plan.models import ShotSpec
from sparkle_motion_dagster.plan.seeds import shot_seed
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.production.stage import StageResult
from sparkle_motion_dagster.resources.engines import VideoResource
from sparkle_motion_dagster.resources.film import FilmResource


@film_asset(
    kinds={"mp4"},
    code_version="1",
    description="One silent clip a shot, with exactly as many frames as the timeline says.",
)
def shot_clips(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    base_images: StageManifest,
    timeline_track: StageManifest,
    film: FilmResource,
    video: VideoResource,
) -> dg.Output[StageManifest]:
    """Move from keyframe to keyframe."""
    with stage_of(context, film, movie_plan, base_images, timeline_track) as stage:
        engine = video.answering()
        items = clip_items(stage, base_images, stage.timeline(timeline_track))
        clips = stage.produce(engine, items)
        return stage.output(
            engine.identity(),
            StageResult.of(clips),
            {
                "movie_plan": movie_plan,
                "base_images": base_images,
                "timeline_track": timeline_track,
            },
        )


def clip_items(
    stage: Stage, base_images: StageManifest, timeline: MeasuredTimeline
) -> list[Item[VideoRequest]]:
    """Return the clip of every shot."""
    items = []
    for shot, place in zip(stage.plan.shots, timeline.shots, strict=True):
        encoded_again = lip_synced(timeline, shot, place)
        encoding = stage.settings.intermediate if encoded_again else stage.settings.delivery
        items.append(Item(shot.id, _video_request(stage, base_images, shot, place, encoding)))
    return items


def lip_synced(timeline: MeasuredTimeline, shot: ShotSpec, place: TimelineShot) -> bool:
    """Tell whether lip sync will touch a shot's clip, and so encode it a second time."""
    return shot.is_talking_closeup and bool(timeline.lines_during(place))


def _video_request(
    stage: Stage,
    base_images: StageManifest,
    shot: ShotSpec,
    place: TimelineShot,
    encoding: ClipEncoding,
) -> VideoRequest:
    return VideoRequest(
        start=stage.file(base_images, shot.start_base_image_id, "image"),
        end=stage.file(base_images, shot.end_base_image_id, "image"),
        frames=place.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        ends_on_keyframe=shot.id == stage.plan.shots[-1].id,
        visual_description=shot.visual_description,
        setting=shot.setting,
        motion_prompt=shot.motion_prompt,
        negative_prompt=shot.negative_prompt,
        seed=shot_seed(stage.plan, shot),
        encoding=encoding,
    )
