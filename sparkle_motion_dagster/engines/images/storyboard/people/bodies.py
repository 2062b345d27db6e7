"""The bodies of robots and animals: what their description says, and their id decides the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.people.shapes import SHAPES, Shape, Swimmer
from sparkle_motion_dagster.engines.images.storyboard.words import (
    description_vocabulary as vocabulary,
)
from sparkle_motion_dagster.engines.images.storyboard.words.beings import ANIMALS
from sparkle_motion_dagster.engines.images.storyboard.words.descriptions import Description
from sparkle_motion_dagster.engines.images.storyboard.words.matching import whole

Frame: TypeAlias = Literal["boxy", "round", "slim", "flying"]
Gait: TypeAlias = Literal["legs", "wheels", "tracks", "none"]

GROWN_UP = 1.7
"""How tall people are taken to be, in metres."""

PERSON_HEAD = GROWN_UP / 13
"""Half the height of a person's head, in metres."""


@dataclass(frozen=True)
class Eye:
    """An eye; in a head's units from the middle of the face, seen from the front."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Robot:
    """A robot's body.

    Attributes:
        stature: Its height in metres.
        frame: How it is built.
        gait: What it stands on.
        metal: The colour of its body.
        accent: The colour of its trim.
        glow: The colour of its eyes, and of what shines when it speaks.
        eyes: Its eyes.
        visor: Whether they lie behind one pane.
        dented: Whether the metal is dented.
        rusty: Whether there is rust on it.
        aerial: Whether there is an aerial on the head.
        garment: The colour of what it wears, if that is anything.
    """

    stature: float
    frame: Frame
    gait: Gait
    metal: Colour
    accent: Colour
    glow: Colour
    eyes: tuple[Eye, ...]
    visor: bool
    dented: bool
    rusty: bool
    aerial: bool
    garment: Colour | None

    @property
    def floats(self) -> bool:
        """Whether it hangs in the air or the water."""
        return self.frame == "flying"

    @property
    def soles(self) -> float:
        """How far below the face the ground is."""
        return {"boxy": 560.0, "round": 480.0, "slim": 980.0, "flying": 420.0}[self.frame]


@dataclass(frozen=True)
class Animal:
    """An animal's body.

    Attributes:
        stature: Its height in metres.
        shape: The shape that its species has.
        fur: The colour of its fur, feathers or scales.
        pale: The colour of its belly and muzzle.
        marks: The colour of stripes, masks, manes and hooves.
        iris: The colour of the eyes.
        spots: The colour of its spots, if it has some.
        collar: The colour of its collar, if it has one.
        garment: The colour of what it wears, if that is anything.
    """

    stature: float
    shape: Shape
    fur: Colour
    pale: Colour
    marks: Colour
    iris: Colour
    spots: Colour | None
    collar: Colour | None
    garment: Colour | None

    @property
    def floats(self) -> bool:
        """Whether it hangs in the air or the water."""
        return isinstance(self.shape, Swimmer)

    @property
    def soles(self) -> float:
        """How far below the face the ground is."""
        return self.shape.soles

    @property
    def eyes(self) -> tuple[Eye, ...]:
        """Its eyes."""
        return tuple(
            Eye(side * self.shape.spacing, -self.shape.rise, self.shape.eye) for side in (-1, 1)
        )


_METALS: tuple[Colour, ...] = (
    (172, 184, 194), (206, 172, 112), (150, 190, 186), (198, 140, 120), (220, 222, 226),
)  # fmt: skip
_FRAMES: tuple[tuple[str, Frame], ...] = (
    (r"drones?|hover\w*|flying|floating|quadcopter", "flying"),
    (r"box(?:y|-shaped)|square|cub(?:e|ic|oid)|angular|blocky|cabinet|computer", "boxy"),
    (r"round|spheric\w+|ball\w*|egg\w*|dome\w*|orb|globe", "round"),
    (r"androids?|humanoid|cyborgs?|slim|slender|tall|sleek|thin|lanky|human-?like", "slim"),
)
_GAITS: tuple[tuple[str, Gait], ...] = (
    (r"wheel\w*|castors?", "wheels"),
    (r"tracks?|tracked|treads?|caterpillar\w*|tank", "tracks"),
    (r"legs?|legged|feet|walk\w*", "legs"),
)
_SIZES = (
    (r"tiny|minuscule|palm-sized|pocket-sized", 0.45),
    (r"small|little|young|puppy|puppies|pup|kittens?|foal|fawn|piglet|calf|lambs?|duckling", 0.7),
    (r"huge|giant|gigantic|enormous|towering|colossal", 1.7),
    (r"large|big|great", 1.25),
    (r"tall", 1.12),
)
_LEAST = 0.16
"""What is smaller, in metres, nobody would find in a picture."""

_MANY_EYES = {"one": 1, "single": 1, "two": 2, "three": 3, "four": 4}
_GARMENTS = r"waistcoat|vest|jacket|cloak|cape|apron|sweater|jumper|uniform"
"""What nobody has but by wearing it: a coat and a shirt front may be fur."""

_WEARS = re.compile(
    r"\b(?:wear\w*|dressed in|clad in|in (?:a|an|his|her|its|their)"
    rf"|(?:with|and) (?=(?:an? )?(?:\w+ ){{0,2}}(?:{_GARMENTS})\b))\b([^,;.]*)",
    re.I,
)


def robot_of(person: str, description: str) -> Robot:
    """Return a robot's body: always the same for an id and description."""
    text = _unclothed(description)
    said = Description(text)
    dice = Dice(f"{person}\nskin")
    # An eye's roundness says nothing about the body's.
    shape = re.sub(r"\b\w+(?: \w+)? (?:eyes?|lens|optics?)\b", " ", text)
    frame: Frame = next(
        (frame for words, frame in _FRAMES if _has(words, shape)), dice.pick(("boxy", "round"))
    )
    gait: Gait = next((gait for words, gait in _GAITS if _has(words, text)), "legs")
    metal = said.colour_of(
        r"robot\w*|android|droid|drone|machine|metal\w*|body|shell|hull|casing|plating|chassis"
        r"|paint\w*|steel|finish|computer"
    )
    metal = (
        metal
        or _lone_colour(text, vocabulary.COLOURS)
        or next((colour for words, colour in _MATERIALS if _has(words, text)), dice.pick(_METALS))
    )
    height = {"boxy": 1.5, "round": 1.2, "slim": 1.8, "flying": 1.2}[frame]
    return Robot(
        stature=height * _size(text),
        frame=frame,
        gait="none" if frame == "flying" else gait,
        metal=metal,
        accent=said.colour_of(r"trim|stripes?|accents?|markings?")
        or mix(metal, (40, 42, 56), 0.45),
        glow=said.colour_of(r"eyes?|lens|optics?|visor|lights?|lamps?") or (70, 200, 220),
        eyes=_robot_eyes(text),
        visor=_has(r"visor|goggles", text),
        dented=_has(r"dent\w*|batter\w*|old|worn|scratch\w*|scarred|damaged", text),
        rusty=_has(r"rust\w*|corroded", text),
        aerial=not _has(r"no (?:aerial|antenna)", text) and frame != "slim",
        garment=_garment(description),
    )


