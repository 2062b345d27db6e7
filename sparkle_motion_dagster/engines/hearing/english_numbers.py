"""English numbers as they are compared: however they are said, the same words."""

from collections.abc import Sequence

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = frozenset({"hundred", "thousand", "million", "billion"})
_NUMBERS = frozenset({*_UNITS, *_TEENS, *_TENS})


def said_plainly(words: Sequence[str]) -> list[tuple[str, int]]:
    """Return words with their numbers said in one way, and which of the words each is from.

    "A hundred" is "one hundred", "one thousand two hundred" is "twelve hundred", and "two hundred
    and five" has no "and".

    Args:
        words: Words in lower case, numbers among them in words.
    """
    said: list[tuple[str, int]] = []
    beside = zip(("", *words), words, (*words[1:], ""), strict=False)
    for place, (before, word, after) in enumerate(beside):
        if word == "and" and before in _SCALES and after in _NUMBERS:
            continue
        if word == "hundred":
            said[-3:] = _with_thousands(said[-3:])
        said.append(("one" if word == "a" and after in _SCALES else word, place))
    return said


def _with_thousands(last: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the words before "hundred": of "one thousand two", "twelve"."""
    match last:
        case [(one, place), ("thousand", _), (other, _)] if one in _UNITS and other in _UNITS:
            return [(part, place) for part in _below_a_hundred(10 * _value(one) + _value(other))]
        case _:
            return last


def _value(unit: str) -> int:
    return _UNITS.index(unit) + 1


def _below_a_hundred(number: int) -> tuple[str, ...]:
    """Return the words of a number from 11 to 99 that is no multiple of 10."""
    if number < 20:
        return (_TEENS[number - 10],)
    return (_TENS[number // 10 - 2], _UNITS[number % 10 - 1])
