"""Which points of the face mesh lie where.

The numbers are those of MediaPipe's canonical face model, as its face_mesh_connections list them.
Left and right are the picture's.
"""

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

BRIDGE, CHIN = 168, 152
"""Between the eyes, and the lowest point of the chin."""

LEFT_CHEEK, RIGHT_CHEEK = 205, 425

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The face's outline, clockwise from the top of the forehead."""

STILL = (
    1, 2, 98, 327, 129, 358, 195, 50, 280, 101, 330, 118, 347, 234, 454, 93, 323, 36, 266,
)  # fmt: skip
"""Points that no mouth moves: nose, upper cheeks, ears."""

FOLLOW_JAW = {
    132: 0.05, 361: 0.05, 58: 0.18, 288: 0.18, 172: 0.36, 397: 0.36, 136: 0.5, 365: 0.5,
    150: 0.62, 379: 0.62, 149: 0.72, 378: 0.72, 176: 0.78, 400: 0.78, 148: 0.8, 377: 0.8, 152: 0.8,
    18: 0.95, 200: 0.88, 199: 0.84, 182: 0.92, 406: 0.92, 204: 0.8, 424: 0.8,
    202: 0.7, 422: 0.7, 43: 0.5, 273: 0.5, 214: 0.3, 434: 0.3,
    57: 0.25, 287: 0.25,
    205: 0.1, 425: 0.1, 207: 0.2, 427: 0.2, 187: 0.1, 411: 0.1, 216: 0.2, 436: 0.2,
    206: 0.04, 426: 0.04, 164: 0.0,
}  # fmt: skip
"""Points of chin and cheeks, and how far they follow the jaw: 1 is as far as the lower lip."""
