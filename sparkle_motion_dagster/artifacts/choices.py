"""What a person has chosen of a film's takes: a file of its run, which is part of no fingerprint.

It travels with the film into archives and back. What was made of takes, the manifest of the stage
``takes`` lists; this says how each differs from what the plan asks for, and which one is wanted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, JsonValue, ValidationError

from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.errors import RunBusyError, UnreadableRecordError
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.models import Artifact
from sparkle_motion_dagster.units import Record

CHOICES = "choices.json"
"""The file of a run folder that holds them."""

OWN = 1
"""The number of the take that is as the plan says."""

_LOCK_TIMEOUT_S = 60.0
_LOCK_POLL_S = 0.002


class UnreadableChoicesError(UnreadableRecordError):
    """The choices of a film are damaged, which no crash of ours does; ``path`` is their file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is damaged: what was chosen and pinned of the film's takes cannot be told, "
            "and nothing is made on a guess. Restore the film from an archive; or give the choices "
            "up: `sparkle verify --repair` sets that file aside, and keeps all takes that were "
            "made."
        )
        self.path = path


class Recipe(Record):
    """How a take differs from what the plan asks for; None: not in that.

    ``settings`` are those of its engine that are otherwise.
    """

    seed: int | None = Field(default=None, ge=0, lt=2**32)
    prompt: str | None = None
    settings: dict[str, JsonValue] = Field(default={})


class Take(Record):
    """One take of an item.

    Attributes:
        number: Its number, which no other take of the item ever has.
        recipe: How it differs from what the plan asks for.
        fingerprint: What was made last by its recipe; None: it is still to be made.
        asked_by: The Dagster run that was the first to be asked for it; None: it was none.
    """

    number: int = Field(ge=OWN)
    recipe: Recipe = Recipe()
    fingerprint: Sha256 | None = None
    asked_by: str | None = Field(default=None, exclude_if=lambda run: run is None)


class ItemChoices(Record):
    """The takes of an item, by number, and which of them the film has.

    Attributes:
        stage: In which stage it is made.
        item: Its id there.
        takes: All of them; the first is as the plan says.
        chosen: The one that a person has chosen; None: nobody has.
        pinned: What the film has whatever is asked for, by its fingerprint; None: it is not pinned.
    """

    stage: str
    item: str
    takes: tuple[Take, ...] = (Take(number=OWN),)
    chosen: int | None = None
    pinned: Sha256 | None = None

    def take(self, number: int) -> Take | None:
        """Return a take by its number; None: there is none."""
        return next((take for take in self.takes if take.number == number), None)

    @property
    def own(self) -> Take:
        """The take that is as the plan says."""
        return self.take(OWN) or Take(number=OWN)

    @property
    def is_decided(self) -> bool:
        """Whether a person has decided which take the film has."""
        return self.chosen is not None or self.pinned is not None

    @property
    def recipe(self) -> Recipe:
        """How the take that is wanted differs from what the plan asks for."""
        take = self.take(self.chosen or OWN)
        return Recipe() if take is None else take.recipe

    @property
    def missing(self) -> tuple[Take, ...]:
        """The further takes that somebody has asked for, and which are still to be made."""
        return tuple(one for one in self.further if one.fingerprint is None)

    @property
    def further(self) -> tuple[Take, ...]:
        """All takes but the one that is as the plan says."""
        return tuple(one for one in self.takes if one.number != OWN)

    @property
    def next_number(self) -> int:
        """The number of the next take."""
        return max(take.number for take in self.takes) + 1

    def with_take(self, take: Take) -> ItemChoices:
        """Return it with a take, in place of the one that has its number."""
        others = [one for one in self.takes if one.number != take.number]
        takes = sorted([*others, take], key=lambda one: one.number)
        return self.model_copy(update={"takes": tuple(takes)})


class Choices(Record):
    """What a person has chosen of the takes of a film, for each item of which there is more."""

    schema_version: Literal["1"] = "1"
    items: tuple[ItemChoices, ...] = ()

    def of(self, stage: str, item: str) -> ItemChoices | None:
        """Return what was chosen of an item; None: there is nothing to choose from."""
        return self._by_key.get((stage, item))

    def known(self, stage: str, item: str) -> ItemChoices:
        """Return what is known of the takes of an item: at least that there is the plan's."""
        return self.of(stage, item) or ItemChoices(stage=stage, item=item)

    def with_item(self, item: ItemChoices) -> Choices:
        """Return them with what was chosen of an item, in place of what was."""
        by_key = {**self._by_key, (item.stage, item.item): item}
        return self.model_copy(update={"items": tuple(by_key[key] for key in sorted(by_key))})

    def without(self, stage: str, item: str) -> Choices:
        """Return them as if nothing had been chosen of an item."""
        others = (one for one in self.items if (one.stage, one.item) != (stage, item))
        return self.model_copy(update={"items": tuple(others)})

    @property
    def fingerprints(self) -> frozenset[Sha256]:
        """What must be kept for them: all takes that were made, and what items are pinned to."""
        takes = (take.fingerprint for item in self.items for take in item.takes)
        pins = (item.pinned for item in self.items)
        return frozenset(one for one in (*takes, *pins) if one is not None)

    @property
    def _by_key(self) -> Mapping[tuple[str, str], ItemChoices]:
        return {(one.stage, one.item): one for one in self.items}


NOTHING_CHOSEN: Final = Choices()
"""As a film is on which nobody has decided anything."""


def choices_listed(artifacts: Iterable[Artifact]) -> Choices:
    """Return the takes that manifests list, of which none is chosen, nor any item pinned.

    See ``film.takes.keeping``, which has them listed.
    """
    choices = Choices()
    for artifact in artifacts:
        told = artifact.metadata
        if not told.keys() >= {"stage", "item", "take", "recipe"}:
            continue
        take = Take.model_validate(
            {
                "number": told["take"],
                "recipe": told["recipe"],
                "fingerprint": artifact.fingerprint,
            }
        )
        stage, item = str(told["stage"]), str(told["item"])
        known = choices.of(stage, item) or ItemChoices(stage=stage, item=item)
        choices = choices.with_item(known.with_take(take))
    return choices


class ChoicesFile:
    """The choices of the film that a run folder belongs to: changed under a lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / CHOICES

    def read(self) -> Choices:
        """Return them as they are now.

        Raises:
            UnreadableChoicesError: They are damaged.
        """
        try:
            return Choices.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return Choices()
        except ValidationError as error:
            raise UnreadableChoicesError(self.path) from error

    def change(
        self,
        change: Callable[[Choices], Choices],
        first: Callable[[Choices], None] = lambda _: None,
    ) -> Choices:
        """Change them, and return what they are then. They are on the disk when this returns.

        Args:
            change: Returns them as they are to be, given as they are; its errors are passed on.
            first: Is given them as they are to be, if that is anything new, before they are so.

        Raises:
            RunBusyError: Somebody has been changing them for a minute.
            UnreadableChoicesError: They are damaged.
        """
        with self.unchanged():
            before = self.read()
            after = change(before)
            if after != before:
                first(after)
                write_atomically(self.path, after.model_dump_json(indent=1).encode())
        return after

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Keep them, and what is listed of takes for them, from being changed by others.

        Raises:
            RunBusyError: Somebody has been changing them for a minute.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked(self._folder / ".choosing", _LOCK_TIMEOUT_S, self._busy, _LOCK_POLL_S):
            yield

    def _busy(self) -> RunBusyError:
        return RunBusyError(
            f"Another process has been changing the choices of {self._folder.name} for "
            f"{_LOCK_TIMEOUT_S:.0f} s. Wait for it to end, then try again."
        )
