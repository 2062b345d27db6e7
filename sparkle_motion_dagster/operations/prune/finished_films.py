"""What becomes of films that are finished, when room is made."""

from enum import StrEnum


class FinishedFilms(StrEnum):
    """Whether runs whose film is finished may go."""

    STAY = "stay"
    MAY_GO = "may go"
