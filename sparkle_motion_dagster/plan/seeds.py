"""Seeds: an item's own, else one derived from the plan's seed and the item's id, never its place.

So a shot that moves, or a plan that grows, keeps the pictures that it has.
"""

import hashlib
import json

from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import BaseImageSpec, CharacterSpec
from sparkle_motion_dagster.plan.shot import ShotSpec


def derive_seed(seed: int, item: str | int) -> int:
    """Return the seed of a part of something: 32 bits of a sha256 over the whole's seed and it."""
    text = json.dumps([seed, item], separators=(",", ":"), ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:4], "big")


def shot_seed(plan: MoviePlan, shot: ShotSpec) -> int:
    """Return the seed of a shot, below 2**32."""
    return _own_or_derived(plan, shot.seed, shot.id)


def keyframe_seed(plan: MoviePlan, image: BaseImageSpec) -> int:
    """Return the seed of a keyframe, below 2**32."""
    return _own_or_derived(plan, image.metadata.seed, image.id)


def line_seed(plan: MoviePlan, character: CharacterSpec, text: str) -> int:
    """Return the seed of a spoken line, below 2**32: the voice's own, else by who says what."""
    return _own_or_derived(plan, character.voice_profile.seed, f"{character.id}: {text}")


def _own_or_derived(plan: MoviePlan, own: int | None, item_id: str) -> int:
    return derive_seed(plan.metadata.seed or 0, item_id) if own is None else own
