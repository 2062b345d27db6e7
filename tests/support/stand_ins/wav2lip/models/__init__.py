"""The stand-in's model."""

import numpy as np


class Painter:
    """Paints in one colour, the more the louder it is."""

    def __init__(self, colour):
        self.colour = colour

    def __call__(self, face, loudness):
        share = min(2 * loudness, 1.0)
        return np.uint8((1 - share) * face + share * np.array(self.colour))
