"""The clips of the film: talking close-ups get moving mouths, all others pass through untouched."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest, StoredFile
from sparkle_motion_dagster.engines.builtin.talking_clips import TalkingClipRequest
from sparkle_motion_dagster.engines.lipsync.base import (
    LipsyncEngine,
    LipsyncLine,
    LipsyncRequest,
    Pictured,
)
from sparkle_motion_dagster.engines.video.base import VideoEngine
from sparkle_motion_dagster.film.clip_coding import clip_coding
from sparkle_motion_dagster.film.faces.search import follow_faces
from sparkle_motion_dagster.film.faces.speaking import ReadClip, read_clips
from sparkle_motion_dagster.film.finishing import finishes
from sparkle_motion_dagster.film.inputs import StaleStageError
from sparkle_motion_dagster.film.moves import move_request
from sparkle_motion_dagster.film.one_pass import OnePass
from sparkle_motion_dagster.film.portraits import picture_of
from sparkle_motion_dagster.film.stage import Stage, appearance_of
from sparkle_motion_dagster.film.stages import SHOT_CLIPS, faces_id
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import CharacterSpec
from sparkle_motion_dagster.plan.shot import FaceBox, ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places
from sparkle_motion_dagster.plan.timeline.lines import planned_lines, taken_for_unseen
from sparkle_motion_dagster.plan.timeline.measured import (
    MeasuredTimeline,
    TimelineLine,
    TimelineShot,
)
from sparkle_motion_dagster.plan.timing import samples_at_frame
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import StageResult, artifacts_of


@dataclass(frozen=True)
class LipsyncedClips:
    """The film's clips, in order; ``moved`` are those whose mouths were moved.

    ``one_pass`` are those of them that were made with their mouths, ``read`` those in which real
    faces were followed.
    """

    result: StageResult
    clips: tuple[Artifact, ...]
    moved: tuple[Produced, ...]
    one_pass: tuple[Produced, ...]
    read: tuple[ReadClip, ...]
    timeline: MeasuredTimeline


def move_mouths(
    stage: Stage, lipsync: LipsyncEngine[Any], video: VideoEngine[Any, Any]
) -> LipsyncedClips:
    """Return the film's clips, with moving mouths where somebody is seen talking.

    Args:
        stage: The stage that makes them.
        lipsync: Who moves mouths.
        video: Whose frames they are, where clips are made in one pass.

    Raises:
        StaleStageError: Clips were to be made in one pass, and these engines cannot.
    """
    timeline = stage.timeline()
    finished = finishes(stage, timeline).keys()
    talking = list(talking_shots(stage.plan, timeline))
    planned = {one.id for one in stage.inputs[SHOT_CLIPS].artifacts if one.name == "move"}
    filmed = [(shot, place) for shot, place in talking if shot.id not in planned]
    followed = follow_faces(stage, () if "followed" in lipsync.unused_fields else filmed)
    seen = {
        item.item_id: item.files["faces"]
        for item in followed
        if stage.shows_faces(item.files["faces"])
    }
    requests = [
        _lipsync_request(stage, timeline, shot, place, finished, seen.get(faces_id(shot.id)))
        for shot, place in filmed
    ]
    moved = stage.produce(
        lipsync,
        [
            Item(shot.id, lipsync.narrowed(request))
            for (shot, _), request in zip(filmed, requests, strict=True)
        ],
    )
    read = read_clips(stage, zip(moved, requests, strict=True))
    one_pass = _made_in_one_pass(
        stage,
        lipsync,
        video,
        [
            Item(shot.id, _talking_clip_request(stage, timeline, shot, place, finished))
            for shot, place in talking
            if shot.id in planned
        ],
    )
    # Who has nothing to move need not have a model.
    identity = lipsync.identity() if talking else lipsync.introduction()
    speaking = _in_order(talking, (*moved, *one_pass))
    clips = _in_film_order(stage.inputs[SHOT_CLIPS], speaking)
    beside = (*followed, *(clip.read for clip in read))
    found = [artifact for item in beside for artifact in artifacts_of(item)]
    result = StageResult.of(identity, (*speaking, *beside), (*clips, *found))
    return LipsyncedClips(result, clips, speaking, one_pass, read, timeline)


def _made_in_one_pass(
    stage: Stage,
    lipsync: LipsyncEngine[Any],
    video: VideoEngine[Any, Any],
    items: Sequence[Item[TalkingClipRequest]],
) -> tuple[Produced, ...]:
    """Return the clips of shots of which no more than their move is there."""
    if not items:
        return ()
    one_pass = OnePass.of(video.rendering_with(stage.plan.render_profile.video.model_id), lipsync)
    if one_pass is None:
        raise StaleStageError(
            f"The clips of {', '.join(item.id for item in items)} were to be made together with "
            f"their mouths, and {lipsync.name} moves those of clips that are there. Materialize "
            f"{SHOT_CLIPS} first, or render the whole film: what did not change is taken from the "
            "store."
        )
    narrowed = [Item(item.id, lipsync.narrowed(item.request)) for item in items]
    return stage.produce(one_pass.maker, narrowed)


def reworked_shots(stage: Stage, timeline: MeasuredTimeline) -> frozenset[str]:
    """Return the shots whose clips lip sync, or the finisher, encodes again."""
    talking = (shot.id for shot, _ in talking_shots(stage.plan, timeline))
    return frozenset([*talking, *finishes(stage, timeline)])


def talking_shots(
    plan: MoviePlan, timeline: MeasuredTimeline
) -> Iterator[tuple[ShotSpec, ClipPlace]]:
    """Yield the shots in which somebody is seen talking, and where their clips lie."""
    for shot, place in zip(plan.shots, clip_places(plan, timeline), strict=True):
        if shot.is_talking_closeup and _seen_lines(plan, timeline, place.shot):
            yield shot, place


def _seen_lines(
    plan: MoviePlan, timeline: MeasuredTimeline, place: TimelineShot
) -> tuple[TimelineLine, ...]:
    """Return the lines that are heard during a shot, without those that are spoken off screen."""
    planned = planned_lines(plan)
    return tuple(
        line for line in timeline.lines_during(place) if not planned[line.index].off_screen
    )


def heard_only(plan: MoviePlan) -> Iterator[tuple[str, str]]:
    """Yield which characters count as off screen because they are in no picture.

    Yields:
        The field of the plan, such as ``characters[0]``, and a sentence.
    """
    unseen = taken_for_unseen(plan)
    for number, character in enumerate(plan.characters):
        if character.id in unseen:
            yield (
                f"characters[{number}]",
                f"{character.id} is in no picture, and so is only heard (off_screen: false shows "
                "who speaks)",
            )


def _lipsync_request(
    stage: Stage,
    timeline: MeasuredTimeline,
    shot: ShotSpec,
    place: ClipPlace,
    finished: Collection[str],
    followed: StoredFile | None,
) -> LipsyncRequest:
    """Return what is asked for where mouths are moved in a clip that is there."""
    speakers = {line.character_id: None for line in _seen_lines(stage.plan, timeline, place.shot)}
    return LipsyncRequest(
        clip=stage.file(SHOT_CLIPS, shot.id, "clip"),
        followed=followed,
        pictured=() if followed is None else _pictured(stage, shot),
        known=() if followed is None else _known(stage, shot, speakers),
        faces=_faces(shot, speakers),
        **_spoken(stage, timeline, shot, place, finished),
    )


def _talking_clip_request(
    stage: Stage,
    timeline: MeasuredTimeline,
    shot: ShotSpec,
    place: ClipPlace,
    finished: Collection[str],
) -> TalkingClipRequest:
    """Return what is asked for where a clip is made with its mouths."""
    return TalkingClipRequest(
        move=stage.file(SHOT_CLIPS, shot.id, "move"),
        shot=move_request(stage, shot, place),
        **_spoken(stage, timeline, shot, place, finished),
    )


def _spoken(
    stage: Stage,
    timeline: MeasuredTimeline,
    shot: ShotSpec,
    place: ClipPlace,
    finished: Collection[str],
) -> dict[str, Any]:
    """Return what every clip is asked for by in which somebody talks, by field."""
    first_sample = samples_at_frame(place.start_frame, timeline.fps)
    coding = clip_coding(stage, place, is_final=shot.id not in finished)
    lines = _seen_lines(stage.plan, timeline, place.shot)
    return {
        "scene": stage.optional_file(SHOT_CLIPS, shot.id, "scene"),
        "lines": tuple(_lipsync_line(stage, line, first_sample) for line in lines),
        "frames": place.frames,
        "frame_rate": stage.format.frame_rate,
        "size": stage.format.size,
        "head": place.handles.head,
        "splices": coding.splices,
        "written_left": any(text.place == "lower_third" for text in shot.on_screen_text),
        "encoding": coding.encoding,
    }


def _pictured(stage: Stage, shot: ShotSpec) -> tuple[tuple[Pictured, ...], ...]:
    """Return who is in each of a shot's keyframes."""
    images = {image.id: image for image in stage.plan.base_images}
    return tuple(
        tuple(
            _as_pictured(stage, stage.plan.character(name)) for name in images[keyframe].characters
        )
        for keyframe in shot.keyframes
    )


