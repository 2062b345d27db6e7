"""shot_clips: one silent clip a shot, as long as the measured timeline says."""

from collections.abc import Iterator

import dagster as dg

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.checks import reported
from sparkle_motion_dagster.assets.clip_checks import (
    FRAME_COUNTS,
    NOT_BLACK,
    NOT_FROZEN,
    ON_KEYFRAMES,
    frame_counts,
    not_black,
    not_frozen,
    on_keyframes,
    specs,
)
from sparkle_motion_dagster.assets.previews import filmstrip, table
from sparkle_motion_dagster.assets.shooting import shoot
from sparkle_motion_dagster.assets.stage import Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.video.base import VideoRequest
from sparkle_motion_dagster.media.encode import ClipEncoding
from sparkle_motion_dagster.plan.parts import ShotSpec
from sparkle_motion_dagster.plan.seeds import shot_seed
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.production.loop import Item
from sparkle_motion_dagster.production.manifest import StageResult
from sparkle_motion_dagster.resources.engines import VideoResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource


@film_asset(
    kinds={"mp4"},
    code_version="1",
    description="One silent clip a shot, with exactly as many frames as the timeline says.",
    check_specs=[*specs("shot_clips", FRAME_COUNTS, NOT_BLACK, NOT_FROZEN, ON_KEYFRAMES)],
)
def shot_clips(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    base_images: StageManifest,
    timeline_track: StageManifest,
    film: FilmResource,
    video: VideoResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Move from keyframe to keyframe."""
    with stage_of(context, film, gpu, movie_plan, base_images, timeline_track) as stage:
        engine = video.answering(stage.facilities).rendering_with(stage.model_id)
        timeline = stage.timeline(timeline_track)
        result = StageResult.of(shoot(stage, engine, clip_items(stage, base_images, timeline)))
        clips = clips_of(result)
        checks = [
            frame_counts(clips, timeline),
            not_black(stage, base_images, clips),
            not_frozen(stage, base_images, clips),
            on_keyframes(stage, base_images, clips),
        ]
        yield from reported(stage.name, checks)
        yield stage.output(
            engine.identity(),
            result,
            {
                "movie_plan": movie_plan,
                "base_images": base_images,
                "timeline_track": timeline_track,
            },
            {"filmstrip": filmstrip(stage, clips), "shots": _shots_table(stage, timeline)},
        )


def clips_of(result: StageResult) -> list[Artifact]:
    """Return the clips among what a stage has to show."""
    return [artifact for artifact in result.artifacts if artifact.name == "clip"]


def _shots_table(stage: Stage, timeline: MeasuredTimeline) -> dg.MetadataValue[str]:
    return table(
        ["shot", "starts at s", "planned frames", "frames", "camera"],
        [
            (
                shot.id,
                float(place.start_frame / timeline.fps),
                place.planned_frames,
                place.frames,
                shot.motion_prompt,
            )
            for shot, place in zip(stage.plan.shots, timeline.shots, strict=True)
        ],
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
        start_scene=stage.optional_file(base_images, shot.start_base_image_id, "scene"),
        end=stage.file(base_images, shot.end_base_image_id, "image"),
        end_scene=stage.optional_file(base_images, shot.end_base_image_id, "scene"),
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
