"""Takes in words: how one differs from what the plan asks for, and what was measured of it."""

from collections.abc import Iterator

from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.engines.builtin.take_measurer import TakeMeasures
from sparkle_motion_dagster.film.short_texts import shortened

_LONGEST = 60
"""Characters of a prompt that are shown."""


def differs(recipe: Recipe) -> str:
    """Return how a take differs from what the plan asks for."""
    if recipe == Recipe():
        return "as the plan says"
    parts = [] if recipe.seed is None else [f"seed {recipe.seed}"]
    if recipe.prompt is not None:
        parts.append(f"prompt “{shortened(recipe.prompt, _LONGEST)}”")
    parts += [f"{name} {value}" for name, value in recipe.settings.items()]
    return ", ".join(parts)


def measured_words(found: TakeMeasures | None, looks_like: int | None) -> tuple[str, ...]:
    """Return what was measured of a take, each in a few words, and which take it looks like."""
    if found is None:
        return ("not measured",)
    alike = () if looks_like is None else (f"looks like take {looks_like}",)
    return (*_measures(found), *alike)


def _measures(found: TakeMeasures) -> Iterator[str]:
    if found.sharpness is not None:
        yield f"sharpness {found.sharpness:.0f}"
    if found.seam_start_db is not None:
        yield f"seam {found.seam_start_db:.1f} dB at its start"
    if found.seam_end_db is not None:
        yield f"seam {found.seam_end_db:.1f} dB at its end"
    if found.words_wrong is not None:
        yield f"{1 - min(found.words_wrong, 1):.0%} of the words heard"
    if found.face_difference is not None:
        yield f"faces differ by {found.face_difference:.2f}"
    if (nobody := found.missing.get("words_wrong")) is not None:
        yield nobody