_MATERIALS: tuple[tuple[str, Colour], ...] = (
    (r"chrome\w*|steel|silvery?", (196, 202, 210)),
    (r"brass|bronze", (206, 166, 84)),
    (r"copper\w*", (184, 112, 70)),
    (r"gold(?:en)?", (220, 178, 84)),
    (r"rust\w*|corroded", (164, 120, 92)),
    (r"metal\w*|iron|tin", (160, 168, 176)),
)


def _robot_eyes(text: str) -> tuple[Eye, ...]:
    counted = re.search(
        r"\b(one|single|two|three|four)[- ](?:[\w-]+ ){0,3}(?:eyes?|eyed|lens)\b", text
    )
    singular = _has(r"(?:a|an|its|his|her) (?:[\w-]+ ){0,3}eye|cyclops|one-eyed", text)
    count = _MANY_EYES[counted[1]] if counted else 1 if singular else 2
    if count == 1:
        return (Eye(0, -14, 40),)
    if count == 2:
        return tuple(Eye(side * 40, -12, 23) for side in (-1, 1))
    gap = 110 / (count - 1)
    return tuple(Eye(-55 + gap * index, -12, 42 / count + 4) for index in range(count))


def animal_of(person: str, species: str, description: str) -> Animal:
    """Return an animal's body; see `robot_of`."""
    text = _unclothed(description)
    said = Description(text)
    shape = SHAPES[species]
    dice = Dice(f"{person}\nskin")
    metallic = _has(r"robot\w*|mechanical|clockwork|metal\w*", text)
    words = (
        r"fur|furred|coat|feather\w*|plumage|scales?|wool|hide|body|mane|robot|" + ANIMALS[species]
    )
    table = _MATERIALS if metallic else _KNOWN_FURS
    usual = next((colour for words, colour in table if _has(words, text)), None)
    if metallic and usual is None:
        usual = _METALS[0]
    fur = (
        said.colour_of(words, _FURS) or _lone_colour(text, _FURS) or usual or dice.pick(shape.furs)
    )
    belly = said.colour_of(r"belly|chest|breast|muzzle|paws|face")
    spots = said.colour_of(r"spots?|patch(?:es)?|spotted|dapple\w*") or mix(fur, (30, 24, 30), 0.6)
    return Animal(
        stature=max(_LEAST, shape.stature * _size(text)),
        shape=shape,
        fur=fur,
        pale=belly or mix(fur, (255, 250, 244), shape.paler),
        marks=mix(fur, (30, 24, 32), 0.62),
        iris=said.colour_of(r"eyes?|eyed") or dice.pick(_IRISES[species == "cat"]),
        spots=spots if _has(r"spots?|spotted|patch(?:es|y)?|dalmatian|dapple\w*", text) else None,
        collar=(said.colour_of(r"collar") or (170, 52, 48)) if _has(r"collar", text) else None,
        garment=_garment(description),
    )


