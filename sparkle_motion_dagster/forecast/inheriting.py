"""Inheriting: which of a film's choices hold for another film that is derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sparkle_motion_dagster.artifacts.choices import Choices, ItemChoices
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm
from sparkle_motion_dagster.forecast.redoing import takeable_items


@dataclass(frozen=True)
class Inherited:
    """The choices of a film as another one takes them over, and those that do not hold there."""

    choices: Choices
    left: tuple[ItemChoices, ...]


def inherited(source: PlannedFilm, variant: PlannedFilm) -> Inherited:
    """Return what holds of a film's choices for a variant of it.

    What was chosen of an item holds where the variant's plan asks for the very same: another prompt
    must not be passed over for the take of an old one, nor a picture of another size be pinned.
    What was chosen of the items that it is made from counts on both sides.
    """
    kept, left = source.choices, []
    for item in source.choices.items:
        if _asked(source, source.choices, item) != _asked(variant, kept, item):
            kept = kept.without(item.stage, item.item)
            left.append(item)
    return Inherited(kept, tuple(left))


def _asked(film: PlannedFilm, choices: Choices, item: ItemChoices) -> Sha256 | None:
    """Return the fingerprint of what a film's plan asks for of an item; None: it has none such."""
    unchosen = replace(film, choices=choices.without(item.stage, item.item))
    found: Mapping[tuple[str, str], Sha256] = {
        (one.stage, one.item): one.call.fingerprint for one in takeable_items(unchosen)
    }
    return found.get((item.stage, item.item))
