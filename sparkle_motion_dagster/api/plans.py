"""Plans that come in as texts: checked, accepted into the inbox, and given out again."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sparkle_motion_dagster.api.naming import film_and_profile
from sparkle_motion_dagster.api.reviewing import how_it_is_rendered
from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.artifacts.digests import Sha256, digest_bytes, digest_file
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError, NotFoundError
from sparkle_motion_dagster.film.intake import (
    check_free_for,
    draft_file,
    find_plan,
    opened_plan,
    plans_folder,
)
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN
from sparkle_motion_dagster.operations.drafts import lay_plan, plan_file
from sparkle_motion_dagster.operations.inbox.memory import changing_memory
from sparkle_motion_dagster.pages.plan_story import ToldShot, plan_story
from sparkle_motion_dagster.plan.reading.loading import load_text
from sparkle_motion_dagster.plan.run_ids import check_run_id
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.plan.writing.formatting import formatted
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.profiles import load_profile, profile_names
from sparkle_motion_dagster.units import Record

PlanSuffix = Literal[".yaml", ".json"]
"""What the name of a plan's file ends in: how its text is read."""

WhichPlan = Literal["plan", "draft", "frozen"]
"""A film's plan in the inbox, the draft of one, or the plan as its last run froze it."""


class PlanThereError(ConflictError):
    """A film has another plan already."""


class PlanChangedError(ConflictError):
    """A film's plan is not the one any more that somebody has changed."""


class ProfileVerdict(Record):
    """Whether a profile can and may render a plan, and why not."""

    profile: str
    able: bool
    reason: str = ""


class CheckedPlan(Record):
    """What a valid plan is about."""

    title: str
    shots: int
    seconds: float
    lines: int
    profiles: tuple[ProfileVerdict, ...]
    story: tuple[ToldShot, ...]


@dataclass(frozen=True)
class SentPlan:
    """A plan that somebody sends.

    Attributes:
        text: Its bytes, at most `MAX_BYTES`, see `plan.reading.document`.
        suffix: How they are read.
        run_id: What its film is called; None: as its name.
        name: The name of its file; None: as its title.
        profile: What somebody says that the film's profile is; None: what its name says.
    """

    text: bytes
    suffix: PlanSuffix
    run_id: str | None = None
    name: str | None = None
    profile: str | None = None

    @property
    def shown_path(self) -> Path:
        """What it is called where something is wrong with it."""
        stem = self.run_id or (Path(self.name).stem if self.name else "") or "plan"
        return Path(f"{stem}{self.suffix}")


@dataclass(frozen=True)
class AcceptedPlan:
    """A plan that lies in the inbox now; ``digest`` is its file's, ``message`` says what follows.

    ``kept`` is where the plan lies now that was there before, if it was another one.
    """

    film: str
    path: Path
    digest: Sha256
    message: str
    kept: Path | None = None


@dataclass(frozen=True)
class PlanText:
    """The text of a plan, as its file says it, and how it is read."""

    data: bytes
    suffix: PlanSuffix


def check_plan_text(sent: SentPlan) -> CheckedPlan:
    """Check a plan against every rule, and say which profiles can render it; nothing is written.

    Files that it names are looked for in the inbox.

    Raises:
        PlanError: It is no valid plan; each fault is named with its line.
        PolicyFileError: The policy cannot be used.
    """
    from sparkle_motion_dagster.resources.engines import check_opened

    loaded = load_text(sent.text, sent.shown_path, plans_folder())
    opened, plan = opened_plan(loaded), loaded.plan

    def verdict(profile: str) -> ProfileVerdict:
        try:
            check_opened(opened, load_profile(profile))
        except InputError as error:
            return ProfileVerdict(profile=profile, able=False, reason=str(error))
        return ProfileVerdict(profile=profile, able=True)

    return CheckedPlan(
        title=plan.title,
        shots=len(plan.shots),
        seconds=math.fsum(shot.duration_sec for shot in plan.shots),
        lines=len(planned_lines(plan)),
        profiles=tuple(map(verdict, profile_names())),
        story=plan_story(plan),
    )


