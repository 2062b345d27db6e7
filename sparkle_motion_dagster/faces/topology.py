"""Which points of the face mesh lie where.

The numbers are those of MediaPipe's canonical face model, as its face_mesh_connections list them.
Left and right are the picture's.
"""

import numpy as np
from numpy.typing import NDArray

UPPER_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_OUTER = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
UPPER_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
"""The lips' edges, each from the left corner to the right one, eleven points of which point n of
one lies opposite point n of the others."""

LEFT_CORNER, RIGHT_CORNER = 61, 291
LEFT_EYE, RIGHT_EYE = 33, 263
"""Outer corners of the eyes."""

LEFT_UPPER_LID = (33, 246, 161, 160, 159, 158, 157, 173, 133)
LEFT_LOWER_LID = (33, 7, 163, 144, 145, 153, 154, 155, 133)
RIGHT_UPPER_LID = (362, 398, 384, 385, 386, 387, 388, 466, 263)
RIGHT_LOWER_LID = (362, 382, 381, 380, 374, 373, 390, 249, 263)
"""The lids' edges, each from left to right, of which point n of one lies opposite point n of the
other."""

LEFT_BROW = (46, 53, 52, 65, 55)
RIGHT_BROW = (285, 295, 282, 283, 276)
"""The brows' lower edges, each from left to right."""

FOREHEAD, BRIDGE, CHIN = 10, 168, 152
"""The top of the forehead, between the eyes, and the lowest point of the chin."""

NOSE_TIP = 1

LEFT_EAR, RIGHT_EAR = 234, 454
"""Where the face ends before the ears."""

LEFT_CHEEK, RIGHT_CHEEK = 205, 425

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The face's outline, clockwise from the top of the forehead."""


def face_height(points: NDArray[np.float64]) -> float:
    """Return how far it is from the top of the forehead to the chin of a mesh, in pixels."""
    return float(np.hypot(*(points[CHIN] - points[FOREHEAD])))
