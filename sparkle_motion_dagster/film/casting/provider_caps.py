"""What providers of speech are capped at: by the voice catalogue, and by the operator's file."""

from collections.abc import Iterator

from sparkle_motion_dagster.errors import did_you_mean
from sparkle_motion_dagster.film.casting.catalogue import VoiceCatalogue
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.production.rate_limits.bucket import Bucket
from sparkle_motion_dagster.production.rate_limits.cap_file import RateLimitsFileError, load_caps


def check_providers(catalogue: VoiceCatalogue) -> None:
    """Make sure that the voice catalogue has all providers that the operator has capped.

    Raises:
        RateLimitsFileError: It has not, or the caps cannot be read.
    """
    loaded, known = load_caps(), catalogue.providers
    if unknown := [name for name in loaded.caps.providers if name not in known]:
        problems = (
            PlanProblem(
                f"the voice catalogue has no such provider.{did_you_mean(name, known)} Known: "
                f"{', '.join(known)}",
                field=f"providers.{name}",
            )
            for name in unknown
        )
        raise RateLimitsFileError(loaded.path, problems)


def catalogue_buckets(catalogue: VoiceCatalogue) -> Iterator[Bucket]:
    """Yield the buckets that a voice catalogue gives its providers."""
    for name, provider in catalogue.providers.items():
        yield from provider.charge(name, 0).buckets