_FURS: Mapping[str, Colour] = {
    **vocabulary.COLOURS, "red": (192, 98, 52), "ginger": (204, 132, 70), "chestnut": (128, 74, 46),
    "golden": (206, 158, 92), "tawny|sandy|fawn": (202, 160, 108),
}  # fmt: skip
"""What colours mean where they are said of fur: a red fox is not as red as a red coat."""

_KNOWN_FURS: tuple[tuple[str, Colour], ...] = (
    (r"goldfish", (236, 142, 52)),
    (r"polar bear|swan|doves?|seagulls?|gulls?|lambs?", (240, 236, 228)),
    (r"panda|blackbird|gorilla", (56, 52, 60)),
    (r"canary|duckling|chicks?", (238, 202, 84)),
    (r"dolphins?|seals?|sharks?", (128, 140, 154)),
)
"""What colour some animals always have."""

_IRISES: tuple[tuple[Colour, ...], tuple[Colour, ...]] = (
    ((110, 74, 44), (84, 58, 40)),
    ((176, 178, 70), (120, 168, 90)),
)


def _size(text: str) -> float:
    return next((size for words, size in _SIZES if _has(words, text)), 1.0)


def _lone_colour(text: str, colours: Mapping[str, Colour]) -> Colour | None:
    """Return a colour that is all that a clause says, but for how light it is."""
    for clause in re.split(r"[,;.]", text):
        for words, colour in colours.items():
            if re.fullmatch(
                rf"(?:(?:light|dark|pale|all|mostly) )?(?:{words})(?: and \w+)?", clause.strip()
            ):
                return colour
    return None


def _garment(description: str) -> Colour | None:
    """Return the colour of what covers the body: an animal's own coat is not worn."""
    worn = _WEARS.search(description)
    if worn is None or not _has("|".join(vocabulary.CLOTHES), worn[1].lower()):
        return None
    return Description(worn[1]).colour_of("|".join(vocabulary.CLOTHES)) or (92, 98, 124)


def _unclothed(description: str) -> str:
    """Return a description, in lower case, without what is worn."""
    return _WEARS.sub(" ", description).lower()


def _has(words: str, text: str) -> bool:
    return whole(words).search(text) is not None
