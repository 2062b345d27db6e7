"""What a prompt says and its drawing does not show, word by word.

It is honest rather than complete: a word is not named where the drawing may show what it means.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.canvas.layers import Frame
from sparkle_motion_dagster.engines.images.storyboard.company import with_present
from sparkle_motion_dagster.engines.images.storyboard.composition import compose
from sparkle_motion_dagster.engines.images.storyboard.scenery.setting import own_things, props_shown
from sparkle_motion_dagster.engines.images.storyboard.words import prompt_vocabulary as vocabulary
from sparkle_motion_dagster.engines.images.storyboard.words import shown_vocabulary as shown
from sparkle_motion_dagster.engines.images.storyboard.words.beings import being_of
from sparkle_motion_dagster.engines.images.storyboard.words.continuity import Established
from sparkle_motion_dagster.engines.images.storyboard.words.crowds import words_for_people
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import LOOK_WORDS
from sparkle_motion_dagster.engines.images.storyboard.words.expressions import FACE_WORDS
from sparkle_motion_dagster.engines.images.storyboard.words.hours import CLOCK
from sparkle_motion_dagster.engines.images.storyboard.words.matching import whole
from sparkle_motion_dagster.engines.images.storyboard.words.prompts import (
    Framing,
    Hour,
    Reading,
    read,
)
from sparkle_motion_dagster.engines.images.storyboard.words.sayings import TIME_WORDS, affirmed

ENGLISH_ONLY = "what is not English: the drawing reads English words only"

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_KEEPERS = r"\w+(?= keeper)"
_STANCES = r"silhouett\w*|backlit|profile|stand(?:s|ing)?|looks?|looking"
_ALWAYS = (
    *vocabulary.FRAMING_WORDS.values(),
    *vocabulary.ANGLE_WORDS.values(),
    *vocabulary.HOUR_WORDS.values(),
    *vocabulary.WEATHER_WORDS.values(),
    *vocabulary.SEASON_WORDS.values(),
    TIME_WORDS,
    vocabulary.PORTRAIT,
    shown.LIGHT,
)
"""The words that a drawing of whatever it is follows."""


@dataclass(frozen=True)
class _People:
    """Who is in a picture.

    Attributes:
        count: How many.
        known: Whether they are characters of the film.
        near: Whether one sees their faces.
    """

    count: int
    known: bool
    near: bool


def not_shown(
    prompt: str, seed: int, characters: Mapping[str, str], there: Established | None = None
) -> tuple[str, ...]:
    """Return the words of a prompt that its drawing does not show, in its order.

    Args:
        prompt: What the picture shall show.
        seed: The seed of the picture.
        characters: The ids and the descriptions of the characters in it.
        there: What earlier pictures say of its place.

    Returns:
        The words; of a prompt in another language the one sentence that says so.
    """
    text = affirmed(prompt)
    words = list(_WORD.finditer(text))
    if _is_foreign([word[0].lower() for word in words]):
        return (ENGLISH_ONLY,)
    beings = [being_of(description, one) for one, description in characters.items()]
    seen = [being.species for being in beings if being.presence != "none"]
    reading = read(prompt, Dice(str(there.seed if there else seed)), there)
    reading = with_present(reading, seen)
    leads = len(seen) if characters else len(reading.strangers)
    count = max(leads, reading.crowd.size)
    faces = compose(reading, Frame(160, 90, 0), count, Dice(""), leads).faces
    people = _People(count, bool(characters), bool(faces))
    spans = [span for pattern in _read(reading, people) for span in _spans(pattern, reading.prompt)]
    trade = (shown.CAMERA, *(FACE_WORDS if faces else ()))
    spans += [span for pattern in trade for span in _spans(pattern, prompt)]
    spans += [match.span() for match in CLOCK.finditer(text)]
    spans += words_for_people(reading.prompt)
    said = " ".join((*characters, *characters.values())).lower().replace("_", " ")
    looks = {_stem(word) for word in _WORD.findall(said)}
    left = (
        word[0].lower()
        for word in words
        if not any(start < word.end() and word.start() < end for start, end in spans)
        and not _is_plain(word[0], looks)
        and not _is_name(word[0], people)
    )
    return tuple(dict.fromkeys(left))


def _read(reading: Reading, people: _People) -> Iterator[str]:
    """Yield the words that a drawing follows."""
    yield from _ALWAYS
    for place in _places(reading):
        yield vocabulary.PLACE_WORDS[place]
    yield shown.PLACE_SHOWS[reading.place]
    yield shown.IN_ROOMS if reading.indoors else shown.UNDER_THE_SKY
    if reading.world:
        yield vocabulary.WORLD_WORDS[reading.world]
        yield shown.WORLD_SHOWS[reading.world]
    if reading.hour in {Hour.DAWN, Hour.GOLDEN, Hour.SUNSET, Hour.DUSK}:
        yield shown.LOW_SUN
    blurred = people.near and reading.framing is not Framing.MEDIUM
    named = frozenset() if blurred else props_shown(reading, peopled=people.count > 0)
    for name in named | own_things(reading):
        yield vocabulary.PROP_WORDS[name]
        yield shown.THINGS_SHOW.get(name, "")
    yield from _read_of_people(reading, people)


def _read_of_people(reading: Reading, people: _People) -> Iterator[str]:
    if people.count:
        yield from (vocabulary.SOMEBODY, shown.PEOPLE_SHOW, vocabulary.PEOPLE, _KEEPERS, _STANCES)
        yield shown.FACES_SHOW if people.near else shown.HANDS_SHOW
    if people.count and not people.known:
        yield from LOOK_WORDS
    if reading.peeping:
        yield r"peep\w*|peer\w*|peek\w*|ris\w+|walls?|over it"


def _places(reading: Reading) -> set[str]:
    """Return the places whose words the drawing follows: its own, what holds it, what one sees."""
    around = {
        name
        for name in reading.surroundings
        if reading.place in vocabulary.MORE_PRECISE.get(name, frozenset())
        or name in vocabulary.ELSEWHERE | vocabulary.PARTS | {"mountains", "room"}
    }
    seen = {reading.view} if reading.indoors else set()
    return {reading.place, *around, *seen}


def _spans(words: str, text: str) -> Iterator[tuple[int, int]]:
    if words:
        for match in whole(words, re.IGNORECASE).finditer(text):
            yield match.span()


def _is_plain(word: str, looks: set[str]) -> bool:
    """Whether a word stands for nothing that one sees, or for the looks of a character."""
    low = word.lower().replace("’", "'")
    return (
        len(low) < 3
        or low in shown.FUNCTION
        or low.endswith("ly")
        or _stem(low) in looks
        or any(_stem(part) in looks for part in low.split("-"))
    )


def _is_name(word: str, people: _People) -> bool:
    """Whether a word is the name of a character in the picture, or of a place's owner."""
    return word[0].isupper() and (people.known or word.replace("’", "'").endswith("'s"))


def _stem(word: str) -> str:
    """Return a word as it is alike in "freckles", "freckled" and "freckle's"."""
    return re.sub(r"(?:'s|ing|ed|es|s|d|e)$", "", word.replace("’", "'"))


def _is_foreign(words: list[str]) -> bool:
    """Whether a text is in another language, as far as its letters or its small words tell."""
    strange = sum(not word[0].isascii() for word in words)
    if words and 2 * strange > len(words):
        return True
    foreign = sum(word in shown.OTHER_LANGUAGES for word in words)
    return foreign > 1 and foreign > sum(word in shown.FUNCTION for word in words)
