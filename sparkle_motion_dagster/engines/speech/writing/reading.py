"""How what is written short is said in full, by the table of its language."""

from collections.abc import Sequence

from sparkle_motion_dagster.engines.speech.writing import amounts, dates, spellings
from sparkle_motion_dagster.engines.speech.writing.language import Language
from sparkle_motion_dagster.engines.speech.writing.places import Rule, Word, said_by

_RULES: Sequence[Rule] = (
    spellings.sound,
    spellings.address,
    dates.numbered,
    dates.date,
    dates.time,
    dates.ordinal_before,
    dates.day,
    dates.dotted_ordinal,
    dates.marked_ordinal,
    amounts.money,
    amounts.quantity,
    amounts.fraction,
    amounts.spanned,
    amounts.number,
    amounts.dotted_number,
    amounts.unit_alone,
    spellings.abbreviation,
    dates.roman_numeral,
    spellings.slashed,
    spellings.stammer,
    spellings.shout,
    spellings.drawn_out,
)
"""The first rule that knows a word says it."""


def say_in_full(words: Sequence[str], language: Language) -> list[str]:
    """Return, for each written word, what is said for it; nothing where a word before says it."""
    return said_by(_RULES, [Word.of(word) for word in words], language, spellings.shouting(words))
