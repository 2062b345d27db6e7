"""The checks of the film's clips: their frames, their seams, and the faces that were found."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.film.checks.shots import ALIKE, FRAME_COUNTS, frame_counts
from sparkle_motion_dagster.film.checks.verdict import Check, Verdict
from sparkle_motion_dagster.film.mouths import LipsyncedClips
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.media.picture_review import seam_likeness
from sparkle_motion_dagster.plan.clip_places import clip_places
from sparkle_motion_dagster.production.loop import Produced

SEAMS = Check(
    "seams", "At every cut between shots the pictures on both sides are alike: nothing jumps."
)
FACES_FOUND = Check(
    "faces_found", "In every talking close-up the speakers' faces were found: their mouths move."
)
CHECKS = (FRAME_COUNTS, SEAMS, FACES_FOUND)


def verdicts(stage: Stage, mouths: LipsyncedClips) -> Iterator[Verdict]:
    """Hold the film's clips against the timeline, and against each other."""
    yield frame_counts(mouths.clips, clip_places(stage.plan, mouths.timeline))
    yield _seams(stage, mouths.clips)
    yield _faces_found(mouths.moved)


def _seams(stage: Stage, clips: Sequence[Artifact]) -> Verdict:
    """Compare the last frame of each clip with the first one of the next."""
    edges = [stage.preview(clip, "edges").path for clip in clips]
    cuts = [f"{one.id} to {next_.id}" for one, next_ in pairwise(clips)]
    likenesses = [seam_likeness(one, next_) for one, next_ in pairwise(edges)]
    jumps = [
        f"{cut} ({likeness:.2f})"
        for cut, likeness in zip(cuts, likenesses, strict=True)
        if likeness < ALIKE
    ]
    return SEAMS.verdict(
        {
            "cuts": len(cuts),
            "least_alike": round(min(likenesses, default=1.0), 3),
            "alike_from": ALIKE,
            "jumps": "; ".join(jumps) or "none",
        },
        kept=not jumps,
    )


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
