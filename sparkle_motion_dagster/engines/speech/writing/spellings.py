"""Rules for words that are not said by their letters: abbreviations, addresses, sounds, shouts."""

import re
from collections.abc import Sequence
from itertools import accumulate, groupby

from sparkle_motion_dagster.engines.speech.writing.places import NOTHING, Place, Said, Word

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?([\w.+-]+@)?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(/[^?#]*)?(?:[?#].*)?"
)
VOWELS = (
    "aáàâãäåāąæeéèêëēęěiíìîïīoóòôõöøőœuúùûüůűyýÿ"  # Latin
    "аеёиоуыэюяіє"  # Cyrillic
    "αάεέηήιίϊΐοόυύϋΰωώ"  # Greek
)

_SENTENCE_ENDS = (".", "!", "?", "…")
_MOST_JOINED = 3
"""An abbreviation takes at most so many words: "i. d. R."."""


def abbreviation(place: Place) -> Said | None:
    """An abbreviation, in one word or parted by spaces."""
    for takes in range(_MOST_JOINED, 0, -1):
        word = _joined(place, takes)
        if word is None:
            continue
        if word.dotted and (said := _in_full(f"{word.key}.", word, takes, place)):
            return said
        if said := _in_full(word.key, word, takes, place):
            return said
    for ending, said_for_it in place.language.suffixes.items():
        if f"{place.word.key}{place.word.tail[:1]}".endswith(ending):
            return Said((place.word.core[: 1 - len(ending)] + said_for_it,), takes_dot=True)
    return None


def _in_full(key: str, word: Word, takes: int, place: Place) -> Said | None:
    """Return what the tables have for a key; titles are said before a name alone."""
    language, following = place.language, place.beside(takes).core
    named = following[:1].isupper()
    said = language.short.get(key) or language.ending.get(key)
    if said is None and named and word.tail in {"", "."}:
        said = language.titles.get(key)
    if said is None:
        return None
    ends_sentence = key in language.ending and word.tail == "." and (named or not following)
    return Said(_shared(said, takes), takes, takes_dot=key.endswith(".") and not ends_sentence)


def _joined(place: Place, count: int) -> Word | None:
    """Return words as one that only the dots of an abbreviation part."""
    words = [place.beside(step) for step in range(count)]
    first, last = words[0], words[-1]
    if NOTHING in words or any(word.lead for word in words[1:]):
        return None
    if any(word.tail != "." for word in words[:-1]):
        return None
    return Word(first.lead, "".join(f"{w.core}{w.tail}" for w in words[:-1]) + last.core, last.tail)


def _shared(said: str, takes: int) -> tuple[str, ...]:
    """Return the words that are said, one for each that is written where they are as many."""
    words = said.split()
    return tuple(words) if len(words) == takes else (said,)


def sound(place: Place) -> Said | None:
    """An interjection without a vowel, in letters that can be spoken."""
    for pattern, said in place.language.sounds.items():
        if re.fullmatch(pattern, place.word.key):
            return Said((said if place.word.core[:1].isupper() else said.lower(),))
    return None


def address(place: Place) -> Said | None:
    """An e-mail or web address."""
    names, core = place.language.address, place.word.core
    found = _ADDRESS.fullmatch(core)
    if names is None or found is None or not (found[1] or re.match(r"https?://|www\.", core)):
        return None
    host = f" {names.at} ".join(part for part in ((found[1] or "")[:-1], found[2]) if part)
    spoken = re.sub(r"\.", f" {names.dot} ", host)
    path = [part for part in (found[3] or "").split("/") if part]
    return Said((re.sub("[-_+]+", " ", f" {names.slash} ".join([spoken, *path])),))


def slashed(place: Place) -> Said | None:
    """Words that slashes part are said one after the other."""
    if re.fullmatch(r"[^\W\d_]+(?:/[^\W\d_]+)+", place.word.core):
        return Said((place.word.core.replace("/", " "),))
    return None


def stammer(place: Place) -> Said | None:
    """A consonant that is repeated before its word is said with a vowel, not by its name."""
    vowel = place.language.stammer
    found = re.fullmatch(
        r"((?:([^\W\d_aeiouáàâäéèêëíîïóòôöúùûüαεηιουω]{1,2})-)+)(\2[\w'’]+)",
        place.word.core,
        re.IGNORECASE,
    )
    if vowel is None or found is None:
        return None
    return Said((f"{f'{found[2]}{vowel} ' * found[1].count('-')}{found[3]}",))


def shout(place: Place) -> Said | None:
    """Shouted words are no initials."""
    core = place.word.core
    if place.shouted and len(core) > 1 and has_vowel(core) and core.strip("IVX"):
        return Said((place.word.core.capitalize(),))
    return None


def drawn_out(place: Place) -> Said | None:
    """A letter that is repeated for its length is said once: engines would spell the word."""
    short = re.sub(r"([^\W\d_])\1{2,}", r"\1", place.word.core, flags=re.IGNORECASE)
    if short == place.word.core or len(short) < 2 or re.search(r"\d", short) or _compound(place):
        return None
    return Said((short,))


def _compound(place: Place) -> bool:
    """Tell words of three equal consonants ("Schifffahrt") from drawn-out ones."""
    threes = re.findall(r"([^\W\d_])\1{2,}", place.word.key)
    return all(letter in "flmnprst" for letter in threes) and not re.search(
        r"([^\W\d_])\1{3,}|([^\W\d_])\2{2,}$|^([^\W\d_])\3{2,}", place.word.key
    )


def has_vowel(word: str) -> bool:
    """Say whether a word can be spoken: one of consonants alone is spelled."""
    return any(letter in VOWELS for letter in word.lower())


def shouting(written: Sequence[str]) -> list[bool]:
    """Say of each word whether it is shouted: with two others, or in a sentence of such words."""
    sentences = accumulate((word.endswith(_SENTENCE_ENDS) for word in written[:-1]), initial=0)
    shouted: list[bool] = []
    for _, numbered in groupby(zip(sentences, written, strict=False), key=lambda pair: pair[0]):
        sentence = [word for _, word in numbered]
        whole = len(sentence) > 1 and all(map(_in_capitals, sentence))
        for loud, run in groupby(sentence, key=_in_capitals):
            members = list(run)
            listed = any(word.endswith(",") for word in members[:-1])
            shouted += [loud and (whole or (len(members) > 2 and not listed))] * len(members)
    return shouted


def _in_capitals(written: str) -> bool:
    return written.isupper() and "." not in Word.of(written).core
