"""Film states as they were kept before they became one record: spread over several small files.

They are read as long as nobody has changed the film's state, and go with the first change.
"""

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.errors import UnreadableStateError
from sparkle_motion_dagster.artifacts.film_state import (
    STATE,
    FilmState,
    Holder,
    ProgressReport,
    Review,
    Status,
)
from sparkle_motion_dagster.units import Record

REVIEWS = "reviews"
"""The folder that held decisions, a file a stage."""

_CONTROL, _PROGRESS, _HOLDER = "control.json", "progress.json", ".held-by"
"""What belonged to the run that held the film; wishes, in the first, ended with it."""

RecordT = TypeVar("RecordT", bound=Record)


def holds_state(name: str) -> bool:
    """Tell whether a file of a run folder holds a part of its film's state, now or once."""
    return name in (STATE, _CONTROL, _PROGRESS, _HOLDER) or name.startswith(f"{REVIEWS}/")


def is_old_status(data: bytes) -> bool:
    """Tell whether the file of a state holds a status alone."""
    return _parsed(Status, data) is not None


def old_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a run folder that may hold a part of its film's state, by their names."""
    paths = [folder / name for name in (STATE, _CONTROL, _PROGRESS, _HOLDER)]
    found = {}
    for path in (*paths, *(folder / REVIEWS).glob("*.json")):
        with contextlib.suppress(FileNotFoundError):
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def folded(files: Mapping[str, bytes], folder: Path) -> FilmState:
    """Return the state that files of a folder hold, by their names; what none says is not set.

    Who held the film, and how far that run was, is not set either where nobody can read it: it
    counted only while that run went on.

    Raises:
        UnreadableStateError: A decision of a person is damaged.
    """
    reviews = {}
    for name in files:
        if name.startswith(f"{REVIEWS}/"):
            review = _parsed(Review, files[name])
            if review is None:
                raise UnreadableStateError(folder / name)
            reviews[review.stage] = review
    return FilmState(
        status=_parsed(Status, files.get(STATE)),
        holder=_parsed(Holder, files.get(_HOLDER)),
        progress=_parsed(ProgressReport, files.get(_PROGRESS)),
        reviews=reviews,
    )


def remove_old_files(folder: Path, names: Iterable[str]) -> None:
    """Remove files whose contents the record has taken in; nothing else, whoever put it there."""
    for name in names:
        if name != STATE:
            (folder / name).unlink(missing_ok=True)
    # What is not empty holds something that somebody else has put there.
    with contextlib.suppress(OSError):
        (folder / REVIEWS).rmdir()


def _parsed(kind: type[RecordT], data: bytes | None) -> RecordT | None:
    try:
        return None if data is None else kind.model_validate_json(data)
    except ValidationError:
        return None
