"""Where the plan of a variant lies, and what its film is called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.config_files import DEFAULT_PROFILE
from sparkle_motion_dagster.errors import ConflictError, InputError
from sparkle_motion_dagster.film.intake import plans_folder
from sparkle_motion_dagster.film.plan_sources import PlanSource
from sparkle_motion_dagster.plan.editing import edited
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES
from sparkle_motion_dagster.plan.run_ids import run_id_of
from sparkle_motion_dagster.plan.writing.formatting import formatted
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.resources.profiles import film_called, profile_asked_by

_NAME = "variant"
_MOST_VARIANTS = 1000


@dataclass(frozen=True)
class Wanted:
    """What a variant is to be called, where its plan is to lie, and who renders it; None: any."""

    run_id: str | None = None
    file: Path | None = None
    profile: str | None = None


@dataclass(frozen=True)
class Place:
    """What a variant's film is called, where its plan lies, and what that says."""

    run_id: str
    file: Path
    text: str

    @property
    def is_in_inbox(self) -> bool:
        """Whether its plan is rendered without being asked for again."""
        return self.file.parent.resolve() == plans_folder()


def folder_of(source: PlanSource, home: SparkleHome) -> Path:
    """Return where the plan of a variant lies: beside its source's, unless that is the home's."""
    if source.path is None or source.path.is_relative_to(home.root.resolve()):
        return plans_folder()
    return source.folder


def places_for(
    source: PlanSource, base: str, folder: Path, wanted: Wanted
) -> Iterator[tuple[str, Path]]:
    """Yield how a variant may be called, and where its plan may lie, what comes first first."""
    profile = wanted.profile or DEFAULT_PROFILE
    suffix = ".yaml" if source.path is None else source.path.suffix.lower()
    if wanted.file is not None:
        yield film_called(wanted.run_id, wanted.file.stem, profile), wanted.file.absolute()
        return
    for number in range(1, _MOST_VARIANTS):
        name = f"{base}-{_NAME}" if number == 1 else f"{base}-{_NAME}-{number}"
        film = film_called(wanted.run_id, name, profile)
        yield film, folder / f"{film}{suffix}"
        if wanted.run_id is not None:
            return


def free_place(
    places: Iterable[tuple[str, Path]], source: PlanSource, data: Mapping[str, Any]
) -> Place:
    """Return the first place where nothing else lies.

    Raises:
        InputError: It cannot be called so.
        ConflictError: Another file lies there.
    """
    for film, file in places:
        if file.suffix.lower() not in PLAN_SUFFIXES:
            raise InputError(f"{file}: a plan file ends in one of {', '.join(PLAN_SUFFIXES)}.")
        text = _text(source, data, file)
        if not file.exists() or file.read_bytes() == text.encode():
            return Place(film, file, text)
    raise ConflictError(
        f"{file} is there already, and says something else. Call the variant otherwise: "
        "`--run-id NAME`, or `--to FILE`."
    )


def _text(source: PlanSource, data: Mapping[str, Any], file: Path) -> str:
    """Return what a variant's file says: its source's text, edited, where that is of its kind."""
    was_json, is_json = source.text.lstrip().startswith("{"), file.suffix.lower() == ".json"
    if was_json == is_json:
        return edited(source.text, data)
    if is_json:
        return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n"
    return formatted(yaml_text(data))


def check_inbox(place: Place, profile: str) -> None:
    """Make sure that the inbox, where the plan lies in it, renders the variant as it is meant.

    Raises:
        InputError: It would call it otherwise, or render it under another profile.
    """
    if not place.is_in_inbox:
        return
    called = run_id_of(place.file.stem)
    asked = profile_asked_by(called)
    if (called, asked) != (place.run_id, profile):
        raise InputError(
            f"{place.file} lies in the inbox, which would render it as {called} under the profile "
            f"{asked}. Call it `--run-id {called}.{profile}`, or put it elsewhere: `--to FILE`."
        )
