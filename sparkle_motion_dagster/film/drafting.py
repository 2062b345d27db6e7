"""Drafting a plan: a writer is asked, its answer is read, and what is wrong goes back to it.

Each answer, and what was found in it, is an item like any other: published the moment it exists,
taken from the store when it is asked for again, and shown beside the draft, the refused ones too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import Sha256, digest_json
from sparkle_motion_dagster.artifacts.models import (
    Artifact,
    EngineIdentity,
    StageManifest,
    StoredFile,
)
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, RequestT
from sparkle_motion_dagster.engines.builtin.answer_reader import (
    AnswerReader,
    AnswerReading,
    ReadRequest,
)
from sparkle_motion_dagster.engines.builtin.plan_builder import BuildRequest, PlanBuilder
from sparkle_motion_dagster.engines.writer.base import Attempt, WriterEngine, WritingRequest
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.film.casting.paces import paces_of
from sparkle_motion_dagster.film.casting.speakers import Speakers
from sparkle_motion_dagster.film.stages import BEFORE, DRAFT, PLAN_DRAFT, reading_id, round_id
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.production.loop import Item, Produced
from sparkle_motion_dagster.production.manifest import (
    StageOf,
    StageResult,
    artifacts_of,
    manifest_of,
)
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.listing import listed_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.rewriting.rewriting import rewritten
from sparkle_motion_dagster.shotlist.writing.brief import Brief

MOST_REPAIRS = 3
"""How often an answer goes back to its writer with what is wrong with it."""


class NotWrittenError(SparkleError):
    """No answer of a writer could be used, however often it was told what is wrong."""

    retryable = False


class Produce(Protocol):
    """Makes items, or takes them from the store; see ``loop.produce``."""

    def __call__(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return the items, in order."""


@dataclass(frozen=True)
class Round:
    """An answer of a writer, what it says, and what is wrong with it."""

    answer: Produced
    reading: Produced
    said: AnswerReading

    @property
    def attempt(self) -> Attempt:
        """The answer, as it goes back to its writer."""
        text = self.answer.files["answer"].path.read_text(encoding="utf-8")
        return Attempt(answer=text, problems=self.said.problems)


@dataclass(frozen=True)
class PlanBefore:
    """A plan that is to be changed, and its file as it was."""

    plan: MoviePlan
    file: StoredFile

    @property
    def artifact(self) -> Artifact:
        """Its file, as a stage lists it."""
        return Artifact(
            id=BEFORE,
            name="plan",
            file=f"{BEFORE}.yaml",
            media_type="application/yaml",
            size_bytes=self.file.path.stat().st_size,
            sha256=self.file.sha256,
            fingerprint=self.file.sha256,
        )


@dataclass(frozen=True)
class Draft:
    """What came of a brief: the rounds that it took, and the plan; None: there is none.

    Attributes:
        request: What was asked for.
        rounds: The answers, the first one first.
        plan: The plan, which the last one says.
        result: All of it, as the stage has it to show.
    """

    request: WritingRequest
    rounds: tuple[Round, ...]
    plan: Produced | None
    result: StageResult

    @property
    def file(self) -> StoredFile:
        """The plan's file.

        Raises:
            NotWrittenError: There is none; it says what is wrong with the last answer.
        """
        if self.plan is not None:
            return self.plan.files["plan"]
        count = len(self.rounds)
        wrong = "".join(f"\n  {problem}" for problem in self.rounds[-1].said.problems)
        raise NotWrittenError(
            f"{self.result.engine.name} was asked {count} times, and no answer can be used. "
            f"What is wrong with the last one:{wrong}\nAll answers lie beside each other in the "
            f"folder {PLAN_DRAFT} of the run. Ask for something simpler, for another length, with "
            "another seed, or another writer."
        )

    @property
    def differences(self) -> str | None:
        """What is otherwise in the plan than in the one that it changes, a line each.

        None: it is a new plan, or there is none.
        """
        if self.plan is None or "differences" not in self.plan.files:
            return None
        return self.plan.files["differences"].path.read_text(encoding="utf-8")

    def manifest(self, run_id: str, profile: str, device: str) -> StageManifest:
        """Return what the stage leaves behind.

        Args:
            run_id: The film.
            profile: The profile's name.
            device: What its writer ran on.
        """
        digest = asked_digest(self.request, self.result.engine)
        of = StageOf(PLAN_DRAFT, run_id, profile, digest)
        return manifest_of(of, {}, self.result, device)


