"""Loading models without the noise of the libraries that load them."""

import contextlib
from collections.abc import Iterator
from types import ModuleType


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep diffusers' and transformers' progress bars and advice off the terminal.

    Our own progress is there. What goes wrong is raised, not only said.
    """
    with quiet_transformers():
        from diffusers.utils import logging as of_diffusers

        with _quiet(of_diffusers):
            yield


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """Do the same where diffusers has no part."""
    from transformers.utils import logging as of_transformers

    with _quiet(of_transformers):
        yield


@contextlib.contextmanager
def _quiet(logging: ModuleType) -> Iterator[None]:
    """Keep the library quiet that a logging module belongs to."""
    level, shown = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if shown:
            logging.enable_progress_bar()
