"""The answer reader: what a writer's answer says, and everything that is wrong with it."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.listing import listed_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.rewriting.rewriting import rewritten
from sparkle_motion_dagster.shotlist.writing.answers import Reading, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.shotlist.writing.craft import craft_problems

Ended = Literal["done", "length", "refused"]
"""How an answer ended; see `WriterEngine`."""

_CUT_OFF = (
    "The answer was cut off: it came to the most that the writer may answer (its setting "
    "max_tokens), or its time or its connection ended before. Answer in fewer words: fewer shots, "
    "shorter descriptions."
)
_REFUSED = "The writer refused to answer."


class ReadRequest(Request):
    """An answer, how it ended, the brief that it answers, and the plan file that it is to change.

    ``before`` is None where a new plan is written.
    """

    answer: StoredFile
    ended: Ended = "done"
    brief: Brief
    before: StoredFile | None = Field(default=None, exclude_if=lambda before: before is None)


class AnswerReading(Request):
    """What an answer says, and what is wrong with it, in words that its writer can mend it by."""

    listed: ShotList | None = Field(description="None: nothing that a film can be made of")
    problems: tuple[str, ...] = ()


class AnswerReader(Engine[ReadRequest, EngineSettings]):
    """Reads answers.

    Each result holds an output ``reading``: an `AnswerReading` as JSON.
    """

    name = "answer_reader"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[ReadRequest], folder: Path) -> Generator[Made]:
        """Read one answer a request."""
        for number, request in enumerate(requests):
            file = folder / f"reading-{number}.json"
            reading = _reading(request)
            file.write_text(reading.model_dump_json(indent=2), encoding="utf-8")
            yield Made({"reading": MadeFile(file, "application/json")})


def _reading(request: ReadRequest) -> AnswerReading:
    if request.ended == "refused":
        return AnswerReading(listed=None, problems=(_REFUSED,))
    reading = read_answer(request.answer.path.read_text(encoding="utf-8"))
    cut_off = (_CUT_OFF,) if request.ended == "length" else ()
    problems = (*cut_off, *reading.problems, *_problems(reading, request))
    return AnswerReading(listed=None if problems else reading.listed, problems=problems)


def _problems(reading: Reading, request: ReadRequest) -> tuple[str, ...]:
    """Return what keeps a shot list from being a film."""
    if reading.listed is None:
        return ()
    text = None if request.before is None else request.before.path.read_text(encoding="utf-8")
    before = None if text is None else listed_of(plan_in(text)[1])
    if problems := tuple(craft_problems(reading.listed, request.brief, before)):
        return problems
    try:
        if text is None:
            validate(plan_of(reading.listed))
        else:
            plan_in(rewritten(text, reading.listed).text)
    except PlanError as error:
        return tuple(f"The plan that is made of it is wrong: {one}" for one in error.problems)
    return ()