def plan_before(path: Path, folder: RunFolder, workbench: Workbench) -> PlanBefore:
    """Return a plan that is to be changed; its file is kept as it is now.

    Args:
        path: The plan file.
        folder: The folder of the run that needs it.
        workbench: Where it is kept.

    Raises:
        PlanError: It is no valid plan.
    """
    plan = load_plan(path).plan
    with changing(workbench.home):
        file = workbench.store.write(path.read_bytes())
        folder.keep([file.sha256])
    return PlanBefore(plan, file)


def asked_digest(request: WritingRequest, writer: EngineIdentity) -> Sha256:
    """Return the digest of what a writer is asked for: the draft's manifest has it as its plan's.

    Args:
        request: The first one; what goes back to the writer follows from it.
        writer: Who is asked.
    """
    return digest_json(
        {"request": request.model_dump(mode="json"), "writer": writer.model_dump(mode="json")}
    )


def write_draft(
    produce: Produce,
    writer: WriterEngine[Any],
    brief: Brief,
    seed: int,
    speakers: Speakers,
    before: PlanBefore | None = None,
) -> Draft:
    """Have a plan written.

    Args:
        produce: Makes items.
        writer: Who writes.
        brief: What about.
        seed: Decides what the writer leaves to chance.
        speakers: Who may speak: how fast their voices are decides how long shots are.
        before: The plan that is to be changed; None: there is none yet.

    Raises:
        SparkleError: As `produce` raises; an answer that cannot be used is no error.
    """
    file = None if before is None else before.file
    story = None if before is None else listed_of(before.plan)
    request = WritingRequest(brief=brief, before=story, seed=seed)
    rounds = tuple(_rounds(produce, writer, request, file))
    listed = rounds[-1].said.listed
    plan = None
    if listed is not None:
        built = BuildRequest(
            listed=listed,
            brief=brief,
            seed=seed,
            writer=rounds[-1].answer.record.engine,
            rounds=len(rounds),
            before=file,
            paces=dict(paces_of(_reckoned(listed, file), speakers)),
        )
        (plan,) = produce(PlanBuilder(EngineSettings()), [Item(DRAFT, built)])
    result = _result(writer, rounds, plan, seed)
    if before is not None:
        result = replace(result, artifacts=(before.artifact, *result.artifacts))
    return Draft(request, rounds, plan, result)


def _reckoned(listed: ShotList, before: StoredFile | None) -> MoviePlan:
    """Return the plan of a shot list in which everybody speaks equally fast: who is cast in it."""
    if before is None:
        return validate(plan_of(listed))
    text = before.path.read_text(encoding="utf-8")
    return plan_in(rewritten(text, listed).text)[1]


def _rounds(
    produce: Produce,
    writer: WriterEngine[Any],
    request: WritingRequest,
    before: StoredFile | None,
) -> Iterator[Round]:
    reader = AnswerReader(EngineSettings())
    for number in range(1, MOST_REPAIRS + 2):
        (answer,) = produce(writer, [Item(round_id(number), request)])
        asked = ReadRequest(
            answer=answer.files["answer"],
            ended=answer.record.metadata.get("ended", "done"),
            brief=request.brief,
            before=before,
        )
        (reading,) = produce(reader, [Item(reading_id(answer.item_id), asked)])
        said = AnswerReading.model_validate_json(reading.files["reading"].path.read_bytes())
        this = Round(answer, reading, said)
        yield this
        if said.listed is not None:
            return
        request = request.model_copy(update={"attempts": (*request.attempts, this.attempt)})


def _result(
    writer: WriterEngine[Any], rounds: Sequence[Round], plan: Produced | None, seed: int
) -> StageResult:
    items = [*chain(*((one.answer, one.reading) for one in rounds)), *filter(None, [plan])]
    answers = {one.answer.item_id: one.answer for one in rounds}
    artifacts = [
        _told(artifact, answers[item.item_id], seed) if item.item_id in answers else artifact
        for item in items
        for artifact in artifacts_of(item)
    ]
    return StageResult.of(writer.identity(), items, artifacts)


def _told(artifact: Artifact, answer: Produced, seed: int) -> Artifact:
    """Return an answer as the manifest lists it: with its seed, and how long it took."""
    metadata = {**artifact.metadata, "seconds": round(answer.record.seconds, 3)}
    return artifact.model_copy(update={"seed": seed, "metadata": metadata})
