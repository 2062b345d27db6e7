"""Why an item is not made: a cap stands against it."""

from sparkle_motion_dagster.artifacts.errors import StorageError
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.errors import BusyError


class RateLimitError(EngineError):
    """An engine, or a provider, may not be asked for an item."""

    retryable = False


class RateLimitedError(RateLimitError, BusyError):
    """Not now, and the cap says that nobody is to wait for it.

    Attributes:
        retry_after_s: In how many seconds it may be asked.
    """

    retryable = False

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooMuchError(RateLimitError):
    """Never: the item takes more than a cap allows in a whole period."""


class LedgerBusyError(BusyError):
    """Another process is writing down what was taken, and does not end."""


class LedgerError(StorageError):
    """What was taken cannot be read or written down."""
