"""Loading code without looking for garbage in it."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_garbage_yet() -> Iterator[None]:
    """Collect no garbage in the block, and none of what is left behind it, ever.

    What modules define stays for as long as the process lives. Looking through all of it again and
    again took a fifth of the time in which a film of two shots is found to be there (4.7 to 5.0 s
    with it, 3.7 s without). What comes after the block is collected as usual.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