def accept_plan(
    home: SparkleHome, sent: SentPlan, changed: Sha256 | None = None, *, replace_other: bool = False
) -> AcceptedPlan:
    """Put a plan into the inbox, which renders it.

    A plan that the film has already is kept in the folder of drafts.

    Args:
        home: Where its film is to lie.
        sent: The plan.
        changed: The digest of the plan's file that somebody has changed to be this one.
        replace_other: Whether it takes the place of another plan of the film, whatever that says.

    Raises:
        PlanError: It is no valid plan, or the film's profile cannot or may not render it.
        InputError: The film cannot be called so, or is of another profile.
        PlanThereError: The film has another plan.
        PlanChangedError: What is there is not what was changed.
        RunTakenError: The film was made of a plan that lies elsewhere, or under another profile.
        StoreBusyError: Another process has been looking at the inbox for a minute.
    """
    from sparkle_motion_dagster.resources.engines import check_plan

    loaded = load_text(sent.text, sent.shown_path, plans_folder())
    name = Path(sent.name).stem if sent.name else loaded.plan.title
    film, profile = film_and_profile(home, sent.run_id, name, sent.profile)
    loaded = replace(loaded, path=plan_file(film, sent.suffix))
    check_free_for(film, profile, loaded, Workbench(home))
    check_plan(loaded, load_profile(profile), AuditLog(home, "add", film))
    digest = digest_bytes(sent.text)
    # Whoever looks at the inbox, or sends another plan, waits.
    with changing_memory(home):
        there = find_plan(film)
        if there is not None and digest_file(there) == digest:
            return AcceptedPlan(film, there, digest, f"{film} has this very plan: {there}")
        if not replace_other:
            _check_replaceable(film, there, changed)
        laid = lay_plan(film, sent.text, sent.suffix)
    said = [f"It is the plan of {film} now: {laid.path}"]
    if laid.kept is not None:
        said.append(f"The plan that was there is kept as {laid.kept}")
    message = "\n".join([*said, how_it_is_rendered(home, film, laid.path)])
    return AcceptedPlan(film, laid.path, digest, message, laid.kept)


def plan_text(home: SparkleHome, run_id: str, which: WhichPlan) -> PlanText:
    """Return the text of a film's plan.

    Raises:
        InputError: It can be no film's name.
        NotFoundError: There is no such film, or it has no such plan.
        PlanNotFoundError: It has two plans in the inbox.
        UnreadableRecordError, CorruptFileError: The plan as it was frozen is damaged.
    """
    check_run_id(run_id)
    if which == "frozen":
        return _frozen_text(home, run_id)
    file = find_plan(run_id) if which == "plan" else draft_file(run_id)
    if file is None or not file.is_file():
        raise NotFoundError(
            f"{run_id} has no {which} in {plans_folder()}. The plan as it was frozen for its last "
            "run is another one to ask for (of=frozen)."
        )
    return PlanText(file.read_bytes(), ".json" if file.suffix.lower() == ".json" else ".yaml")


def keep_draft(home: SparkleHome, run_id: str, text: bytes, changed: Sha256 | None) -> Sha256:
    """Keep the draft of a film as a person has edited it.

    Args:
        home: Where the film lies.
        run_id: The film.
        text: The draft as it is now, as YAML.
        changed: The digest of the draft that was edited; None: whatever is there.

    Returns:
        The digest of what is kept.

    Raises:
        InputError: It can be no film's name.
        NotFoundError: The film has no draft.
        PlanError: It is no valid plan; then the draft stays as it was.
        PlanChangedError: What is there is not what was edited.
        StoreBusyError: Another process has been looking at the inbox for a minute.
    """
    file = draft_file(check_run_id(run_id))
    load_text(text, file, plans_folder())
    # Of two who have edited the same draft, the second one is told.
    with changing_memory(home):
        if not file.is_file():
            raise NotFoundError(f"{run_id} has no draft: {file} is not there.")
        if changed not in (None, digest_file(file)):
            raise PlanChangedError(
                f"The draft of {run_id} is not the one that was edited: somebody has changed it "
                "since. Read it again, and edit what it says now."
            )
        write_atomically(file, text)
    return digest_bytes(text)


def _frozen_text(home: SparkleHome, run_id: str) -> PlanText:
    manifest = RunFolder(home, home.existing_run(run_id)).read(MOVIE_PLAN)
    if manifest is None:
        raise NotFoundError(f"No plan of {run_id} was frozen yet: no run of it has begun.")
    file = Workbench(home).store.file(manifest.artifact(PLAN, "plan").sha256)
    return PlanText(formatted(yaml_text(json.loads(file.path.read_bytes()))).encode(), ".yaml")


def _check_replaceable(film: str, there: Path | None, changed: Sha256 | None) -> None:
    now = None if there is None else digest_file(there)
    if changed not in (None, now):
        raise PlanChangedError(
            f"The plan of {film} is not the one that was changed: somebody has changed or removed "
            "it since. Read it again, and change what it says now."
        )
    if changed is None and there is not None:
        raise PlanThereError(
            f"{film} has another plan: {there}. Say that it is to be replaced, and it is kept "
            "beside; or call the new film otherwise."
        )
