"""The stand-in's model."""

import numpy as np


class Made(np.ndarray):
    """What a model made, as far as the script and whoever runs it ask of a tensor."""

    def cpu(self):
        return self

    def numpy(self):
        return np.asarray(self)


class Painter:
    """Paints faces in one colour, the more the louder it is."""

    def __init__(self, colour):
        self.colour = np.array(colour)[:, None, None] / 255

    def __call__(self, loudness, faces):
        share = np.minimum(2 * loudness, 1.0)[:, None, None, None]
        return ((1 - share) * faces[:, 3:] + share * self.colour).view(Made)
