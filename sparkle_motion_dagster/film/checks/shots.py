"""The checks of the shots' clips: what was measured of each, held against plan and timeline."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, cast

import numpy as np
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import Artifact, StoredFile, Stretch
from sparkle_motion_dagster.engines.video.motion_prompts import Pace, read_motion
from sparkle_motion_dagster.film.checks.promises import (
    FRAME_COUNTS,
    NOT_BLACK,
    NOT_FROZEN,
    ON_KEYFRAMES,
    OWN_CLIPS_LAST,
)
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.own_pictures import is_meant_to_be_black
from sparkle_motion_dagster.film.shots import ShotClips
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import BASE_IMAGES
from sparkle_motion_dagster.media.frames import Plane
from sparkle_motion_dagster.media.picture_review import (
    is_black,
    keyframe_edge,
    open_edge,
    open_edges,
    ssim,
)
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.plan.cards import card_of
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec
from sparkle_motion_dagster.plan.shot import ShotSpec
from sparkle_motion_dagster.plan.timeline.clip_places import ClipPlace, clip_places

ALIKE = 0.9
"""Structural similarity (SSIM) of the pictures on both sides of a cut that nobody sees jump."""

LIKENESS_BY = 1
"""The version of how likeness is measured, raised by hand: what is remembered is of the same."""

_FROZEN_S = 1.0

_Filmed: TypeAlias = tuple[ShotSpec, Artifact]
"""A shot and its clip."""


def verdicts(stage: Stage, shots: ShotClips) -> Iterator[Verdict]:
    """Look through the clips of all shots; those that are made with their mouths, are seen then."""
    places = clip_places(stage.plan, shots.timeline)
    moves = {one.id for one in shots.shown if one.name == "move"}
    yield frame_counts(shots.clips, [place for place in places if place.shot.id not in moves])
    yield from seen(stage, shots.clips)
    yield _own_clips_last(shots.clips)


def frame_counts(clips: Sequence[Artifact], places: Sequence[ClipPlace]) -> Verdict:
    """Compare the clips' frames with those that the timeline and transitions ask for."""
    wrong = [
        f"{clip.id}: {clip.facts.frames} instead of {place.frames}"
        for clip, place in zip(clips, places, strict=True)
        if clip.facts.frames != place.frames
    ]
    return FRAME_COUNTS.verdict(
        {
            "clips": len(clips),
            "frames": sum(clip.facts.frames or 0 for clip in clips),
            "expected_frames": sum(place.frames for place in places),
            "wrong": "; ".join(wrong) or "none",
        },
        kept=not wrong,
    )


def seen(stage: Stage, clips: Sequence[Artifact]) -> Iterator[Verdict]:
    """Hold what is to be seen in clips against their shots and keyframes.

    Args:
        stage: The stage that made them.
        clips: They, as their video engine has them, or with mouths moved.
    """
    black = _black_pictures(stage)
    cards = frozenset(image.id for image in black if is_meant_to_be_black(image))
    own = frozenset(image.id for image in black)
    shots = {shot.id: shot for shot in stage.plan.shots}
    filmed = [(shots[clip.id], clip) for clip in clips]
    yield _not_black(stage.plan, filmed, cards)
    yield _not_frozen(filmed, own)
    yield _on_keyframes(stage, filmed)


def _not_black(plan: MoviePlan, filmed: Sequence[_Filmed], cards: Collection[str]) -> Verdict:
    """Look for black stretches, in shots between pictures that are not, by what the plan says."""
    black = [
        f"{clip.id} {_shown(clip, stretch)}"
        for shot, clip in filmed
        if card_of(plan, shot.id) is None and not _touches(shot, cards)
        for stretch in clip.facts.black or ()
    ]
    return NOT_BLACK.verdict({"black": "; ".join(black) or "none"}, kept=not black)


def _not_frozen(filmed: Sequence[_Filmed], black: Collection[str]) -> Verdict:
    """Look for stretches in which nothing moves, in shots whose plan does not ask for that.

    It asks by its motion prompt, or by a black picture, in which nothing can be seen to move.
    """
    frozen = [
        f"{clip.id} {_shown(clip, stretch)}"
        for shot, clip in filmed
        if not (_asks_for_stillness(shot.motion_prompt) or _touches(shot, black))
        for stretch in clip.facts.still or ()
        if _seconds(clip, stretch.frames) >= _FROZEN_S
    ]
    return NOT_FROZEN.verdict(
        {"frozen": "; ".join(frozen) or "none", "frozen_from_s": _FROZEN_S}, kept=not frozen
    )


