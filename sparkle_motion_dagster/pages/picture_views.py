"""What a film's page shows of its pictures: keyframes, and shots with their clips and mouths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, JsonValue

from sparkle_motion_dagster.artifacts.models import ActionRecord, Artifact, Stretch
from sparkle_motion_dagster.film.stages import BASE_IMAGES, LIPSYNC_CLIPS, SHOT_CLIPS
from sparkle_motion_dagster.pages.film_records import FilmRecords, Making, ShownFile, ShownPreview
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.shot import ShotSpec, Transition
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline, TimelineShot
from sparkle_motion_dagster.plan.transitions import seconds_of
from sparkle_motion_dagster.units import Record


class KeyframeView(Record):
    """A keyframe: what it was to show, and the picture, if that has been made."""

    id: str
    prompt: str
    negative_prompt: str | None
    characters: tuple[str, ...] = Field(description="ids of who is in it, as far as the plan says")
    own: str | None = Field(description="the picture of the author's own, as the plan names it")
    picture: ShownFile | None
    thumbnail: ShownPreview | None
    making: Making | None
    not_shown: tuple[str, ...] = Field(description="words of its prompt that it leaves out")


class Stretched(Record):
    """A stretch of the film; times are seconds from its start."""

    start_s: float
    end_s: float


class MouthStretch(Stretched):
    """While a character is seen speaking in a shot."""

    character: str


class MouthsView(Record):
    """The mouths that were moved in a shot."""

    driven_by: str | None = Field(description="what moves them, such as phonemes or the sound")
    making: Making | None
    stretches: tuple[MouthStretch, ...]


class ShotView(Record):
    """A shot of the film. Times are seconds from the film's start; None: not measured yet."""

    id: str
    number: int = Field(description="its place in the film, counted from 1")
    start_s: float | None
    end_s: float | None
    start_frame: int | None
    frames: int | None
    planned_s: float = Field(description="its length in the plan, in seconds")
    description: str
    setting: str | None
    motion_prompt: str | None
    negative_prompt: str | None
    transition: Transition
    transition_s: float = Field(description="how long that takes, in seconds; 0: it is a cut")
    keyframes: tuple[str, ...]
    own: str | None = Field(description="the clip of the author's own that it is")
    clip: ShownFile | None
    strip: ShownPreview | None = Field(description="five of its frames, side by side")
    making: Making | None = Field(
        description="how its clip was made before mouths moved, or what it shows was planned"
    )
    mouths: MouthsView | None
    black: tuple[Stretched, ...] = Field(description="in which its clip shows nothing")
    still: tuple[Stretched, ...] = Field(description="in which nothing moves in its clip")


def keyframe_views(records: FilmRecords) -> tuple[KeyframeView, ...]:
    """Return the keyframes of a film's plan, in its order."""
    if records.plan is None:
        return ()
    return tuple(_keyframe(records, image) for image in records.plan.base_images)


def shot_views(records: FilmRecords) -> tuple[ShotView, ...]:
    """Return the shots of a film's plan, in order."""
    if records.plan is None:
        return ()
    timeline = records.timeline
    laid = {} if timeline is None else {shot.id: shot for shot in timeline.shots}
    return tuple(
        _shot(records, shot, number, timeline, laid.get(shot.id))
        for number, shot in enumerate(records.plan.shots, start=1)
    )


def _keyframe(records: FilmRecords, image: BaseImageSpec) -> KeyframeView:
    made = records.artifact(BASE_IMAGES, image.id, "image")
    return KeyframeView(
        id=image.id,
        prompt=image.prompt,
        negative_prompt=image.negative_prompt,
        characters=image.characters,
        own=image.picture,
        picture=records.file(BASE_IMAGES, made),
        thumbnail=records.preview(BASE_IMAGES, made, "thumbnail"),
        making=None if made is None else records.making(BASE_IMAGES, made),
        not_shown=() if made is None else tuple(_texts(made.metadata.get("not_shown"))),
    )


