"""What can be wrong with an engine's weights before it runs."""

from sparkle_motion_dagster.engines.base import NotReadyError


class MissingWeightsError(NotReadyError):
    """An engine's weights are not on this machine."""


class DamagedWeightsError(MissingWeightsError):
    """An engine's weights are on this machine, and are not what they should be."""