def _on_keyframes(stage: Stage, filmed: Sequence[_Filmed]) -> Verdict:
    """Compare the first frame of each clip, and the last one, with the keyframes of its shot.

    A shot that is held, or has no end keyframe, ends wherever its camera has gone.
    """
    starts, ends = {}, {}
    for shot, clip in filmed:
        if shot.start_base_image_id is None or card_of(stage.plan, shot.id) is not None:
            continue
        shown = [_wanted(stage, shot.start_base_image_id)]
        if shot.end_base_image_id is not None and shot.transition != "hold":
            shown.append(_wanted(stage, shot.end_base_image_id))
        starts[shot.id], *end = _likenesses(stage, clip, shown)
        if end:
            (ends[shot.id],) = end
    away = [
        f"{shot} ({likeness:.2f} at its {edge})"
        for edge, likenesses in (("start", starts), ("end", ends))
        for shot, likeness in likenesses.items()
        if likeness < ALIKE
    ]
    return ON_KEYFRAMES.verdict(
        {
            "least_alike_at_start": round(min(starts.values(), default=1.0), 3),
            "least_alike_at_end": round(min(ends.values(), default=1.0), 3),
            "alike_from": ALIKE,
            "away_from_keyframes": "; ".join(away) or "none",
        },
        kept=not away,
    )


@dataclass(frozen=True)
class _Wanted:
    """What a clip's edge should look like: the file that tells it, and how it is read."""

    file: StoredFile
    edge: Callable[[], Plane]


def _wanted(stage: Stage, keyframe: str) -> _Wanted:
    picture = stage.inputs[BASE_IMAGES].artifact(keyframe, "image")
    kept = stage.optional_preview(picture, "edge")
    if kept is not None:
        return _Wanted(kept, partial(open_edge, kept.path))
    whole = stage.stored(picture.sha256)
    return _Wanted(whole, partial(keyframe_edge, whole, stage.format.size))


def _likenesses(stage: Stage, clip: Artifact, wanted: Sequence[_Wanted]) -> list[float]:
    """Return how alike the first frame of a clip, and the last one, are to what is wanted."""
    kept = stage.preview(clip, "edges")

    def measure() -> list[JsonValue]:
        edges = open_edges(kept.path)
        return [
            ssim(edge, one.edge())
            for edge, one in zip((edges.first, edges.last), wanted, strict=False)
        ]

    question: list[JsonValue] = [LIKENESS_BY, kept.sha256, *(one.file.sha256 for one in wanted)]
    return cast(list[float], stage.memo.measured(f"{clip.id}.on_keyframes", question, measure))


def _asks_for_stillness(motion_prompt: str | None) -> bool:
    """Tell whether a motion prompt wants the camera to stand still, for a while at least."""
    return any(phase.pace is Pace.STILL for phase in read_motion(motion_prompt).phases)


def _black_pictures(stage: Stage) -> list[BaseImageSpec]:
    """Return which of the pictures that the user brings are black, like the cards of titles."""

    def shows_nothing(image: BaseImageSpec) -> bool:
        keyframe = stage.inputs[BASE_IMAGES].artifact(image.id, "image")
        with open_picture(stage.preview(keyframe, "thumbnail").path) as picture:
            return is_black(np.asarray(picture.convert("L")))

    own = (image for image in stage.plan.base_images if image.picture is not None)
    return [image for image in own if shows_nothing(image)]


def _touches(shot: ShotSpec, cards: Collection[str]) -> bool:
    return any(keyframe in cards for keyframe in shot.keyframes)


def _own_clips_last(clips: Sequence[Artifact]) -> Verdict:
    """Look for shots that became longer than their clips, to hold what is said in them."""
    held = {
        clip.id: frames
        for clip in clips
        if isinstance(frames := clip.metadata.get("held_frames"), int)
    }
    too_short = [
        f"{clip.id} for its last {_seconds(clip, held[clip.id]):.2f} s"
        for clip in clips
        if held.get(clip.id)
    ]
    return OWN_CLIPS_LAST.verdict(
        {"own_clips": len(held), "held": "; ".join(too_short) or "none"}, kept=not too_short
    )


def _shown(clip: Artifact, stretch: Stretch) -> str:
    start, seconds = _seconds(clip, stretch.start_frame), _seconds(clip, stretch.frames)
    return f"from {start:.2f} s for {seconds:.2f} s"


def _seconds(clip: Artifact, frames: int) -> float:
    rate = clip.facts.frame_rate
    return float(frames / rate) if rate else 0.0
