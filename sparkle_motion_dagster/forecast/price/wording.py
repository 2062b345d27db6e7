"""A price in words: one line, as shells, pages and notebooks show it."""

from sparkle_motion_dagster.forecast.price.models import Price


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
