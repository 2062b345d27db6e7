"""The stand-in's face detector: a face is what is bright."""

from enum import Enum

import numpy as np


class LandmarksType(Enum):
    """What is looked for."""

    _2D = 1


class FaceAlignment:
    """Finds the bright part of a picture."""

    def __init__(self, landmarks, *, device):
        self.device = device

    def get_detections_for_batch(self, images):
        return [self._detected(image) for image in images]

    def _detected(self, image):
        rows, columns = np.nonzero(image.min(axis=2) > 200)
        if not len(rows):
            return None
        return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
