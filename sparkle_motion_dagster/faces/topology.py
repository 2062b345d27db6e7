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

FOREHEAD, BRIDGE, CHIN = 10, 168, 152
"""The top of the forehead, between the eyes, and the lowest point of the chin."""

LEFT_CHEEK, RIGHT_CHEEK = 205, 425

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The face's outline, clockwise from the top of the forehead."""

STILL = (
    1, 2, 98, 327, 129, 358, 168, 195, 145, 374, 110, 339, 50, 280, 101, 330, 118, 347, 117, 346,
    123, 352, 234, 454, 93, 323, 36, 266,
)  # fmt: skip
"""Points that no mouth moves: nose, lower lids, upper cheeks, ears."""

JAW = {
    132: 0.1, 361: 0.1, 58: 0.3, 288: 0.3, 172: 0.5, 397: 0.5, 136: 0.66, 365: 0.66, 150: 0.8,
    379: 0.8, 149: 0.9, 378: 0.9, 176: 0.96, 400: 0.96, 148: 1.0, 377: 1.0, 152: 1.0,
    18: 1.0, 200: 1.0, 199: 1.0, 182: 0.97, 406: 0.97, 106: 0.92, 335: 0.92, 204: 0.85, 424: 0.85,
    202: 0.75, 422: 0.75, 43: 0.5, 273: 0.5, 212: 0.55, 432: 0.55, 214: 0.35, 434: 0.35,
    57: 0.25, 287: 0.25, 192: 0.25, 416: 0.25,
}  # fmt: skip
"""Points that follow the jaw, and how far: 1 is as far as the chin."""

CHEEKS = {
    205: 0.12, 425: 0.12, 207: 0.25, 427: 0.25, 187: 0.12, 411: 0.12, 216: 0.3, 436: 0.3,
    206: 0.06, 426: 0.06, 92: 0.05, 322: 0.05, 186: 0.08, 410: 0.08, 164: 0.0,
}  # fmt: skip
"""Points between what moves and what does not, and how far they follow the jaw."""


def face_height(points: NDArray[np.float64]) -> float:
    """Return how far it is from the top of the forehead to the chin of a mesh, in pixels."""
    return float(np.hypot(*(points[CHIN] - points[FOREHEAD])))
