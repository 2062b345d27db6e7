"""How prices are said to people."""

from collections.abc import Callable

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
    """Return what a render makes and what that most likely takes, and at most, in a sentence."""
    if not price.calls:
        return "Nothing is made: everything is in the store."
    made, most = price.made, price.made + price.maybe
    items = amount(made, "item") if made == most else f"{made} to {most} items"
    takes = [span(price.seconds_likely, price.seconds_most, seconds_in_words)]
    if price.gpu_minutes_most:
        takes.append(
            span(price.gpu_minutes_likely, price.gpu_minutes_most, "{:.1f} GPU min".format)
        )
    if price.usd_most:
        takes.append(span(price.usd_likely, price.usd_most, "US$ {:.2f}".format))
    takes.append(span(price.disk_bytes_likely, price.disk_bytes_most, bytes_in_words) + " of disk")
    unknown = f" Nobody knows yet how long {' and '.join(price.unknown)} will take."
    return f"{items} to make: {'; '.join(takes)}.{unknown if price.unknown else ''}"


def span(likely: float, most: float, say: Callable[[float], str]) -> str:
    """Return about how much of something it is, and how much at most, if that is said otherwise."""
    about, at_most = say(likely), say(most)
    return f"about {about}" if about == at_most else f"about {about}, at most {at_most}"
