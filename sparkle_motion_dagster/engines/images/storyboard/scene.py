"""What a drawing knows of itself, and no pixel tells: where the faces are, what has to hold still.

Engines that draw hand it on, so that a camera can follow faces and mouths can move where they are.
Places are shares of the whole frame: x of its width from the left, y of its height from the top.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from sparkle_motion_dagster.engines.images.storyboard.canvas.light import Light
from sparkle_motion_dagster.engines.images.storyboard.words.expressions import Expression


class _Scene(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class KeyframeScene(_Scene):
    """A keyframe's scene.

    Attributes:
        strip_rows: Height of the caption strip at the upper edge, in pixels, even; 0 is none.
        faces: Who is seen from near enough for a mouth to be read.
    """

    strip_rows: int = Field(default=0, ge=0)
    faces: tuple[Face, ...] = ()


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
