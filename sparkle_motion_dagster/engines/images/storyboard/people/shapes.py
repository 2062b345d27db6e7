"""The shapes of animals, species by species.

They are measured as heads are: in hundredths of half the head's height from the face's middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour

Ears: TypeAlias = Literal["pointed", "round", "floppy", "long", "sideways", "none"]
Tail: TypeAlias = Literal["thin", "bushy", "stub", "hair", "tuft", "none"]
Coat: TypeAlias = Literal["plain", "mask", "stripes", "wool", "mane", "spines"]
Crest: TypeAlias = Literal["none", "antlers", "horns"]
Beak: TypeAlias = Literal["short", "long", "hooked", "flat"]


@dataclass(frozen=True)
class Beast:
    """An animal on four legs.

    Attributes:
        stature: Its height in metres, from the ground to the top of the head.
        furs: The colours that are usual.
        width: Half the breadth of the head.
        jaw: Half its breadth at the chin.
        ears: What ears it has.
        ear: How large they are; 1 is a cat's.
        muzzle: Half the breadth and height of the muzzle.
        chest: How far below the face the middle of the chest is.
        forward: How far before the chest the head is.
        length: From the chest to the rump.
        depth: Half the depth of the body.
        leg: From the middle of the chest to the ground.
        thick: Half the thickness of a leg.
        tail: What tail it has.
        coat: What is special about its coat.
        crest: What grows on the head.
        hoofed: Whether it has hooves instead of paws.
        whiskers: Whether it has whiskers.
        snout: Whether the nose is a flat disc.
        eye: The size of the eyes.
        spacing: Half the distance of the eyes.
        rise: How far above the middle of the face they are.
        paler: How much paler belly and muzzle are, 0 to 1.
    """

    stature: float
    furs: tuple[Colour, ...]
    width: float = 88
    jaw: float = 50
    ears: Ears = "pointed"
    ear: float = 1.0
    muzzle: tuple[float, float] = (38, 30)
    chest: float = 170
    forward: float = 30
    length: float = 320
    depth: float = 90
    leg: float = 230
    thick: float = 28
    tail: Tail = "thin"
    coat: Coat = "plain"
    crest: Crest = "none"
    hoofed: bool = False
    whiskers: bool = False
    snout: bool = False
    eye: float = 17
    spacing: float = 38
    rise: float = 0
    paler: float = 0.58

    @property
    def soles(self) -> float:
        """How far below the face the ground is."""
        return self.chest + self.leg


@dataclass(frozen=True)
class Fowl:
    """A bird.

    Attributes:
        stature: Its height in metres.
        furs: The colours that are usual.
        beak: What beak it has.
        reach: How long the beak is; 1 is a sparrow's.
        neck: How far below the face the shoulders are.
        depth: Half the breadth of the body.
        height: Half its height.
        leg: How long the legs are.
        discs: Whether there are pale discs around the eyes, and tufts for ears, as owls have.
        comb: Whether there is a comb on the head.
        paler: How much paler the breast is, 0 to 1.
        eye: The size of the eyes.
        spacing: Half the distance of the eyes.
        rise: How far above the middle of the face they are.
    """

    stature: float
    furs: tuple[Colour, ...]
    beak: Beak = "short"
    reach: float = 1.0
    neck: float = 90
    depth: float = 120
    height: float = 150
    leg: float = 90
    discs: bool = False
    comb: bool = False
    paler: float = 0.22
    eye: float = 17
    spacing: float = 44
    rise: float = 0

    @property
    def soles(self) -> float:
        """How far below the face the ground is."""
        return self.neck + 1.86 * self.height + self.leg


@dataclass(frozen=True)
class Swimmer:
    """A fish: it hangs above the ground.

    Attributes:
        stature: The height of its head above the ground, in metres.
        furs: The colours that are usual.
        length: How long the body is behind the face.
        depth: Half the depth of the body.
        height: How far below the face the ground is.
        eye: The size of the eyes.
        spacing: Half the distance of the eyes.
        rise: How far above the middle of the face they are.
        paler: How much paler the belly is, 0 to 1.
        scaly: Whether it has scales.
    """

    stature: float
    furs: tuple[Colour, ...]
    length: float = 330
    depth: float = 118
    height: float = 900
    eye: float = 20
    spacing: float = 44
    rise: float = 0
    paler: float = 0.58
    scaly: bool = True

    @property
    def soles(self) -> float:
        """How far below the face the ground is."""
        return self.height


Shape: TypeAlias = Beast | Fowl | Swimmer

_GREY: Colour = (142, 144, 152)
_GINGER: Colour = (204, 132, 70)
_BLACK: Colour = (62, 58, 66)
_WHITE: Colour = (236, 228, 214)
_BROWN: Colour = (150, 112, 82)
_DARK_BROWN: Colour = (104, 74, 56)

SHAPES: Mapping[str, Shape] = {
    "cat": Beast(
        0.42, (_GREY, _GINGER, _BLACK, _WHITE, _BROWN), width=92, muzzle=(34, 24), chest=150,
        forward=20, length=280, depth=78, leg=200, thick=24, whiskers=True, eye=20,
    ),
    "dog": Beast(
        0.72, ((160, 110, 72), (110, 100, 98), (210, 186, 150), _BLACK), ears="floppy",
        muzzle=(42, 34), leg=250,
    ),
    "wolf": Beast(
        0.95, ((132, 134, 142), (96, 94, 100)), ear=0.9, tail="bushy", coat="mask", leg=260,
    ),
    "fox": Beast(
        0.5, ((206, 110, 56), (192, 96, 48)), jaw=36, ear=1.15, muzzle=(28, 26), tail="bushy",
        coat="mask", length=290, depth=76, leg=220, thick=22, whiskers=True,
    ),
    "horse": Beast(
        2.1, ((128, 82, 56), (84, 66, 60), (226, 220, 210), (168, 112, 70)), width=56, jaw=46,
        ears="pointed", ear=0.62, muzzle=(46, 36), chest=330, forward=110, length=470, depth=128,
        leg=420, thick=30, tail="hair", coat="mane", hoofed=True, eye=14, spacing=40, rise=26,
    ),
    "donkey": Beast(
        1.4, ((140, 134, 132), (120, 100, 90)), width=58, jaw=46, ears="long", ear=0.8,
        muzzle=(42, 32), chest=260, forward=80, length=400, depth=120, leg=330, thick=28,
        tail="tuft", hoofed=True, eye=15, spacing=40, rise=22,
    ),
    "rabbit": Beast(
        0.42, (_BROWN, (190, 176, 160), _WHITE, _GREY), width=82, ears="long", muzzle=(32, 24),
        chest=140, forward=10, length=190, depth=98, leg=140, thick=26, tail="stub",
        whiskers=True, eye=19, spacing=46,
    ),
    "bear": Beast(
        1.45, (_DARK_BROWN, (120, 84, 60), _BLACK), width=94, ears="round", ear=0.8,
        muzzle=(42, 34), chest=170, length=380, depth=168, leg=280, thick=58, tail="stub", eye=13,
        spacing=36,
    ),
    "mouse": Beast(
        0.22, (_GREY, _BROWN), width=78, jaw=34, ears="round", ear=1.35, muzzle=(26, 22), chest=130,
        forward=10, length=170, depth=88, leg=130, thick=15, whiskers=True, eye=17,
    ),
    "squirrel": Beast(
        0.36, ((176, 96, 54), _GREY), width=80, ears="pointed", ear=0.8, muzzle=(28, 22), chest=140,
        forward=10, length=180, depth=84, leg=140, thick=20, tail="bushy", whiskers=True, eye=18,
    ),
    "hedgehog": Beast(
        0.28, ((150, 124, 100),), width=76, jaw=32, ears="round", ear=0.6, muzzle=(26, 24),
        chest=110, forward=10, length=190, depth=112, leg=140, thick=16, tail="none", coat="spines",
    ),
    "raccoon": Beast(
        0.45, ((128, 124, 124), _DARK_BROWN), ears="round", ear=0.8, muzzle=(32, 26), chest=140,
        length=240, depth=96, leg=180, thick=24, tail="bushy", coat="mask", whiskers=True,
    ),
    "pig": Beast(
        0.85, ((232, 176, 164), (214, 150, 140)), width=92, ears="pointed", ear=0.8,
        muzzle=(36, 28), chest=130, length=340, depth=128, leg=210, thick=30, tail="thin",
        hoofed=True, snout=True, eye=13,
    ),
    "cow": Beast(
        1.55, ((120, 82, 62), (70, 62, 62), (222, 214, 204)), width=64, jaw=52, ears="sideways",
        muzzle=(50, 34), chest=190, forward=70, length=430, depth=150, leg=330, thick=32,
        tail="tuft", crest="horns", hoofed=True, eye=15, spacing=46, rise=20,
    ),
    "sheep": Beast(
        0.95, ((232, 226, 214), (90, 84, 86)), width=62, jaw=44, ears="sideways", muzzle=(36, 28),
        chest=160, length=300, depth=138, leg=250, thick=22, tail="stub", coat="wool", hoofed=True,
        eye=15,
    ),
    "goat": Beast(
        0.95, ((222, 212, 198), (134, 110, 92)), width=60, jaw=40, ears="sideways",
        muzzle=(34, 28), chest=190, forward=50, length=300, depth=104, leg=270, thick=22,
        tail="stub", crest="horns", hoofed=True, eye=15,
    ),
    "deer": Beast(
        1.75, ((166, 114, 74), (140, 96, 66)), width=58, jaw=38, ears="sideways", muzzle=(32, 26),
        chest=280, forward=70, length=370, depth=104, leg=390, thick=20, tail="stub",
        crest="antlers", hoofed=True, eye=17, spacing=42, rise=14,
    ),
    "lion": Beast(
        1.25, ((206, 160, 100),), width=88, ears="round", ear=0.8, muzzle=(44, 34), chest=190,
        length=360, depth=112, leg=270, thick=40, tail="tuft", coat="mane", whiskers=True, eye=14,
    ),
    "tiger": Beast(
        1.05, ((214, 138, 66),), width=92, ears="round", ear=0.8, muzzle=(44, 32), chest=170,
        length=370, depth=108, leg=250, thick=38, coat="stripes", whiskers=True, eye=14,
    ),
    "monkey": Beast(
        0.7, ((122, 88, 64), (96, 78, 68)), width=84, ears="sideways", ear=0.9, muzzle=(44, 34),
        chest=150, forward=10, length=200, depth=92, leg=240, thick=24, coat="mask",
    ),
    "frog": Beast(
        0.22, ((96, 150, 72),), width=104, jaw=70, ears="none", muzzle=(62, 28), chest=110,
        forward=0, length=120, depth=104, leg=130, thick=24, tail="none", eye=24, spacing=54,
        rise=56,
    ),
    "crow": Fowl(0.4, ((50, 50, 60),), beak="long", reach=1.1),
    "owl": Fowl(0.45, ((148, 116, 86), (190, 176, 156)), beak="hooked", reach=0.8, depth=132,
                leg=50, discs=True, paler=0.5, eye=30, spacing=42),
    "parrot": Fowl(0.4, ((66, 160, 82), (206, 62, 52), (60, 120, 196)), beak="hooked", reach=1.3),
    "penguin": Fowl(0.8,
    ((48, 50, 62),), beak="long", reach=0.9, neck=70, height=190, leg=26, paler=0.92),
    "duck": Fowl(0.45, ((238, 236, 228), (128, 104, 80)), beak="flat", reach=1.2, neck=120, leg=60),
    "hen": Fowl(0.45, ((196, 120, 70), (238, 232, 222)), beak="short", comb=True, depth=140),
    "eagle": Fowl(0.85, ((104, 78, 58),), beak="hooked", reach=1.4, height=170),
    "bird": Fowl(0.3, ((140, 118, 96), (108, 130, 160), (196, 130, 80)), paler=0.55),
    "fish": Swimmer(0.9, ((232, 142, 62), (110, 146, 176), (206, 176, 96))),
    "whale": Swimmer(
        2.4, ((96, 116, 136), (120, 128, 138)), length=420, depth=140, height=420, eye=15,
        scaly=False,
    ),
}  # fmt: skip
"""What every one of `beings.ANIMALS` looks like."""
