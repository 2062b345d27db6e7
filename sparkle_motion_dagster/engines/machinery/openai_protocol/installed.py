"""Whether OpenAI's client is installed: it is an extra."""

from collections.abc import Iterator
from contextlib import contextmanager

from sparkle_motion_dagster.engines.base import NotReadyError

_INSTALL = (
    "Type: pip install 'sparkle-motion-dagster[openai]' (in a checkout: pip install -c "
    "constraints.txt -e '.[openai]')."
)


@contextmanager
def importing_the_client(engine: str) -> Iterator[None]:
    """Have a missing package say how to install it.

    Args:
        engine: The engine that imports the client in this block, by name.

    Raises:
        NotReadyError: The client is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise NotReadyError(
            f"The engine {engine} needs OpenAI's client ({error.name} is missing). {_INSTALL}"
        ) from error
