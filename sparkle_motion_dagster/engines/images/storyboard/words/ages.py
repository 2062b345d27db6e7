"""How old somebody is said to be."""

import re

_UNITS = re.findall(
    r"\w+",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_NUMBER = (
    rf"(?:\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[:9])}))?|{'|'.join(_UNITS)})"
)
_AGES = (
    rf"(?P<age>{_NUMBER})[- ]years?[- ]old|(?P<aged>{_NUMBER})[- ]year[- ]old"
    rf"|\b(?:aged|age|of|about|around|nearly|almost|past) (?P<of>{_NUMBER})\b(?! \w)"
    rf"|(?:^|[,;(]) *(?P<alone>{_NUMBER}) *(?=$|[,;.)])"
)
_DECADES = (
    r"\b(?P<part>early|mid|late)?[- ]?(?P<decade>twenties|thirties|forties|fifties|sixties"
    r"|seventies|eighties|nineties|20s|30s|40s|50s|60s|70s|80s|90s)\b"
)


def age_in_numbers(text: str) -> float | None:
    """Return an age in years that a text (in lower case) gives: "thirty-five", "in her fifties"."""
    if match := re.search(_DECADES, text):
        name = match["decade"]
        tens = int(name[0]) if name[0].isdigit() else 2 + _TENS.index(_singular(name))
        return 10 * tens + {"early": 2, "mid": 5, "late": 8, None: 5}[match["part"]]
    if match := re.search(_AGES, text):
        return _number(next(years for years in match.groups() if years))
    return None


def _singular(decade: str) -> str:
    return decade.removesuffix("ies") + "y"


def _number(text: str) -> float:
    if text.isdigit():
        return float(text)
    parts = re.split("[- ]", text)
    return float(
        sum(
            10 * (2 + _TENS.index(part)) if part in _TENS else 1 + _UNITS.index(part)
            for part in parts
        )
    )
