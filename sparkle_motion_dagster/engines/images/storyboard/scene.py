"""What a drawing knows of itself, and no pixel tells: where the faces are, what has to hold still.

Engines that draw hand it on, so that a camera can follow faces and mouths can move where they are.
Places are shares of the whole frame: x of its width from the left, y of its height from the top.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class Mouth:
    """The shape of a mouth; every field may lie between the values that are named.

    Attributes:
        opening: How far the jaw has dropped: 0 closed, 1 wide open.
        width: -1 rounded and pushed forward, 0 at rest, 1 spread.
        curve: The corners: -1 far down, 0 level, 1 far up.
        press: How firmly the lips are pressed together, 0 to 1.
        tuck: How far the lower lip lies under the upper teeth, 0 to 1.
        tongue: How far the tongue reaches the upper teeth, 0 to 1.
    """

    opening: float = 0.0
    width: float = 0.0
    curve: float = 0.0
    press: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0


@dataclass(frozen=True)
class Expression:
    """What a face does.

    Attributes:
        mouth: The mouth.
        brows: How high the eyebrows are: -1 low, 0 at rest, 1 at full height.
        frown: How the eyebrows slant: -1 worried (inner ends up), 1 angry (inner ends down).
        lids: How far the eyes are open: 0 closed, 1 as usual, 1.3 wide.
        squint: How far the lower lids are pushed up, as a smile does: 0 to 1.
        gaze: Where the eyes look: right and down in the picture, each -1 to 1.
        tears: Wet eyes, 0 to 1.
        blush: Red cheeks, 0 to 1.
    """

    mouth: Mouth = Mouth()
    brows: float = 0.0
    frown: float = 0.0
    lids: float = 1.0
    squint: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
    tears: float = 0.0
    blush: float = 0.0


@dataclass(frozen=True)
class Light:
    """How a scene is lit; its light falls on people and things alike. Colours are RGB, 0 to 255.

    Attributes:
        ambient: The light from everywhere: what white looks like in the shadow.
        key: The colour of the main light.
        strength: How much the main light shows against the ambient one, 0 to 1.
        side: Where the main light comes from: -1 from the left, 0 from the front, 1 from the right.
    """

    ambient: tuple[int, int, int] = (255, 255, 255)
    key: tuple[int, int, int] = (255, 255, 255)
    strength: float = 0.0
    side: float = 0.0


class _Scene(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Face(_Scene):
    """A face seen from the front, or nearly so.

    Attributes:
        character_id: Whose it is.
        x: The middle of the face.
        y: The middle of the face.
        size: Half the height of the head, as a share of the frame's height.
        turn: How far the head is turned: -1 to the left of the picture, 1 to its right.
        tilt: How far the head is tilted, clockwise, in degrees.
        expression: What it was drawn with; whoever moves its mouth begins and ends there.
        light: What it was drawn under.
    """

    character_id: str
    x: float
    y: float
    size: float = Field(gt=0)
    turn: float = Field(default=0, ge=-1, le=1)
    tilt: float = Field(default=0, ge=-45, le=45)
    expression: Expression = Expression()
    light: Light = Light()


class Box(_Scene):
    """A part of a picture."""

    left: float = Field(ge=0, le=1)
    top: float = Field(ge=0, le=1)
    right: float = Field(ge=0, le=1)
    bottom: float = Field(ge=0, le=1)


class KeyframeScene(_Scene):
    """A keyframe's scene.

    Attributes:
        strip_rows: Height of the caption strip at the upper edge, in pixels, even; 0 is none.
        faces: Who is seen from near enough for a mouth to be read.
        group: What three people or more take of the picture: all of them are to be seen.
    """

    strip_rows: int = Field(default=0, ge=0)
    faces: tuple[Face, ...] = ()
    group: Box | None = Field(default=None, exclude_if=lambda group: group is None)


def highest_strip(scenes: Iterable[Path]) -> int:
    """Return the height of the highest caption strip of keyframes, in pixels; 0: they have none.

    Args:
        scenes: Files of keyframes' scenes.

    Raises:
        ValidationError: A file holds no scene.
    """
    read = (KeyframeScene.model_validate_json(scene.read_bytes()) for scene in scenes)
    return max((scene.strip_rows for scene in read), default=0)


class SeenFace(_Scene):
    """A face in one frame of a clip, and how much of it shows (less than 1 in a dissolve)."""

    face: Face
    share: float = Field(gt=0, le=1)


class ClipScene(_Scene):
    """Where the faces are in every frame of a clip.

    Attributes:
        faces: For each frame of the clip, in order, the faces in it.
    """

    faces: tuple[tuple[SeenFace, ...], ...]
