"""Film states as they were kept before they became one record: spread over several small files.

They are read as long as nobody has changed the film's state, and go with the first change.
"""

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import AwareDatetime, ValidationError

from sparkle_motion_dagster.artifacts.film_state import (
    FilmState,
    Holder,
    ProgressReport,
    Review,
    Status,
    Wish,
)
from sparkle_motion_dagster.units import Record

STATE = "state.json"
"""The file that held a film's status, and holds all of its state now."""

REVIEWS = "reviews"
"""The folder that held decisions, a file a stage."""

_CONTROL, _PROGRESS, _HOLDER = "control.json", "progress.json", ".held-by"

RecordT = TypeVar("RecordT", bound=Record)


class _ControlRequest(Record):
    wish: Wish
    holder: Holder
    asked_at: AwareDatetime


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


def folded(files: Mapping[str, bytes]) -> FilmState:
    """Return the state that files hold; what they do not say, or not readably, is not set."""
    holder = _parsed(Holder, files.get(_HOLDER))
    request = _parsed(_ControlRequest, files.get(_CONTROL))
    decisions = (files[name] for name in files if name.startswith(f"{REVIEWS}/"))
    reviews = [review for data in decisions if (review := _parsed(Review, data))]
    return FilmState(
        status=_parsed(Status, files.get(STATE)),
        holder=holder,
        wish=request.wish if request and request.holder == holder else None,
        progress=_parsed(ProgressReport, files.get(_PROGRESS)),
        reviews={review.stage: review for review in reviews},
    )


def remove_old_files(folder: Path) -> None:
    """Remove the files whose contents the record has taken in."""
    for name in (_CONTROL, _PROGRESS, _HOLDER):
        (folder / name).unlink(missing_ok=True)
    if (folder / REVIEWS).exists():
        shutil.rmtree(folder / REVIEWS)


def _parsed(kind: type[RecordT], data: bytes | None) -> RecordT | None:
    try:
        return None if data is None else kind.model_validate_json(data)
    except ValidationError:
        return None
