"""What characters look like: what their description says, and their id decides the rest."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, hsv, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import (
    Animal,
    Robot,
    animal_of,
    robot_of,
)
from sparkle_motion_dagster.engines.images.storyboard.people.look import (
    Brows,
    Build,
    Clothes,
    Hair,
    Hat,
    Look,
)
from sparkle_motion_dagster.engines.images.storyboard.words.beings import (
    PERSON,
    ROBOT,
    Being,
    being_of,
)
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import (
    BeardStyle,
    ClothesStyle,
    HairStyle,
    HatStyle,
)
from sparkle_motion_dagster.engines.images.storyboard.words.descriptions import Description

_COMPLEXIONS: tuple[tuple[Colour, tuple[Colour, ...]], ...] = (
    ((250, 214, 190), ((164, 78, 40), (112, 70, 44), (206, 160, 92), (70, 48, 40))),
    ((240, 196, 164), ((88, 56, 38), (46, 34, 34), (150, 98, 56), (196, 150, 86))),
    ((226, 176, 136), ((60, 42, 36), (38, 30, 32), (92, 58, 40))),
    ((204, 148, 108), ((42, 32, 32), (58, 40, 34))),
    ((168, 114, 80), ((34, 28, 30), (48, 34, 30))),
    ((124, 82, 60), ((30, 26, 30), (44, 34, 32))),
    ((250, 220, 196), ((216, 182, 112), (182, 92, 48), (60, 44, 40))),
    ((236, 192, 150), ((30, 26, 30), (44, 34, 34))),
)
"""Skin, and the hair that is common with it."""

_FAIR = (_COMPLEXIONS[0], _COMPLEXIONS[1], _COMPLEXIONS[6])
"""Complexions that freckles and fair or red hair go with."""

_IRISES: tuple[Colour, ...] = (
    (86, 56, 38), (62, 44, 36), (74, 104, 132), (86, 118, 84), (110, 96, 62), (70, 86, 104),
)  # fmt: skip
_GREY: tuple[Colour, ...] = ((176, 174, 172), (208, 206, 202), (146, 144, 146))
_LONG_STYLES: tuple[HairStyle, ...] = (
    "bob", "long", "wavy", "bun", "ponytail", "curls", "pixie", "braid",
)  # fmt: skip
_SHORT_STYLES: tuple[HairStyle, ...] = ("short", "messy", "curls", "crop", "short", "messy")
_OLD_STYLES: tuple[HairStyle, ...] = ("short", "balding", "bald", "short", "balding")
_OLD_LONG_STYLES: tuple[HairStyle, ...] = ("bun", "curls", "bob", "braid", "bun")
_FRINGED: tuple[HairStyle, ...] = ("bob", "long", "wavy", "pigtails")
_EVERYDAY: tuple[ClothesStyle, ...] = ("sweater", "shirt", "coat", "t-shirt", "hoodie", "sweater")
_EVERYDAY_FEMININE: tuple[ClothesStyle, ...] = ("dress", "sweater", "coat", "shirt", "dress")


@lru_cache(256)
def look_of(person: str, description: str | None = None) -> Look:
    """Return a character's look: always the same for an id and description.

    The dice of every feature are its own, so that a word more in the description changes what it
    says and nothing else.

    Args:
        person: The character's id; a given name in it tells what the description leaves open.
        description: What somebody wrote about them.
    """
    description = description or ""
    being = being_of(description, person)
    look = (
        person_of(person, description)
        if being.species == PERSON
        else _creature(person, description, being.species)
    )
    if being.presence == "translucent":
        look = _spectral(look)
    elif being.presence == "clothes":
        look = replace(look, skin=_EMPTY)
    return replace(look, presence=being.presence)


def with_name(person: str, name: str, description: str | None) -> str | None:
    """Return a description, led by a character's name where that alone says what they are.

    Rex the dog, "brown and white", is a dog; what a description says of itself counts for more,
    and a name that says nothing changes nothing.
    """
    open_to_name = being_of(description or "", person) == Being(PERSON)
    says = re.search(r"\b(?:the|a|an|of)\b|'s\b|^\S+(?: \d+)?$", name, re.IGNORECASE)
    if not (open_to_name and says and being_of(description or "", name) != Being(PERSON)):
        return description
    return f"{name}: {description or ''}".strip()


def person_of(person: str, description: str) -> Look:
    """Return the look that somebody has who is a person, whatever their description speaks of."""
    said = Description(description, name=person)
    feminine = said.feminine
    if feminine is None:
        feminine = _dice(person, "sex").happens(0.5)
    age = said.age if said.age is not None else _dice(person, "age").between(22, 48)
    skin, hairs = _complexion(person, said)
    natural = _dice(person, "hair").pick(_GREY if age >= 55 else hairs)
    hair_colour = said.hair_colour or natural
    hue = _dice(person, "hue").between(0, 1)
    clothes = _clothes(person, said, hue, feminine=feminine)
    style = said.hair_style or _usual_hair(person, age, feminine=feminine)
    return Look(
        age=age,
        feminine=feminine,
        skin=skin,
        iris=_dice(person, "iris").pick(_IRISES[:2] if sum(skin) < 480 else _IRISES),
        hair=Hair(
            style=style,
            colour=hair_colour,
            parting=_dice(person, "parting").between(-0.7, 0.7),
            fringe=said.fringe or (style in _FRINGED and _dice(person, "fringe").happens(0.4)),
        ),
        brows=_brows(said, hair_colour),
        beard=said.beard or _usual_beard(person, age, feminine=feminine),
        glasses=said.glasses,
        freckles=said.freckles,
        smudge=said.smudge,
        hat=Hat(style=said.hat_style, colour=_hat_colour(said, clothes, hue), size=said.hat_size),
        clothes=clothes,
        build=_build(person, said, age, feminine=feminine),
        backdrop=hsv(hue + 0.5, 0.22, 0.8),
    )


def _creature(person: str, description: str, species: str) -> Look:
    """Return the look of a robot or an animal: it wears what its description says, and no more."""
    said = Description(description)
    creature: Robot | Animal = (
        robot_of(person, description)
        if species == ROBOT
        else animal_of(person, species, description)
    )
    feminine, age = Description(description, name=person).feminine, said.age
    if species in (ROBOT, "cat"):
        feminine, age = bool(feminine), age or 28
    skin = creature.metal if isinstance(creature, Robot) else creature.fur
    hue = _dice(person, "hue").between(0, 1)
    worn = Clothes(
        "t-shirt", skin, skin, skin, scarf=said.scarf_colour, pendant=said.pendant_colour
    )
    return Look(
        age=_dice(person, "age").between(22, 48) if age is None else age,
        feminine=_dice(person, "sex").happens(0.5) if feminine is None else feminine,
        skin=skin,
        iris=skin,
        hair=Hair(style="bald", colour=skin, parting=0),
        brows=Brows(colour=skin),
        beard="none",
        glasses=said.glasses,
        freckles=False,
        smudge=None,
        hat=Hat(said.worn_hat, said.hat_colour or hsv(hue + 0.55, 0.42, 0.46), said.hat_size),
        clothes=worn,
        build=Build(cheeks=1.2, spacing=creature.eyes[-1].x / 34 or 1.0),
        backdrop=hsv(hue + 0.5, 0.22, 0.8),
        species=species,
        creature=creature,
    )


_SPECTRAL: Colour = (178, 216, 238)
_EMPTY: Colour = (34, 30, 40)
"""What one sees in an empty collar."""


def _spectral(look: Look) -> Look:
    """Return the look of a ghost or a hologram: pale, as if of light."""

    def pale(colour: Colour) -> Colour:
        return mix(colour, _SPECTRAL, 0.6)

    worn, creature = look.clothes, look.creature
    if isinstance(creature, Robot):
        creature = replace(creature, metal=pale(creature.metal), accent=pale(creature.accent))
    elif creature is not None:
        fur, marks = pale(creature.fur), pale(creature.marks)
        creature = replace(creature, fur=fur, pale=pale(creature.pale), marks=marks)
    return replace(
        look,
        skin=pale(look.skin),
        hair=replace(look.hair, colour=pale(look.hair.colour)),
        hat=replace(look.hat, colour=pale(look.hat.colour)),
        clothes=replace(
            worn, colour=pale(worn.colour), under=pale(worn.under), trim=pale(worn.trim)
        ),
        creature=creature,
    )


def _complexion(person: str, said: Description) -> tuple[Colour, tuple[Colour, ...]]:
    """Return the skin, and the colours of hair that go with it."""
    dice = _dice(person, "skin")
    if said.skin is None:
        return dice.pick(_FAIR if said.freckles or said.fair_hair else _COMPLEXIONS)
    near = sorted(_COMPLEXIONS, key=lambda one: abs(sum(one[0]) - sum(said.skin or one[0])))
    return said.skin, near[0][1]


def _dice(person: str, feature: str) -> Dice:
    return Dice(f"{person}\n{feature}")


def _usual_hair(person: str, age: float, *, feminine: bool) -> HairStyle:
    styles: Sequence[HairStyle]
    if age >= 60:
        styles = _OLD_LONG_STYLES if feminine else _OLD_STYLES
    else:
        styles = _LONG_STYLES if feminine else _SHORT_STYLES
    return _dice(person, "hair style").pick(styles)


def _usual_beard(person: str, age: float, *, feminine: bool) -> BeardStyle:
    if feminine or age < 22:
        return "none"
    beards: tuple[BeardStyle, ...] = ("none", "none", "none", "stubble", "full", "none")
    return _dice(person, "beard").pick(beards)


def _brows(said: Description, hair: Colour) -> Brows:
    colour = said.brow_colour or mix(hair, (40, 30, 32), 0.45)
    return Brows(colour=colour, weight=said.brow_weight)


def _hat_colour(said: Description, clothes: Clothes, hue: float) -> Colour:
    if said.hat_colour is not None:
        return said.hat_colour
    if clothes.style == "uniform" or said.hat_style in ("hood", "pointed"):
        return mix(clothes.colour, (10, 14, 30), 0.25)
    usual: dict[HatStyle, Colour] = {
        "crown": (226, 182, 70), "helmet": (150, 154, 162), "toque": (244, 242, 236),
        "peaked": (38, 48, 76), "top hat": (36, 34, 40), "brim": (120, 92, 66),
    }  # fmt: skip
    return usual.get(said.hat_style, hsv(hue + 0.55, 0.42, 0.46))


def _clothes(person: str, said: Description, hue: float, *, feminine: bool) -> Clothes:
    dice = _dice(person, "clothes")
    everyday: ClothesStyle = dice.pick(_EVERYDAY_FEMININE if feminine else _EVERYDAY)
    style = everyday if said.clothes_style is None else said.clothes_style
    own = hsv(hue, dice.between(0.38, 0.6), dice.between(0.42, 0.68))
    usual: dict[ClothesStyle, Colour] = {
        "oilskin": (238, 190, 46), "uniform": (44, 62, 104), "suit": (54, 58, 72),
        "tweed": (132, 108, 78), "white coat": (236, 238, 240), "armour": (150, 156, 166),
        "spacesuit": (226, 228, 232),
    }  # fmt: skip
    colour = said.clothes_colour or usual.get(style, own)
    return Clothes(
        style=style,
        colour=colour,
        under=said.shirt_colour or (mix(own, (255, 252, 244), 0.75)),
        trim=(222, 178, 84) if style == "uniform" else mix(colour, (20, 18, 30), 0.55),
        scarf=said.scarf_colour,
        tie=said.tie_colour or (hsv(hue + 0.45, 0.6, 0.5) if style == "suit" else None),
        apron=said.apron_colour or ((240, 236, 226) if style == "apron" else None),
        pendant=said.pendant_colour,
        buttons=said.buttons or style == "uniform",
    )


def _build(person: str, said: Description, age: float, *, feminine: bool) -> Build:
    dice = _dice(person, "build")
    jaw = dice.between(0.8, 0.94) if feminine else dice.between(0.94, 1.16)
    child = max(0.0, 16 - age) / 16
    return Build(
        jaw=jaw * (1 - 0.1 * child) * (0.5 + 0.5 * said.girth),
        cheeks=dice.between(0.94, 1.06) * (0.6 + 0.4 * said.girth),
        eyes=dice.between(0.92, 1.08) * (1.08 if feminine else 0.96) * (1 + 0.3 * child),
        spacing=dice.between(0.95, 1.06),
        nose=dice.between(0.8, 1.0) * (0.9 if feminine else 1.12) * (1 - 0.3 * child),
        lips=dice.between(0.9, 1.2) if feminine else dice.between(0.75, 1.0),
        shoulders=(0.86 if feminine else 1.04) * (1 - 0.25 * child) * (0.7 + 0.3 * said.girth),
        girth=said.girth,
    )