def _known(stage: Stage, shot: ShotSpec, speakers: Collection[str]) -> tuple[Pictured, ...]:
    """Return of which speakers in a clip of the plan's own there is a picture."""
    if shot.clip is None:
        return ()
    speaking = (_as_pictured(stage, stage.plan.character(name)) for name in speakers)
    return tuple(person for person in speaking if person.reference is not None)


def _as_pictured(stage: Stage, character: CharacterSpec) -> Pictured:
    return Pictured(id=character.id, reference=picture_of(stage, character))


def _faces(shot: ShotSpec, speakers: Collection[str]) -> dict[str, FaceBox | None] | None:
    """Return where the plan says that the speakers' faces are; None where it says nothing."""
    faces = shot.metadata.faces
    return faces and {name: faces[name] for name in faces if name in speakers}


def _lipsync_line(stage: Stage, line: TimelineLine, first_sample: int) -> LipsyncLine:
    return LipsyncLine(
        speaker=appearance_of(stage.plan.character(line.character_id)),
        audio=stage.stored(line.wav_digest),
        timings=stage.stored(line.timings_digest) if line.timings_digest else None,
        offset_samples=line.start_sample - first_sample,
    )


def _in_order(
    talking: Sequence[tuple[ShotSpec, ClipPlace]], moved: Sequence[Produced]
) -> tuple[Produced, ...]:
    """Return clips in the order of their shots."""
    by_shot = {item.item_id: item for item in moved}
    return tuple(by_shot[shot.id] for shot, _ in talking)


def _in_film_order(shot_clips: StageManifest, moved: Sequence[Produced]) -> tuple[Artifact, ...]:
    """Return the clips of the film: those whose mouths move, and the others as they were."""
    replaced = {item.item_id: artifacts_of(item) for item in moved}
    return tuple(
        artifact
        for shot in shot_clips.artifacts
        if shot.name in ("clip", "move")
        for artifact in replaced.get(shot.id, (shot,))
    )
