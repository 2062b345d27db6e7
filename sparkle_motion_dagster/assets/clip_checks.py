"""The checks of clips: what was measured when each was made, held against plan and timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import dagster as dg
import numpy as np

from sparkle_motion_dagster.artifacts.models import Artifact, StageManifest, Stretch
from sparkle_motion_dagster.assets.checks import Promise, error, warning
from sparkle_motion_dagster.assets.stage import Stage
from sparkle_motion_dagster.engines.video.motion_prompts import Pace, read_motion
from sparkle_motion_dagster.media.picture_review import is_black, keyframe_likeness, seam_likeness
from sparkle_motion_dagster.media.pictures import open_picture
from sparkle_motion_dagster.plan.parts import BaseImageSpec, ShotSpec
from sparkle_motion_dagster.plan.timeline import MeasuredTimeline

FRAME_COUNTS = error("frame_counts", "Every clip has exactly as many frames as the timeline says.")
NOT_BLACK = warning("not_black", "No clip shows a black picture that the plan does not bring.")
NOT_FROZEN = warning(
    "not_frozen", "Nothing stands still for a second or more, unless the plan asks for stillness."
)
SEAMS = warning(
    "seams", "At every cut between shots the pictures on both sides are alike: nothing jumps."
)

ON_KEYFRAMES = warning(
    "on_keyframes", "Every clip starts on its start keyframe, and ends at its end keyframe."
)

_FROZEN_S = 1.0
_ALIKE = 0.9
"""Structural similarity (SSIM) of the pictures on both sides of a cut that nobody sees jump."""


def frame_counts(clips: Sequence[Artifact], timeline: MeasuredTimeline) -> dg.AssetCheckResult:
    """Compare the clips' frames with the timeline's."""
    wrong = [
        f"{clip.id}: {clip.facts.frames} instead of {shot.frames}"
        for clip, shot in zip(clips, timeline.shots, strict=True)
        if clip.facts.frames != shot.frames
    ]
    measured = {
        "clips": len(clips),
        "frames": sum(clip.facts.frames or 0 for clip in clips),
        "expected_frames": timeline.frames,
        "wrong": "; ".join(wrong) or "none",
    }
    return FRAME_COUNTS.result(measured, kept=not wrong)


def not_black(
    stage: Stage, base_images: StageManifest, clips: Sequence[Artifact]
) -> dg.AssetCheckResult:
    """Look for black stretches, in shots between pictures that are not."""
    cards = _black_cards(stage, base_images)
    black = [
        f"{clip.id} {_shown(clip, stretch)}"
        for shot, clip in zip(stage.plan.shots, clips, strict=True)
        if not _touches(shot, cards)
        for stretch in clip.facts.black or ()
    ]
    return NOT_BLACK.result({"black": "; ".join(black) or "none"}, kept=not black)


def not_frozen(
    stage: Stage, base_images: StageManifest, clips: Sequence[Artifact]
) -> dg.AssetCheckResult:
    """Look for stretches in which nothing moves, in shots whose plan does not ask for that.

    It asks by its motion prompt, or by a black picture, in which nothing can be seen to move.
    """
    cards = _black_cards(stage, base_images)
    frozen = [
        f"{clip.id} {_shown(clip, stretch)}"
        for shot, clip in zip(stage.plan.shots, clips, strict=True)
        if not (asks_for_stillness(shot.motion_prompt) or _touches(shot, cards))
        for stretch in clip.facts.still or ()
        if _seconds(clip, stretch.frames) >= _FROZEN_S
    ]
    measured = {"frozen": "; ".join(frozen) or "none", "frozen_from_s": _FROZEN_S}
    return NOT_FROZEN.result(measured, kept=not frozen)


def on_keyframes(
    stage: Stage, base_images: StageManifest, clips: Sequence[Artifact]
) -> dg.AssetCheckResult:
    """Compare the first and the last frame of each clip with its keyframes."""

    def keyframe(image: str) -> Path:
        return stage.file(base_images, image, "image").path

    likenesses = {
        shot.id: keyframe_likeness(
            stage.preview(clip, "edges").path,
            keyframe(shot.start_base_image_id),
            keyframe(shot.end_base_image_id),
            stage.format.size,
        )
        for shot, clip in zip(stage.plan.shots, clips, strict=True)
    }
    away = [
        f"{shot} ({start:.2f} at its start, {end:.2f} at its end)"
        for shot, (start, end) in likenesses.items()
        if min(start, end) < _ALIKE
    ]
    measured = {
        "least_alike_at_start": round(min(start for start, _ in likenesses.values()), 3),
        "least_alike_at_end": round(min(end for _, end in likenesses.values()), 3),
        "alike_from": _ALIKE,
        "away_from_keyframes": "; ".join(away) or "none",
    }
    return ON_KEYFRAMES.result(measured, kept=not away)


def asks_for_stillness(motion_prompt: str | None) -> bool:
    """Tell whether a motion prompt wants the camera to stand still, for a while at least."""
    return any(phase.pace is Pace.STILL for phase in read_motion(motion_prompt).phases)


def seams(stage: Stage, clips: Sequence[Artifact]) -> dg.AssetCheckResult:
    """Compare the last frame of each clip with the first one of the next."""
    edges = [stage.preview(clip, "edges").path for clip in clips]
    cuts = [f"{one.id} to {next_.id}" for one, next_ in pairwise(clips)]
    likenesses = [seam_likeness(one, next_) for one, next_ in pairwise(edges)]
    jumps = [
        f"{cut} ({likeness:.2f})"
        for cut, likeness in zip(cuts, likenesses, strict=True)
        if likeness < _ALIKE
    ]
    measured = {
        "cuts": len(cuts),
        "least_alike": round(min(likenesses, default=1.0), 3),
        "alike_from": _ALIKE,
        "jumps": "; ".join(jumps) or "none",
    }
    return SEAMS.result(measured, kept=not jumps)


def specs(asset: str, *promises: Promise) -> Iterator[dg.AssetCheckSpec]:
    """Return the declarations of an asset's checks."""
    return (promise.spec(asset) for promise in promises)


def _black_cards(stage: Stage, base_images: StageManifest) -> frozenset[str]:
    """Return which of the pictures that the user brings are black, like the cards of titles."""

    def is_card(image: BaseImageSpec) -> bool:
        keyframe = base_images.artifact(image.id, "image")
        with open_picture(stage.preview(keyframe, "thumbnail").path) as picture:
            return is_black(np.asarray(picture.convert("L")))

    own = (image for image in stage.plan.base_images if image.picture is not None)
    return frozenset(image.id for image in own if is_card(image))


def _touches(shot: ShotSpec, base_images: frozenset[str]) -> bool:
    return not base_images.isdisjoint({shot.start_base_image_id, shot.end_base_image_id})


def _shown(clip: Artifact, stretch: Stretch) -> str:
    start, seconds = _seconds(clip, stretch.start_frame), _seconds(clip, stretch.frames)
    return f"from {start:.2f} s for {seconds:.2f} s"


def _seconds(clip: Artifact, frames: int) -> float:
    rate = clip.facts.frame_rate
    return float(frames / rate) if rate else 0.0
