"""lipsync_clips: talking close-ups get moving mouths; all other clips pass through untouched."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import dagster as dg

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest
from sparkle_motion_dagster.assets.base_images import appearance
from sparkle_motion_dagster.assets.checks import reported, warning
from sparkle_motion_dagster.assets.clip_checks import (
    FRAME_COUNTS,
    SEAMS,
    frame_counts,
    seams,
    specs,
)
from sparkle_motion_dagster.assets.previews import filmstrip
from sparkle_motion_dagster.assets.shot_clips import lip_synced
from sparkle_motion_dagster.assets.stage import Stage, film_asset, stage_of
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncEngine,
    LipsyncLine,
    LipsyncRequest,
)
from sparkle_motion_dagster.plan.parts import FaceBox, ShotSpec
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline, TimelineLine, TimelineShot
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of
from sparkle_motion_dagster.resources.engines import LipsyncResource
from sparkle_motion_dagster.resources.film import FilmResource
from sparkle_motion_dagster.resources.gpu import GpuResource

FACES_FOUND = warning(
    "faces_found",
    "In every talking close-up the speakers' faces were found: their mouths move.",
)


@film_asset(
    kinds={"mp4"},
    code_version="1",
    description="Talking close-ups with moving mouths; other shots pass through untouched.",
    check_specs=[*specs("lipsync_clips", FRAME_COUNTS, SEAMS, FACES_FOUND)],
)
def lipsync_clips(
    context: dg.AssetExecutionContext,
    movie_plan: StageManifest,
    shot_clips: StageManifest,
    timeline_track: StageManifest,
    film: FilmResource,
    lipsync: LipsyncResource,
    gpu: GpuResource,
) -> Iterator[dg.AssetCheckResult | dg.Output[StageManifest]]:
    """Move the mouths of talking close-ups."""
    with stage_of(context, film, gpu, movie_plan, shot_clips, timeline_track) as stage:
        engine = lipsync.answering(stage.facilities)
        timeline = stage.timeline(timeline_track)
        moved = stage.produce(engine, lipsync_items(stage, engine, shot_clips, timeline))
        clips = in_film_order(shot_clips, moved)
        checks = [frame_counts(clips, timeline), seams(stage, clips), faces_found(moved)]
        yield from reported(stage.name, checks)
        yield stage.output(
            engine.identity() if moved else engine.introduction(),
            StageResult.of(moved, clips),
            {
                "movie_plan": movie_plan,
                "shot_clips": shot_clips,
                "timeline_track": timeline_track,
            },
            {
                "filmstrip": _filmstrip(stage, clips, moved),
                "speaking": ", ".join(item.item_id for item in moved) or "none",
                "passed_through": len(clips) - len(moved),
            },
        )


def faces_found(moved: Sequence[Produced]) -> dg.AssetCheckResult:
    """Look for speakers whose faces the engine did not find."""
    unseen = [
        f"{item.item_id} ({' and '.join(map(str, speakers))})"
        for item in moved
        if isinstance(speakers := item.record.metadata.get("without_face"), list) and speakers
    ]
    measured = {"talking": len(moved), "without_face": "; ".join(unseen) or "none"}
    return FACES_FOUND.result(measured, kept=not unseen)


def _filmstrip(
    stage: Stage, clips: Sequence[Artifact], moved: Sequence[Produced]
) -> dg.MetadataValue[str]:
    speaking = {item.item_id for item in moved}
    return filmstrip(stage, [clip for clip in clips if clip.id in speaking])


def lipsync_items(
    stage: Stage,
    engine: LipsyncEngine[Any],
    shot_clips: StageManifest,
    timeline: MeasuredTimeline,
) -> list[Item[LipsyncRequest]]:
    """Return the clips in which somebody is seen talking."""
    return [
        Item(shot.id, engine.narrowed(_lipsync_request(stage, shot_clips, timeline, shot, place)))
        for shot, place in zip(stage.plan.shots, timeline.shots, strict=True)
        if lip_synced(timeline, shot, place)
    ]


def _lipsync_request(
    stage: Stage,
    shot_clips: StageManifest,
    timeline: MeasuredTimeline,
    shot: ShotSpec,
    place: TimelineShot,
) -> LipsyncRequest:
    first_sample, _ = timeline.shot_samples(place)
    lines = timeline.lines_during(place)
    return LipsyncRequest(
        clip=stage.file(shot_clips, place.id, "clip"),
        scene=stage.optional_file(shot_clips, place.id, "scene"),
        lines=tuple(_lipsync_line(stage, line, first_sample) for line in lines),
        faces=_faces(shot, {line.character_id for line in lines}),
        frames=place.frames,
        frame_rate=stage.format.frame_rate,
        size=stage.format.size,
        encoding=stage.settings.delivery,
    )


def _faces(shot: ShotSpec, speakers: Collection[str]) -> dict[str, FaceBox | None] | None:
    """Return where the plan says that the speakers' faces are; None where it says nothing."""
    faces = shot.metadata.faces
    return faces and {name: faces[name] for name in faces if name in speakers}


def _lipsync_line(stage: Stage, line: TimelineLine, first_sample: int) -> LipsyncLine:
    store = stage.workbench.store
    return LipsyncLine(
        speaker=appearance(stage.plan, line.character_id),
        audio=store.file(line.wav_digest),
        timings=store.file(line.timings_digest) if line.timings_digest else None,
        offset_samples=line.start_sample - first_sample,
    )


def in_film_order(shot_clips: StageManifest, moved: Sequence[Produced]) -> list[Artifact]:
    """Return the clips of the film: those whose mouths move, and the others as they were."""
    replaced = {item.item_id: artifacts_of(item) for item in moved}
    return [
        artifact
        for clip in shot_clips.artifacts
        if clip.name == "clip"
        for artifact in replaced.get(clip.id, (clip,))
    ]
