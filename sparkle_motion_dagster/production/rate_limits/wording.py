"""Rate limits in words: why something waits, and how long."""

from fractions import Fraction

from sparkle_motion_dagster.production.rate_limits.bucket import Short
from sparkle_motion_dagster.production.rate_limits.caps import What, in_number


def in_words(seconds: float) -> str:
    """Return how long something takes: ``41 s``, ``12 min``, ``3 h 5 min``."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def capitalised(account: str) -> str:
    """Return an account as a sentence begins with it."""
    return f"{account[0].upper()}{account[1:]}"


def because(short: Short, item: str) -> str:
    """Return why an item may not begin now."""
    bucket, what = short.bucket, What(short.bucket.what)
    whose = capitalised(bucket.account)
    if short.left <= 0:
        return f"{whose} has used up its {bucket.said}"
    left, wanted = (in_number(what, Fraction(n, what.tokens)) for n in (short.left, short.wanted))
    about = "about " if what is What.GPU_MINUTES else ""
    return f"{whose} has {left} left of its {bucket.said}, and {item} takes {about}{wanted}"


def waits(short: Short, item: str, seconds: float, ahead: int) -> str:
    """Return why an item waits, how long, and after how many others."""
    after = "" if ahead == 0 else f", after {ahead} other{'s' if ahead > 1 else ''}"
    return f"{because(short, item)}; {item} may begin in {in_words(seconds)}{after}"
