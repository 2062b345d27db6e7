"""What a file of the inbox asks for: a film, or a draft of one; and whether that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sparkle_motion_dagster.artifacts.digests import Sha256, digest_file, digest_json
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.film.intake import plan_digest
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, VIDEO_FINAL
from sparkle_motion_dagster.operations.drafts import drafted, is_approved
from sparkle_motion_dagster.operations.inbox.folder import FoundFile
from sparkle_motion_dagster.operations.inbox.memory import (
    AnyOrder,
    DraftOrder,
    FilmOrder,
    Order,
    Signature,
)
from sparkle_motion_dagster.plan.errors import PlanProblem
from sparkle_motion_dagster.plan.reading.loading import LoadedPlan, load_plan
from sparkle_motion_dagster.shotlist.writing.assignment import Assignment
from sparkle_motion_dagster.shotlist.writing.prompt_files import PromptFileError, read_prompt_file


@dataclass(frozen=True)
class Profiles:
    """Which profile a run_id asks ``of`` us, and what a profile says of what is asked for.

    ``check`` makes sure that it can render a plan. ``draft_digest`` makes sure that somebody can be
    asked for a draft, and returns what the draft's manifest will have as its `plan_digest`.
    """

    of: Callable[[str], str]
    check: Callable[[LoadedPlan, str], object]
    draft_digest: Callable[[Assignment, str], Sha256]


@dataclass(frozen=True)
class Wanted:
    """What a file asks for: ``digest`` stands for all of it, ``is_made`` tells if it is there."""

    digest: Sha256
    is_made: bool


class Content(Protocol):
    """What a file says."""

    @property
    def named(self) -> Mapping[str, Signature]:
        """The other files that it names."""

    def wanted(self, profiles: Profiles, profile: str, folder: RunFolder) -> Wanted:
        """Return what it asks for.

        Args:
            profiles: What profiles say.
            profile: The one that its film is of.
            folder: Its film's.

        Raises:
            PlanError: The profile cannot make that.
            OSError: A file that it names cannot be read.
        """

    def order(self, order: Order) -> AnyOrder:
        """Return an order of what it asks for."""


def content_of(file: FoundFile) -> Content:
    """Read a file.

    Raises:
        PlanError: It is no valid plan or prompt file.
        OSError: It cannot be read.
    """
    if file.is_prompt:
        return _PromptContent(file, read_prompt_file(file.path))
    return PlanContent.of(file)


@dataclass(frozen=True)
class PlanContent:
    """What a plan file says; ``digest`` is the file's."""

    file: FoundFile
    digest: Sha256
    loaded: LoadedPlan
    named: Mapping[str, Signature]

    @classmethod
    def of(cls, file: FoundFile) -> PlanContent:
        """Read a plan file.

        Raises:
            PlanError: It is no valid plan.
            OSError: It cannot be read.
        """
        digest, loaded = digest_file(file.path), load_plan(file.path)
        return cls(file, digest, loaded, file.signatures_of(loaded.files))

    @property
    def asked(self) -> Sha256:
        """What stands for all that it asks for.

        Raises:
            OSError: A file that it names cannot be read.
        """
        return digest_json({"file": self.digest, "plan": self._plan_digest})

    @cached_property
    def _plan_digest(self) -> Sha256:
        return plan_digest(self.loaded)

    def wanted(self, profiles: Profiles, profile: str, folder: RunFolder) -> Wanted:
        """Return what it asks for, see `Content`."""
        profiles.check(self.loaded, profile)
        manifests = [folder.readable(stage) for stage in (MOVIE_PLAN, VIDEO_FINAL)]
        is_made = all(one is not None and one.plan_digest == self._plan_digest for one in manifests)
        return Wanted(self.asked, is_made)

    def order(self, order: Order) -> FilmOrder:
        """Return an order of the film."""
        return FilmOrder(**order.model_dump(), plan_path=self.file.path)


@dataclass(frozen=True)
class _PromptContent:
    file: FoundFile
    asked: Assignment

    @property
    def named(self) -> Mapping[str, Signature]:
        return {}

    def wanted(self, profiles: Profiles, profile: str, folder: RunFolder) -> Wanted:
        try:
            draft = profiles.draft_digest(self.asked, profile)
        except EngineInputError as error:
            raise PromptFileError(self.file.path, [PlanProblem(str(error), "writer")]) from error
        there = drafted(folder, draft)
        is_made = there is not None and (not self.asked.approve or is_approved(folder, there))
        return Wanted(digest_json({"draft": draft, "approve": self.asked.approve}), is_made)

    def order(self, order: Order) -> DraftOrder:
        return DraftOrder(**order.model_dump(), asked=self.asked)
