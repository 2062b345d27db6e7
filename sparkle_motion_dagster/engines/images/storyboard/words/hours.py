"""Reads the hour of the day where a prompt gives it by the clock, in digits or in words."""

import re

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT = rf"(?:{'|'.join(_NUMBERS)}|1[0-2]|0?[1-9])"
_PAST = r"(?:(?:half|(?:a )?quarter|\w+(?: minutes)?) (?P<side>past|after|to|before) )?"
_PART = r"(?:in the |this |that )(?:early )?(?P<part>morning|afternoon|evening)|at (?P<night>night)"

CLOCK = re.compile(
    r"\b(?:"
    r"(?P<hour24>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?\b(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?"
    rf"|{_PAST}(?P<count>{_COUNT})(?:\s*o'?clock)?\s*(?:(?P<meridiem>[ap])\.?\s?m\b\.?|,?\s*(?:{_PART})\b)"
    r"|(?P<military>[0-2]\d[0-5]\d) ?(?:hours|hrs)\b)",
    re.IGNORECASE,
)
"""A time of day: "3 a.m.", "03:10", "half past four in the afternoon", "0310 hours"."""


def clock_time(text: str) -> float | None:
    """Return the time that a text gives by the clock, in hours after midnight (0 to 24).

    "3:10" and "six o'clock" alone may be either half of the day: they are no time. "16:9" is none,
    either.
    """
    times = (_time(match) for match in CLOCK.finditer(text))
    return next((time for time in times if time is not None), None)


def _time(match: re.Match[str]) -> float | None:
    if match["military"]:
        return int(match["military"][:2]) % 24 + int(match["military"][2:]) / 60
    if match["hour24"]:
        hour, minutes = int(match["hour24"]), int(match["minute"]) / 60
        if match["half"]:
            return _of_half(hour, match["half"].lower() == "p") + minutes
        exact = len(match["hour24"]) == 2 and ":" in match[0]
        return hour + minutes if exact and (hour > 12 or match["hour24"][0] == "0") else None
    hour = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    if match["meridiem"]:
        time = _of_half(hour, match["meridiem"].lower() == "p")
    elif match["night"]:
        time = float(hour % 12 if hour < 6 or hour == 12 else hour + 12)
    else:
        time = _of_half(hour, match["part"].lower() != "morning")
    if match["side"] in {"past", "after"}:
        time += 0.4
    elif match["side"] in {"to", "before"}:
        time -= 0.4
    return time % 24


def _of_half(hour: int, afternoon: bool) -> float:  # noqa: FBT001 - which half of the day
    return float(hour % 12 + (12 if afternoon else 0))
