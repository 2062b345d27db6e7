"""Rate limits: what engines and providers are capped at, and what is left of it."""

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.production.rate_limits.cap_file import declared_caps
from sparkle_motion_dagster.production.rate_limits.standing import CapStanding, standing_of


def caps_of_operator(home: SparkleHome) -> tuple[CapStanding, ...]:
    """Return how the caps of the operator's file stand; nothing is opened where it has none.

    Raises:
        RateLimitsFileError: The file cannot be used.
        LedgerBusyError, LedgerError: It cannot be read what was taken.
    """
    return standing_of(declared_caps().all_buckets(), home)


def all_caps(home: SparkleHome) -> tuple[CapStanding, ...]:
    """Return how all caps stand: the operator's, and those of the voice catalogue.

    Raises:
        RateLimitsFileError, LedgerBusyError, LedgerError: As `caps_of_operator` says; or a provider
            is capped that the catalogue does not have.
        VoiceCatalogueError: The voice catalogue cannot be read.
    """
    from sparkle_motion_dagster.film.casting.provider_caps import catalogue_buckets, check_providers
    from sparkle_motion_dagster.resources.engines import voice_catalogue

    catalogue = voice_catalogue()
    check_providers(catalogue)
    buckets = (*declared_caps().all_buckets(), *catalogue_buckets(catalogue))
    return standing_of(buckets, home)
