"""How prices are said to people."""

_MINUTE_S, _HOUR_S = 60, 3600


def seconds_in_words(seconds: float) -> str:
    """Return a time as people read it: ``0.4 s``, ``44 s``, ``12 min``, ``3.5 h``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 2 * _MINUTE_S:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR_S:
        return f"{seconds / _MINUTE_S:.0f} min"
    return f"{seconds / _HOUR_S:.1f} h"


def bytes_in_words(size: float) -> str:
    """Return a size as people read it, in units of 1000: ``312 kB``, ``4.2 MB``, ``1.5 GB``."""
    if size < 1e6:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def amount(number: int, what: str) -> str:
    """Return a number of things: ``1 item``, ``3 items``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
