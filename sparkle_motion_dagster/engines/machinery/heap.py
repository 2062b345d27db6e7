"""Memory that was freed, given back to the machine."""

import ctypes


def give_back_freed() -> None:
    """Give back what glibc's allocator holds of memory that was freed; elsewhere, do nothing.

    It keeps blocks of up to 32 MiB for later ones. Measured: of 230 MB that a process has once
    Kokoro's graph is freed, 115 MB are such; to give them back takes 15 ms of a processor.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # malloc.h, of glibc only
    if trim is not None:
        trim(0)