def _shot(
    records: FilmRecords,
    shot: ShotSpec,
    number: int,
    timeline: MeasuredTimeline | None,
    laid: TimelineShot | None,
) -> ShotView:
    silent = records.artifact(SHOT_CLIPS, shot.id, "clip")
    spoken = records.artifact(LIPSYNC_CLIPS, shot.id, "clip")
    stage, clip = (LIPSYNC_CLIPS, spoken) if spoken is not None else (SHOT_CLIPS, silent)
    # What is made in one pass with its mouths has no clip without them.
    filmed = silent or records.artifact(SHOT_CLIPS, shot.id, "move")
    start_s, end_s = _span(timeline, laid)
    return ShotView(
        id=shot.id,
        number=number,
        start_s=start_s,
        end_s=end_s,
        start_frame=None if laid is None else laid.start_frame,
        frames=None if laid is None else laid.frames,
        planned_s=shot.duration_sec,
        description=shot.visual_description,
        setting=shot.setting,
        motion_prompt=shot.motion_prompt,
        negative_prompt=shot.negative_prompt,
        transition=shot.transition,
        transition_s=seconds_of(shot),
        keyframes=shot.keyframes,
        own=None if shot.clip is None else shot.clip.file,
        clip=records.file(stage, clip),
        strip=records.preview(stage, clip or filmed, "strip"),
        making=None if filmed is None else records.making(SHOT_CLIPS, filmed),
        mouths=_mouths(records, timeline, laid, filmed, spoken),
        black=_stretches(clip, start_s, None if clip is None else clip.facts.black),
        still=_stretches(clip, start_s, None if clip is None else clip.facts.still),
    )


def _span(
    timeline: MeasuredTimeline | None, laid: TimelineShot | None
) -> tuple[float, float] | tuple[None, None]:
    if timeline is None or laid is None:
        return None, None
    end = laid.start_frame + laid.frames
    return float(laid.start_frame / timeline.fps), float(end / timeline.fps)


def _stretches(
    clip: Artifact | None, start_s: float | None, found: tuple[Stretch, ...] | None
) -> tuple[Stretched, ...]:
    if clip is None or start_s is None or not found or clip.facts.frame_rate is None:
        return ()
    rate = clip.facts.frame_rate
    return tuple(
        Stretched(
            start_s=start_s + float(one.start_frame / rate),
            end_s=start_s + float((one.start_frame + one.frames) / rate),
        )
        for one in found
    )


def _mouths(
    records: FilmRecords,
    timeline: MeasuredTimeline | None,
    laid: TimelineShot | None,
    filmed: Artifact | None,
    spoken: Artifact | None,
) -> MouthsView | None:
    """Return whose mouths move in a shot; None: its clip passed through as it was."""
    if timeline is None or laid is None or filmed is None or spoken is None:
        return None
    if spoken.fingerprint == filmed.fingerprint:
        return None
    record = records.action(spoken)
    driven_by = spoken.metadata.get("driven_by")
    return MouthsView(
        driven_by=driven_by if isinstance(driven_by, str) else None,
        making=records.making(LIPSYNC_CLIPS, spoken),
        stretches=() if record is None else tuple(_spoken(record, timeline, laid)),
    )


def _spoken(
    record: ActionRecord, timeline: MeasuredTimeline, laid: TimelineShot
) -> Iterator[MouthStretch]:
    """Yield when the lines sound that a lip-sync engine was asked to have seen in a shot."""
    asked = record.request.get("lines")
    sounds = {_digest(line) for line in asked} if isinstance(asked, list) else set()
    first, end = timeline.shot_samples(laid)
    for line in timeline.lines_during(laid):
        if line.wav_digest in sounds:
            yield MouthStretch(
                character=line.character_id,
                start_s=max(line.start_sample, first) / timeline.sample_rate,
                end_s=min(line.end_sample, end) / timeline.sample_rate,
            )


def _digest(line: JsonValue) -> JsonValue:
    audio = line.get("audio") if isinstance(line, Mapping) else None
    return audio.get("sha256") if isinstance(audio, Mapping) else None


def _texts(found: JsonValue) -> Iterator[str]:
    yield from (
        text for text in (found if isinstance(found, list) else ()) if isinstance(text, str)
    )
