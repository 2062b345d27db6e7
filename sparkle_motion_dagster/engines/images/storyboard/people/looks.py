"""What characters look like: what their description says, and their id decides the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour, hsv, mix
from sparkle_motion_dagster.engines.images.storyboard.canvas.dice import Dice
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import (
    BeardStyle,
    ClothesStyle,
    GlassesStyle,
    HairStyle,
    HatStyle,
    Kind,
)
from sparkle_motion_dagster.engines.images.storyboard.words.descriptions import Description


@dataclass(frozen=True)
class Build:
    """The shape of a head and body; 1 is what is usual.

    Attributes:
        jaw: How broad the jaw is.
        cheeks: How broad the face is.
        eyes: How large the eyes are.
        spacing: How far the eyes are apart.
        nose: How large the nose is.
        lips: How full the lips are.
        shoulders: How broad the shoulders are.
        girth: How stout the body is.
    """

    jaw: float = 1.0
    cheeks: float = 1.0
    eyes: float = 1.0
    spacing: float = 1.0
    nose: float = 1.0
    lips: float = 1.0
    shoulders: float = 1.0
    girth: float = 1.0


@dataclass(frozen=True)
class Hair:
    """Hair; `parting` is where it parts, -1 left to 1 right."""

    style: HairStyle
    colour: Colour
    parting: float
    fringe: bool = False


@dataclass(frozen=True)
class Brows:
    """Eyebrows; `weight` 1 is usual."""

    colour: Colour
    weight: float = 1.0


@dataclass(frozen=True)
class Hat:
    """A hat; `size` 1 fits."""

    style: HatStyle
    colour: Colour
    size: float = 1.0


@dataclass(frozen=True)
class Clothes:
    """What is worn; `under` is the shirt's colour, `trim` that of buttons, ties and linings."""

    style: ClothesStyle
    colour: Colour
    under: Colour
    trim: Colour
    scarf: Colour | None = None
    tie: Colour | None = None
    apron: Colour | None = None
    pendant: Colour | None = None
    buttons: bool = False


@dataclass(frozen=True)
class Look:
    """What a character looks like. ``backdrop`` is the colour that stands for them."""

    kind: Kind
    age: float
    feminine: bool
    skin: Colour
    iris: Colour
    hair: Hair
    brows: Brows
    beard: BeardStyle
    glasses: GlassesStyle
    freckles: bool
    smudge: Colour | None
    hat: Hat
    clothes: Clothes
    build: Build
    backdrop: Colour

    @property
    def youth(self) -> float:
        """How much of a child they are, 0 to 1: 1 at six years, 0 from eighteen on."""
        return min(max((18 - self.age) / 12, 0), 1)

    @property
    def wrinkles(self) -> float:
        """How much their years show, 0 to 1."""
        return min(max((self.age - 42) / 32, 0), 1)


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


def look_of(person: str, description: str | None = None) -> Look:
    """Return a character's look: always the same for an id and description.

    The dice of every feature are its own, so that a word more in the description changes what it
    says and nothing else.

    Args:
        person: The character's id; a given name in it tells what the description leaves open.
        description: What somebody wrote about them.
    """
    said = Description(description or "", name=person)
    if said.kind != "person":
        return _creature(person, said)
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
        kind="person",
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


_FURS: tuple[Colour, ...] = (
    (142, 144, 152), (204, 132, 70), (62, 58, 66), (236, 228, 214), (150, 112, 82),
)  # fmt: skip
_METALS: tuple[Colour, ...] = (
    (172, 184, 194), (206, 172, 112), (150, 190, 186), (198, 140, 120), (220, 222, 226),
)  # fmt: skip


def _creature(person: str, said: Description) -> Look:
    """Return the look of a cat or a robot: a person's, but for the skin."""
    dice = _dice(person, "skin")
    hue = _dice(person, "hue").between(0, 1)
    cat = said.kind == "cat"
    skin = said.body_colour or dice.pick(_FURS if cat else _METALS)
    dark = mix(skin, (26, 22, 32), 0.5)
    clothes = _clothes(person, said, hue, feminine=False)
    return Look(
        kind=said.kind,
        age=said.age or 28,
        feminine=bool(said.feminine),
        skin=skin,
        iris=(176, 178, 70) if cat else (70, 190, 210),
        hair=Hair(style="bald", colour=dark, parting=dice.between(-0.7, 0.7)),
        brows=Brows(colour=dark, weight=0.6),
        beard="none",
        glasses=said.glasses,
        freckles=False,
        smudge=None,
        hat=Hat(said.hat_style, _hat_colour(said, clothes, hue), said.hat_size),
        clothes=clothes,
        build=Build(jaw=1.05, cheeks=1.06, eyes=1.16, nose=0.7, lips=0.7),
        backdrop=hsv(hue + 0.5, 0.22, 0.8),
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
