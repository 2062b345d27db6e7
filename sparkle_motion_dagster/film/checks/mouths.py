"""The checks of the film's clips: their frames, their seams, and the faces in them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.film.checks import speaking_faces
from sparkle_motion_dagster.film.checks.promises import FACES_FOUND, MOUTHS_SHARP, SEAMS
from sparkle_motion_dagster.film.checks.shots import ALIKE, LIKENESS_BY, frame_counts, seen
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.mouths import LipsyncedClips
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.media.picture_review import open_edges, ssim
from sparkle_motion_dagster.plan.timeline.clip_places import clip_places
from sparkle_motion_dagster.production.loop import Produced
from sparkle_motion_dagster.production.manifest import artifacts_of


def verdicts(stage: Stage, mouths: LipsyncedClips) -> Iterator[Verdict]:
    """Hold the film's clips against the timeline, and against each other."""
    yield frame_counts(mouths.clips, clip_places(stage.plan, mouths.timeline))
    # What was made in one pass nobody has seen before; the others were, as their shots' clips.
    yield from seen(stage, [clip for item in mouths.one_pass for clip in artifacts_of(item)])
    yield _seams(stage, mouths.clips)
    yield _faces_found(mouths.moved)
    yield _mouths_sharp(mouths.moved)
    yield from speaking_faces.verdicts([clip.spoken for clip in mouths.read])


def _seams(stage: Stage, clips: Sequence[Artifact]) -> Verdict:
    """Compare the last frame of each clip that matches the next one with that one's first."""
    likenesses = {
        f"{shot.id} to {following.id}": _likeness(stage, before, after)
        for (shot, following), (before, after) in zip(
            pairwise(stage.plan.shots), pairwise(clips), strict=True
        )
        if shot.transition == "match"
    }
    jumps = [
        f"{seam} ({likeness:.2f})" for seam, likeness in likenesses.items() if likeness < ALIKE
    ]
    return SEAMS.verdict(
        {
            "seams": len(likenesses),
            "least_alike": round(min(likenesses.values(), default=1.0), 3),
            "alike_from": ALIKE,
            "jumps": "; ".join(jumps) or "none",
        },
        kept=not jumps,
    )


def _likeness(stage: Stage, before: Artifact, after: Artifact) -> float:
    """Return how alike the last frame of a clip is to the first one of the next."""
    last, first = (stage.preview(clip, "edges") for clip in (before, after))
    likeness = stage.memo.measured(
        f"{before.id}.seam",
        [LIKENESS_BY, last.sha256, first.sha256],
        lambda: ssim(open_edges(last.path).last, open_edges(first.path).first),
    )
    return cast(float, likeness)


def _faces_found(moved: Sequence[Produced]) -> Verdict:
    """Look for speakers whose faces the engine did not find."""
    unseen = [
        f"{item.item_id} ({' and '.join(map(str, speakers))})"
        for item in moved
        if isinstance(speakers := item.record.metadata.get("without_face"), list) and speakers
    ]
    return FACES_FOUND.verdict(
        {"talking": len(moved), "without_face": "; ".join(unseen) or "none"}, kept=not unseen
    )


def _mouths_sharp(moved: Sequence[Produced]) -> Verdict:
    """Look for faces that are larger than an engine makes mouths for."""
    soft = [
        f"{item.item_id} ({speaker}, {height} pixels high)"
        for item in moved
        if isinstance(heights := item.record.metadata.get("soft_mouths"), dict)
        for speaker, height in heights.items()
    ]
    return MOUTHS_SHARP.verdict({"soft": "; ".join(soft) or "none"}, kept=not soft)
