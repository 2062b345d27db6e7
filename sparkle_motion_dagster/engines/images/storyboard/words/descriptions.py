"""Reads what a description says about somebody's looks, word by word, phrase by phrase."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.words import (
    description_vocabulary as vocabulary,
)
from sparkle_motion_dagster.engines.images.storyboard.words.ages import age_in_numbers
from sparkle_motion_dagster.engines.images.storyboard.words.matching import whole

T = TypeVar("T")

_AGE_WORDS: Mapping[str, float] = {
    r"toddler|infant": 3, r"little (?:girl|boy)|small (?:girl|boy)|child|kid": 8,
    r"teenage\w*|teen|adolescent": 15, r"schoolgirl|schoolboy|girl|boy": 10,
    r"middle-aged": 50,
    r"elderly|old|ancient|aged|grandmother|grandma|granny|grandfather|grandpa|retired|wizened": 73,
    r"young|youth|youthful|apprentice|student": 23,
}  # fmt: skip
_BEARDED_AGE = 54
"""The age of who wears a walrus moustache or a long beard."""


class Description:
    """A description of somebody; every property is what it says, or None (or the plain thing).

    Args:
        text: The description.
        name: The character's id; a given name in it tells what the description leaves open.
    """

    def __init__(self, text: str, name: str = "") -> None:
        self._text = " ".join(text.lower().replace("’", "'").split())
        self._name = name.lower()

    @cached_property
    def feminine(self) -> bool | None:
        """Whether it describes a woman or girl (True), or a man or boy (False)."""
        she, he = _first(vocabulary.FEMININE, self._text), _first(vocabulary.MASCULINE, self._text)
        if she is not None or he is not None:
            return he is None or (she is not None and she < he)
        if _first("|".join(vocabulary.BEARDS), self._text) is not None and self.beard != "none":
            return False
        # Whose apprentice somebody is says nothing: "her apprentice ... on his collar".
        hers = len(re.findall(r"(?<!^)\b(?:her|hers)\b", self._text))
        his = len(re.findall(r"(?<!^)\b(?:his|him)\b", self._text))
        if hers != his:
            return hers > his
        return self._named_feminine

    @cached_property
    def _named_feminine(self) -> bool | None:
        for word in re.split(r"[^a-zà-ÿ]+", self._name):
            if word in vocabulary.FEMININE_NAMES:
                return True
            if word in vocabulary.MASCULINE_NAMES:
                return False
        for word in re.split(r"[^a-zà-ÿ]+", self._name):
            if len(word) > 2 and word.endswith("a"):
                return True
        return None

    @cached_property
    def age(self) -> float | None:
        """The age in years."""
        if (years := age_in_numbers(self._text)) is not None:
            return years
        if self.beard in ("walrus", "long") and not _has(r"young", self._text):
            return _BEARDED_AGE
        return _meaning(_AGE_WORDS, self._text)

    @cached_property
    def skin(self) -> Colour | None:
        """The colour of the skin."""
        return _meaning(vocabulary.SKINS, self._text)

    def colour_of(
        self, things: str, colours: Mapping[str, Colour] = vocabulary.COLOURS
    ) -> Colour | None:
        """Return the colour of things (a regular expression) that it speaks of."""
        return self._coloured(things, colours)

    @cached_property
    def hair_style(self) -> vocabulary.HairStyle | None:
        """How the hair is worn."""
        return _meaning(vocabulary.HAIR_STYLES, self._text)

    @cached_property
    def hair_colour(self) -> Colour | None:
        """The colour of the hair, or of the beard where that is all that is said."""
        hair = (
            r"hair\w*|curls|curly|braids?|braided|plaits?|bun|pony-?tail|bob|locks|mane|pigtails|"
            r"afro|ringlets|fringe|crop|mop|topknot|waves|tresses|strands"
        )
        if colour := self._coloured(hair, vocabulary.HAIR_COLOURS):
            return colour
        if _has(r"redhead|red-head\w*|ginger|auburn", self._text):
            return vocabulary.HAIR_COLOURS["ginger|red|copper|auburn|redhead|flame"]
        if _has(r"blonde?", self._text):
            return vocabulary.HAIR_COLOURS["blonde?|fair|golden|straw|flaxen"]
        return self._coloured(r"beard\w*|mou?stache\w*|stubble|whiskers", vocabulary.HAIR_COLOURS)

    @cached_property
    def fair_hair(self) -> bool:
        """Whether the hair is said to be fair or red."""
        colour = self.hair_colour
        return colour is not None and colour[0] > colour[2] + 70

    @cached_property
    def fringe(self) -> bool:
        """Whether hair falls into the forehead."""
        return _has(r"fringe|bangs|forehead|in (?:her|his) eyes", self._text)

    @cached_property
    def brow_colour(self) -> Colour | None:
        """The colour of the eyebrows."""
        return self._coloured(r"(?:eye)?brows?", vocabulary.HAIR_COLOURS)

    @cached_property
    def brow_weight(self) -> float:
        """How heavy the eyebrows are; 1 is usual."""
        heavy = r"(?:fierce|bushy|heavy|thick|beetling|great|huge)(?: \w+)? (?:eye)?brows?"
        return 1.75 if _has(heavy, self._text) else 1.0

    @cached_property
    def beard(self) -> vocabulary.BeardStyle | None:
        """The beard."""
        return _meaning(vocabulary.BEARDS, self._text)

    @cached_property
    def glasses(self) -> vocabulary.GlassesStyle:
        """The glasses."""
        if _has(r"sunglasses|dark glasses|shades", self._text):
            return "dark"
        if _has(r"(?:square|horn-rimmed|thick|heavy)(?: \w+)? (?:glasses|spectacles)", self._text):
            return "square"
        if _has(r"(?:steamed|fogged|misted)[- ]?(?:up)? (?:glasses|spectacles)", self._text):
            return "steamed"
        return "round" if _has(r"glasses|spectacles|pince-nez|bespectacled", self._text) else "none"

    @cached_property
    def smudge(self) -> Colour | None:
        """The colour of what the face is smudged with: flour, soot, mud."""
        return _meaning(vocabulary.SMUDGES, self._text)

    @cached_property
    def freckles(self) -> bool:
        """Whether there are freckles."""
        return _has(r"freckle[ds]?", self._text)

    @cached_property
    def worn_hat(self) -> vocabulary.HatStyle:
        """The hat that it speaks of."""
        return _meaning(vocabulary.HATS, self._text) or "none"

    @cached_property
    def hat_style(self) -> vocabulary.HatStyle:
        """The hat, if only that of the trade."""
        said = _meaning(vocabulary.HATS, self._text)
        if said is None or _has(r"bare-?headed|hatless|no hat", self._text):
            role = self._role
            bare = role is None or _has(r"bare-?headed|hatless|no hat", self._text)
            return "none" if bare or role is None else role[2]
        if said == "cap" and self._role is not None and self._role[2] == "peaked":
            return "peaked"
        return said

    @cached_property
    def hat_colour(self) -> Colour | None:
        """The colour of the hat."""
        return self._coloured("|".join(vocabulary.HATS), vocabulary.COLOURS)

    @cached_property
    def hat_size(self) -> float:
        """How large the hat is; 1 fits."""
        return (
            1.16
            if _has(r"(?:cap|hat|helmet|crown) (?:far |much )?too (?:large|big)", self._text)
            else 1.0
        )

    @cached_property
    def clothes_style(self) -> vocabulary.ClothesStyle | None:
        """What is worn, if only what the trade wears."""
        worn = _meaning(vocabulary.CLOTHES, self._text)
        if worn is None and self.tie_colour is not None:
            return "suit"
        if worn is None or worn == "apron":
            return worn or (self._role[1] if self._role else None)
        return worn

    @cached_property
    def clothes_colour(self) -> Colour | None:
        """The colour of what is worn."""
        style = _meaning(vocabulary.CLOTHES, self._text)
        if style == "apron":
            return None
        if colour := self._coloured("|".join(vocabulary.CLOTHES), vocabulary.COLOURS):
            return colour
        return self._role[3] if self._role else None

    @cached_property
    def shirt_colour(self) -> Colour | None:
        """The colour of the shirt."""
        return self._coloured(r"shirt|blouse", vocabulary.COLOURS)

    @cached_property
    def scarf_colour(self) -> Colour | None:
        """The colour of the scarf, if there is one."""
        if not _has(r"(?<!head)(?<!head )(?:scarf|shawl|muffler)", self._text):
            return None
        return self._coloured(r"scarf|shawl|muffler", vocabulary.COLOURS) or (150, 62, 58)

    @cached_property
    def tie_colour(self) -> Colour | None:
        """The colour of the tie, if there is one."""
        if not _has(r"(?:bow )?tie|necktie", self._text):
            return None
        return self._coloured(r"tie|necktie", vocabulary.COLOURS) or (132, 40, 48)

    @cached_property
    def apron_colour(self) -> Colour | None:
        """The colour of the apron, if there is one."""
        if not _has(r"apron|pinafore", self._text):
            return None
        return self._coloured(r"apron|pinafore", vocabulary.COLOURS) or (240, 236, 226)

    @cached_property
    def pendant_colour(self) -> Colour | None:
        """The colour of what hangs on the chest, if something does."""
        things = r"whistle|medal(?:lion)?|locket|pendant|necklace|amulet|stethoscope"
        if not _has(things, self._text):
            return None
        return self._coloured(things, vocabulary.COLOURS) or (206, 172, 92)

    @cached_property
    def buttons(self) -> bool:
        """Whether buttons are worth a word."""
        return _has(r"buttons?", self._text)

    @cached_property
    def girth(self) -> float:
        """How stout they are; 1 is usual."""
        if _has(
            r"fat|stout|plump|portly|burly|round|chubby|heavy-?set|huge|broad|large (?:wo)?man",
            self._text,
        ):
            return 1.22
        if _has(r"thin|slim|slender|skinny|lean|gaunt|bony|wiry|slight|lanky|tall", self._text):
            return 0.88
        return 1.0

    @cached_property
    def _role(
        self,
    ) -> tuple[str, vocabulary.ClothesStyle, vocabulary.HatStyle, Colour | None] | None:
        return next((role for role in vocabulary.ROLES if _has(role[0], self._text)), None)

    def _coloured(self, things: str, colours: Mapping[str, Colour]) -> Colour | None:
        """Return the colour that stands before a thing, or behind it, in the same phrase."""
        for phrase in re.split(r"[,;.()]| and (?=a |an |the )| with ", self._text):
            for match in whole(things).finditer(phrase):
                before = phrase[: match.end()]
                named = [
                    (found.start(), colour)
                    for words, colour in colours.items()
                    for found in whole(words).finditer(before)
                ]
                if named:
                    return max(named)[1]
        return None


def _has(words: str, text: str) -> bool:
    return whole(words).search(text) is not None


def _first(words: str, text: str) -> int | None:
    match = whole(words).search(text)
    return match.start() if match else None


def _meaning(meanings: Mapping[str, T], text: str) -> T | None:
    """Return the first meaning in the table whose words the text has."""
    return next((meaning for words, meaning in meanings.items() if _has(words, text)), None)
