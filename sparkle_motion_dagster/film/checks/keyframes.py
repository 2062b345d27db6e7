"""The checks of keyframes: their pictures held against each other, and against the user's own."""

from collections.abc import Iterator
from itertools import pairwise

from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.lipsync.owned_faces import looks_by
from sparkle_motion_dagster.film.checks.promises import (
    KEYFRAMES_DIFFER,
    PORTRAITS_SHOW_FACES,
    PROMPT_READ,
    WHOLE_PICTURES,
)
from sparkle_motion_dagster.film.checks.screen_texts import text_is_safe
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.keyframes import Keyframes
from sparkle_motion_dagster.film.own_pictures import first_of
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.stages import portrait_id
from sparkle_motion_dagster.media.pictures import WHITE, viewing_of
from sparkle_motion_dagster.plan.timeline.lines import seen_speaking
from sparkle_motion_dagster.production.loop import Produced

_NEAR_DUPLICATE_BITS = 2
"""Perceptual hashes that differ in no more of their bits: the pictures look the same.

A face that turns, before the same place, is 4 bits.
"""

_BITS = 64
"""How many bits a perceptual hash has."""

_NAMED = 3
"""How many pictures are named that leave words out: plan check and the manifest name all."""


def verdicts(stage: Stage, keyframes: Keyframes) -> Iterator[Verdict]:
    """Look for shots that end as they begin, and for pictures and words that are left out."""
    yield _keyframes_differ(stage, keyframes)
    yield _whole_pictures(stage)
    yield _prompt_read(keyframes)
    yield _portraits_show_faces(stage, keyframes)
    yield text_is_safe(keyframes.pictures, stage.format.size)


def _keyframes_differ(stage: Stage, keyframes: Keyframes) -> Verdict:
    pictures = {picture.item_id: picture for picture in keyframes.pictures}
    distances = {
        shot.id: _distance(pictures[start], pictures[end])
        for shot in stage.plan.shots
        for start, end in pairwise(shot.keyframes)
    }
    alike = [shot for shot, distance in distances.items() if distance <= _NEAR_DUPLICATE_BITS]
    closest = min(distances, key=distances.__getitem__, default=None)
    return KEYFRAMES_DIFFER.verdict(
        {
            "shots_with_near_duplicates": ", ".join(alike) or "none",
            "closest_pair": closest or "none",
            "bits_that_differ": _BITS if closest is None else distances[closest],
            "alike_up_to_bits": _NEAR_DUPLICATE_BITS,
        },
        kept=not alike,
    )


def _whole_pictures(stage: Stage) -> Verdict:
    files = stage.frozen.files
    parts = [
        first_of(image, frames)
        for image in stage.plan.base_images
        if image.picture is not None
        and (frames := viewing_of(files[image.picture].path).frames) > 1
    ]
    return WHOLE_PICTURES.verdict({"shown_in_part": "; ".join(parts) or "none"}, kept=not parts)


def _prompt_read(keyframes: Keyframes) -> Verdict:
    pictures = keyframes.pictures
    left_out = [
        f"{picture.item_id} ({', '.join(map(str, words))})"
        for picture in pictures
        if isinstance(words := picture.record.metadata.get("not_shown"), list)
    ]
    count = f"{len(left_out)} of {len(pictures)} pictures leave out words of their prompts"
    more = len(left_out) - _NAMED
    named = [*left_out[:_NAMED], *([f"and {more} more"] if more > 0 else [])]
    not_shown = f"{count}: {'; '.join(named)}" if left_out else "none"
    style = keyframes.unseen_style
    return PROMPT_READ.verdict(
        {"not_shown": not_shown, "style_not_shown": style or "none"},
        kept=not left_out and style is None,
    )


def _portraits_show_faces(stage: Stage, keyframes: Keyframes) -> Verdict:
    """Look for faces in portraits; nothing of it is kept, so that a line changes no picture."""
    speaking = {portrait_id(name) for name in seen_speaking(stage.plan)}
    portraits = [portrait for portrait in keyframes.portraits if portrait.item_id in speaking]
    faceless = [
        portrait.item_id
        for portrait in portraits
        if looks_by(portrait.files["image"].path, WHITE) is None
    ]
    return PORTRAITS_SHOW_FACES.verdict(
        {"looked_at": len(portraits), "faceless": ", ".join(faceless) or "none"},
        kept=not faceless,
    )


def _distance(one: Produced, other: Produced) -> int:
    """Return in how many of their bits the perceptual hashes of two keyframes differ."""
    return (_hash(one) ^ _hash(other)).bit_count()


def _hash(keyframe: Produced) -> int:
    phash = keyframe.record.outputs["image"].facts.phash
    if phash is None:
        raise EngineError(f"{keyframe.item_id} was made without measuring its perceptual hash")
    return int(phash, 16)
