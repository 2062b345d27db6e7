"""A price in words, as shells, pages and notebooks show it."""

from sparkle_motion_dagster.forecast.price.models import Price

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


def in_a_line(price: Price) -> str:
    """Return what a render makes and what that takes; "at most" is with what may be made, too."""
    if not price.calls:
        return "Nothing is made: everything is in the store."
    most = price.made + price.maybe
    items = f"{_range(price.made, most, '{:.0f}')} {'item' if most == 1 else 'items'}"
    parts = [
        f"{_range(price.seconds / 60, price.seconds_most / 60, '{:.1f}')} min",
        f"{_range(price.gpu_minutes, price.gpu_minutes_most, '{:.1f}')} GPU min",
        f"US$ {_range(price.usd, price.usd_most, '{:.2f}')}",
        f"{_range(price.disk_bytes / 1e6, price.disk_bytes_most / 1e6, '{:.0f}')} MB",
    ]
    unknown = f", and what nobody knows of {', '.join(price.unknown)}" if price.unknown else ""
    return f"{items} to make: {', '.join(parts)}{unknown}."


def _range(least: float, most: float, form: str) -> str:
    low, high = form.format(least), form.format(most)
    return low if low == high else f"{low} to {high}"
