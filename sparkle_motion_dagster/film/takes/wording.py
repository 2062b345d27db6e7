"""Takes in words: how one differs from what the plan asks for, and what was measured of it."""

from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.engines.builtin.take_measurer import TakeMeasures
from sparkle_motion_dagster.film.short_texts import shortened
from sparkle_motion_dagster.film.takes.listing import ListedTake

_LONGEST = 60
"""Characters of a prompt that are shown."""


def differs(recipe: Recipe) -> str:
    """Return how a take differs from what the plan asks for."""
    if recipe == Recipe():
        return "nothing: as the plan says"
    parts = [] if recipe.seed is None else [f"seed {recipe.seed}"]
    if recipe.prompt is not None:
        parts.append(f"prompt “{shortened(recipe.prompt, _LONGEST)}”")
    parts += [f"{name} {value}" for name, value in recipe.settings.items()]
    return ", ".join(parts)


def measured_words(take: ListedTake) -> tuple[str, ...]:
    """Return what was measured of a take, each in a few words, and what it looks like."""
    if take.measures is None:
        return ("not measured",) if take.fingerprint is not None else ("not made",)
    alike = () if take.looks_like is None else (f"looks like take {take.looks_like}",)
    return (*_measures(take.measures), *alike)


def _measures(found: TakeMeasures) -> Iterator[str]:
    if found.sharpness is not None:
        yield f"sharpness {found.sharpness:.0f}"
    if found.seam_start_db is not None:
        yield f"starts at {found.seam_start_db:.1f} dB of its keyframe"
    if found.seam_end_db is not None:
        yield f"ends at {found.seam_end_db:.1f} dB of its keyframe"
    if found.words_wrong is not None:
        yield f"{1 - min(found.words_wrong, 1):.0%} of the words heard"
    if found.face_difference is not None:
        yield f"faces differ by {found.face_difference:.2f} (1: the same person)"
    if (nobody := found.missing.get("words_wrong")) is not None:
        yield nobody
