"""A look: all that drawings need to know of somebody."""

from dataclasses import dataclass

from sparkle_motion_dagster.engines.images.storyboard.canvas.colours import Colour
from sparkle_motion_dagster.engines.images.storyboard.people.bodies import (
    PERSON_HEAD,
    Animal,
    Robot,
)
from sparkle_motion_dagster.engines.images.storyboard.words.beings import (
    PERSON,
    ROBOT,
    Presence,
)
from sparkle_motion_dagster.engines.images.storyboard.words.description_vocabulary import (
    BeardStyle,
    ClothesStyle,
    GlassesStyle,
    HairStyle,
    HatStyle,
)


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
    """What a character looks like.

    ``backdrop`` is the colour that stands for them, ``creature`` the body of who is no person, and
    ``species`` what they are; ``presence`` tells how much of them shows.
    """

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
    species: str = PERSON
    creature: Robot | Animal | None = None
    presence: Presence = "solid"

    @property
    def is_robot(self) -> bool:
        """Whether they are a robot."""
        return self.species == ROBOT

    @property
    def is_seen(self) -> bool:
        """Whether anything of them is seen."""
        return self.presence != "none"

    @property
    def opacity(self) -> float:
        """How opaque they are: one sees through ghosts."""
        return 0.66 if self.presence == "translucent" else 1.0

    @property
    def head(self) -> float:
        """Half the height of a grown-up's head or a creature's, in metres."""
        if self.creature is None:
            return PERSON_HEAD
        return 100 * self.creature.stature / (self.creature.soles + 100)

    @property
    def youth(self) -> float:
        """How much of a child they are, 0 to 1: 1 at six years, 0 from eighteen on."""
        return min(max((18 - self.age) / 12, 0), 1)

    @property
    def wrinkles(self) -> float:
        """How much their years show, 0 to 1."""
        return min(max((self.age - 42) / 32, 0), 1)
