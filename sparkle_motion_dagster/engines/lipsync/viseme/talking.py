"""A drawn face that speaks and blinks."""

from dataclasses import replace

from sparkle_motion_dagster.engines.images.storyboard.people.look import Look
from sparkle_motion_dagster.engines.images.storyboard.scene import Expression, Face, Mouth
from sparkle_motion_dagster.engines.lipsync.viseme.parts import EyesPart, MouthPart, Part, Sitting
from sparkle_motion_dagster.engines.lipsync.viseme.retouch import retouched
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.units import FrameSize

_OPENINGS, _WIDTHS, _CURVES = 14, 3, 6
"""Mouths are drawn in steps of one part in so many, and each only once."""

_LIDS = 2
_OPEN = 0.3
"""Eyes that are less open do not blink."""

_KEPT_MOOD = 0.6
"""How much of a smile a speaking mouth keeps."""


class TalkingFace:
    """A face as it was drawn, which can be made to speak and to blink.

    Args:
        face: The face, as large as it gets.
        look: Whose it is.
        frame: Size of the frames that it is in.
    """

    def __init__(self, face: Face, look: Look, frame: FrameSize) -> None:
        self._expression = face.expression
        sitting = Sitting(face, look, frame)
        self._mouth = MouthPart(sitting)
        self._opacity = look.opacity
        self._eyes = EyesPart(sitting)

    def shown(
        self, frame: YuvFrame, face: Face, share: float, mouth: Mouth | None, closed: float
    ) -> YuvFrame:
        """Return a frame in which the face speaks and blinks.

        Args:
            frame: The frame.
            face: Where the face is in it.
            share: How much of the face shows in it, 0 to 1.
            mouth: What the mouth does; None leaves it as it was drawn.
            closed: How far a blink has closed the eyes, 0 to 1.
        """
        parts: list[tuple[Part, Expression]] = []
        if mouth is not None:
            parts.append((self._mouth, replace(self._expression, mouth=_in_steps(mouth))))
        step = round(_LIDS * closed)
        if step and self._expression.lids > _OPEN:
            lids = self._expression.lids * (1 - step / _LIDS)
            parts.append((self._eyes, replace(self._expression, lids=lids)))
        for part, expression in parts:
            patch = part.patch(expression)
            if patch is not None:
                frame = retouched(frame, patch, face, share * self._opacity)
        return frame


def speaking(expression: Expression, mouth: Mouth, presence: float) -> Mouth | None:
    """Return the mouth of a face that speaks.

    Args:
        expression: The face's own expression, in whose mouth speaking begins and ends.
        mouth: What the sounds ask for.
        presence: How far it speaks, 0 to 1.

    Returns:
        The mouth, or None where it is the expression's own.
    """
    if presence <= 0:
        return None
    own = expression.mouth
    spoken = replace(mouth, curve=_KEPT_MOOD * own.curve)
    return Mouth(
        **{
            name: getattr(own, name) + presence * (getattr(spoken, name) - getattr(own, name))
            for name in ("opening", "width", "curve", "press", "tuck", "tongue")
        }
    )


def _in_steps(mouth: Mouth) -> Mouth:
    def step(value: float, steps: int) -> float:
        return round(value * steps) / steps

    return Mouth(
        opening=step(mouth.opening, _OPENINGS),
        width=step(mouth.width, _WIDTHS),
        curve=step(mouth.curve, _CURVES),
        press=step(mouth.press, 1),
        tuck=step(mouth.tuck, 1),
        tongue=step(mouth.tongue, 1),
    )
