"""Intake: a plan file, and the files that it refers to, are frozen for a run."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import canonical_json, digest_file, digest_json
from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.errors import ConflictError, InputError
from sparkle_motion_dagster.film.plan_files import (
    digest_of,
    facts_of,
    imported_files,
    told_by_plan,
)
from sparkle_motion_dagster.film.stages import MOVIE_PLAN, PLAN, PLAN_DRAFT, STAGES
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.plan.cards import with_cards
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.files import file_references
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES, LoadedPlan, load_plan
from sparkle_motion_dagster.plan.run_ids import run_id_of
from sparkle_motion_dagster.production.manifest import StageOf, StageResult, manifest_of
from sparkle_motion_dagster.production.workbench import Workbench

_DRAFTS = "drafts"

_INTAKE = EngineIdentity(name="intake", version=1)


class PlanNotFoundError(InputError):
    """A run has no plan, or more than one."""


class RunTakenError(ConflictError):
    """A run belongs to another profile, or to another plan."""


@dataclass(frozen=True)
class FrozenPlan:
    """A run's plan as it was at intake; ``files`` are what it refers to, by their reference.

    ``source`` is the plan's file as it was read, if it was just now.
    """

    plan: MoviePlan
    files: Mapping[str, StoredFile]
    digest: str
    source: LoadedPlan | None = None

    @cached_property
    def rendered(self) -> MoviePlan:
        """The plan as it is rendered: its title cards are shots, and what follows comes later."""
        return with_cards(self.plan)

    def error(self, problems: Iterable[PlanProblem]) -> PlanError:
        """Return the error for what is wrong with the plan, by file and line where there is one."""
        return PlanError(None, problems) if self.source is None else self.source.error(problems)


def plans_folder() -> Path:
    """Return the folder in which plans are looked for: ``$SPARKLE_PLANS``, else ``plans``."""
    return Path(os.environ.get("SPARKLE_PLANS") or "plans").resolve()


def draft_file(run_id: str) -> Path:
    """Return where the draft of a run lies: below the plans folder, where nothing is rendered."""
    return plans_folder() / _DRAFTS / f"{run_id}.yaml"


def find_plan(run_id: str) -> Path | None:
    """Return the plan file of a run in the plans folder, or None.

    Raises:
        PlanNotFoundError: There are two such files.
    """
    folder = plans_folder()
    found = [path for path in _plans_in(folder) if run_id_of(path.stem) == run_id]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise PlanNotFoundError(
            f"Run {run_id} has two plans in {folder}: {names}. Remove or rename one of them."
        )
    return found[0] if found else None


def _plans_in(folder: Path) -> list[Path]:
    """Return the files of a folder that are named like plans, and are not hidden."""
    if not folder.is_dir():
        return []
    named = (path for path in folder.iterdir() if path.suffix.lower() in PLAN_SUFFIXES)
    return sorted(path for path in named if path.name[0] != "." and path.is_file())


def check_free(run_id: str, profile: str, plan_path: Path | None, workbench: Workbench) -> None:
    """Make sure that a run, if there is one already, belongs to a profile and to a plan's file.

    A plan that was edited where it lies, moved, or copied as it is goes on with its film; so do the
    film's draft, and the plan that it is approved as.

    Args:
        run_id: The film.
        profile: The profile's name.
        plan_path: The plan's file; None: the plan as it was frozen.
        workbench: Where the film lies.

    Raises:
        RunTakenError: It belongs to another one; both are named.
        PlanError: The plan, which is to be compared, cannot be read.
    """
    folder = workbench.run_folder(run_id)
    _check_profile(folder, profile)
    manifest = folder.readable(MOVIE_PLAN)
    before = read_from(manifest, workbench)
    if manifest is None or before is None or plan_path is None:
        return
    draft = draft_file(run_id)
    if draft in (before, plan_path.resolve()) or not _are_two(before, plan_path):
        return
    if draft.is_file() and digest_file(draft) == digest_file(plan_path):
        return
    if plan_digest(load_plan(plan_path, home=workbench.home)) != manifest.plan_digest:
        raise _taken(run_id, before, plan_path)


def is_taken(run_id: str, profile: str, plan_path: Path | None, workbench: Workbench) -> bool:
    """Tell whether a run belongs to another profile or plan, as `check_free` would say.

    Raises:
        PlanError: The plan, which is to be compared, cannot be read.
    """
    try:
        check_free(run_id, profile, plan_path, workbench)
    except RunTakenError:
        return True
    return False


def check_free_for(run_id: str, profile: str, loaded: LoadedPlan, workbench: Workbench) -> None:
    """Make sure, as `check_free` does, of a plan that has not been written to its path yet.

    Raises:
        RunTakenError: The run belongs to another profile, or to a plan that lies elsewhere.
    """
    folder = workbench.run_folder(run_id)
    _check_profile(folder, profile)
    manifest = folder.readable(MOVIE_PLAN)
    before = read_from(manifest, workbench)
    if manifest is None or before is None or before in (draft_file(run_id), loaded.path.resolve()):
        return
    if before.is_file() and plan_digest(loaded) != manifest.plan_digest:
        raise _taken(run_id, before, loaded.path)


def _check_profile(folder: RunFolder, profile: str) -> None:
    belongs = profile_of(folder)
    if belongs not in (None, profile):
        raise RunTakenError(
            f"Run {folder.run_id} belongs to the profile {belongs}, and was asked for under "
            f"{profile}. Give the new one an id of its own (`--run-id {folder.run_id}.{profile}`), "
            "or replace the old one with `--replace`."
        )


def read_from(manifest: StageManifest | None, workbench: Workbench) -> Path | None:
    """Return the file that a frozen plan was read from; None: nobody knows."""
    if manifest is None or manifest.provenance.plan_path is None:
        return None
    return (workbench.home.root.resolve() / manifest.provenance.plan_path).resolve()


def _taken(run_id: str, before: Path, plan_path: Path) -> RunTakenError:
    return RunTakenError(
        f"Run {run_id} belongs to the plan {before}, and was asked for with another one, "
        f"{plan_path.absolute()}. Give the new film an id of its own (`--run-id NAME`), or "
        "replace the old one with `--replace`."
    )


def profile_of(folder: RunFolder) -> str | None:
    """Return the profile that a run belongs to; None: it has made nothing yet."""
    manifests = map(folder.readable, STAGES)
    return next((manifest.profile for manifest in manifests if manifest is not None), None)


def _are_two(before: Path, now: Path) -> bool:
    """Tell whether two paths lead to two files that are both there."""
    if not (os.path.isfile(before) and os.path.isfile(now)):  # noqa: PTH113 - Path's may raise
        return False
    return not before.samefile(now)


def freeze_plan(
    run_id: str, profile: str, plan_path: Path | None, workbench: Workbench
) -> StageManifest:
    """Freeze the plan of a run: from `plan_path`, else the plans folder, else as it was frozen.

    Raises:
        PlanNotFoundError: There is no plan to be found.
        PlanError: The plan breaks a rule, or a file that it refers to is not what it should be.
    """
    path = plan_path or find_plan(run_id)
    if path is not None:
        return freeze_loaded(load_plan(path, home=workbench.home), run_id, profile, workbench)
    with changing(workbench.home):
        # While its stage is published again, no manifest names it for a moment.
        frozen = _frozen(run_id, workbench)
        workbench.run_folder(run_id).keep(artifact.sha256 for artifact in frozen.artifacts)
    return frozen.model_copy(update={"profile": profile})


def freeze_loaded(
    loaded: LoadedPlan, run_id: str, profile: str, workbench: Workbench
) -> StageManifest:
    """Freeze a plan for a run as it was read, whatever has become of its file since.

    Raises:
        PlanError: A file that it refers to is not what it should be.
    """
    with explained_full_disk(workbench.home.root), changing(workbench.home):
        artifacts = [_plan_artifact(loaded.plan, workbench)]
        imported = dict(imported_files(loaded, workbench))
        artifacts += imported.values()
        workbench.run_folder(run_id).keep(artifact.sha256 for artifact in artifacts)
    digests = {reference: artifact.sha256 for reference, artifact in imported.items()}
    digest = _plan_digest(artifacts[0].sha256, digests)
    result = StageResult(
        engine=_INTAKE,
        artifacts=tuple(artifacts),
        made=(PLAN,),
        taken=(),
        seconds_made=0.0,
        seconds_spared=0.0,
    )
    manifest = manifest_of(StageOf(MOVIE_PLAN, run_id, profile, digest), {}, result)
    # Seen from the home: both may be copied or moved together.
    plan_path = Path(os.path.relpath(loaded.path.resolve(), workbench.home.root.resolve()))
    provenance = manifest.provenance.model_copy(update={"plan_path": plan_path})
    return manifest.model_copy(update={"provenance": provenance})


def foreseen_plan(run_id: str, plan_path: Path | None, workbench: Workbench) -> FrozenPlan:
    """Return the plan that would be frozen, its files where they lie; nothing is written.

    Args:
        run_id: The film.
        plan_path: The plan's file; None: the plan as it was frozen.
        workbench: Where that lies.

    Raises:
        PlanNotFoundError, PlanError: As `freeze_plan` says.
    """
    if plan_path is None:
        return thaw_plan(_frozen(run_id, workbench), workbench)
    return opened_plan(load_plan(plan_path, home=workbench.home))


def opened_plan(loaded: LoadedPlan) -> FrozenPlan:
    """Return a plan with the files that it names, each opened and read to its end.

    Raises:
        PlanError: Some are not what they should be.
    """
    files: dict[str, StoredFile] = {}
    problems: list[PlanProblem] = []
    for reference in file_references(loaded.plan):
        file = loaded.files[reference.name]
        digest = digest_of(file, reference, loaded)
        try:
            facts_of(file, digest, reference, loaded.plan)
        except MediaError as error:
            problems.append(told_by_plan(error, file, reference))
        else:
            files[reference.name] = StoredFile(sha256=digest, path=file)
    if problems:
        raise loaded.error(problems)
    digests = {reference: file.sha256 for reference, file in files.items()}
    return FrozenPlan(loaded.plan, files, _plan_digest(_text_digest(loaded.plan), digests), loaded)


def plan_digest(loaded: LoadedPlan) -> str:
    """Return the digest that a frozen plan would have, without looking into the files it names.

    Raises:
        OSError: One of those files cannot be read.
    """
    digests = {reference: digest_file(file) for reference, file in loaded.files.items()}
    return _plan_digest(_text_digest(loaded.plan), digests)


def _frozen(run_id: str, workbench: Workbench) -> StageManifest:
    folder = workbench.run_folder(run_id)
    frozen = folder.readable(MOVIE_PLAN)
    if frozen is None and folder.readable(PLAN_DRAFT) is not None:
        raise PlanNotFoundError(
            f"Run {run_id} has a draft, and no plan yet. Read it, then `sparkle approve {run_id} "
            f"{PLAN_DRAFT}`."
        )
    if frozen is None:
        raise PlanNotFoundError(
            f"Run {run_id} has no plan. Put one at {plans_folder() / run_id}.yaml, or give its "
            "path: `sparkle render PLAN`, or ops.movie_plan.config.plan_path in the run config."
        )
    return frozen


def thaw_plan(manifest: StageManifest, workbench: Workbench) -> FrozenPlan:
    """Return the plan that a manifest of the movie_plan stage holds.

    Raises:
        PlanNotFoundError: It, or a file that it refers to, is damaged in the store.
    """
    damaged = [
        artifact.file
        for artifact in manifest.artifacts
        if not workbench.store.is_sound(artifact.sha256)
    ]
    if damaged:
        raise PlanNotFoundError(
            f"The plan of {manifest.run_id} as it was frozen is missing or damaged in the store: "
            f"{', '.join(damaged)}. Give its plan file: `sparkle render PLAN --run-id "
            f"{manifest.run_id}`."
        )
    text = workbench.store.file(manifest.artifact(PLAN, "plan").sha256).path.read_bytes()
    return FrozenPlan(
        plan=MoviePlan.model_validate_json(text),
        files={
            artifact.id: workbench.store.file(artifact.sha256)
            for artifact in manifest.artifacts
            if artifact.name == "file"
        },
        digest=manifest.plan_digest,
    )


def _text_digest(plan: MoviePlan) -> str:
    return digest_json(plan.model_dump(mode="json"))


def _plan_digest(plan: str, files: Mapping[str, str]) -> str:
    return digest_json({"plan": plan, "files": dict(files)})


def _plan_artifact(plan: MoviePlan, workbench: Workbench) -> Artifact:
    text = canonical_json(plan.model_dump(mode="json"))
    stored = workbench.store.write(text)
    return Artifact(
        id=PLAN,
        name="plan",
        file="movie_plan.json",
        media_type="application/json",
        size_bytes=len(text),
        sha256=stored.sha256,
        fingerprint=stored.sha256,
    )
