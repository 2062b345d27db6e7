"""What a writer is asked for, and what it answers."""

from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import MediaFacts
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    Examined,
    MadeFile,
    Request,
    SettingsT,
)
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.units import Record


class Attempt(Record):
    """An answer that was not taken: as it came, and what is wrong with it."""

    answer: str
    problems: tuple[str, ...]


class WritingRequest(Request):
    """A story to write, or to write anew.

    Attributes:
        brief: What somebody asks for.
        before: The story that is to be changed as the prompt says; None: there is none yet.
        attempts: The answers to this request that were not taken, the first one first.
        seed: Decides what the writer leaves to chance.
    """

    brief: Brief
    before: ShotList | None = Field(default=None, exclude_if=lambda before: before is None)
    attempts: tuple[Attempt, ...] = ()
    seed: int = Field(ge=0, lt=2**32)


class WriterEngine(Engine[WritingRequest, SettingsT]):
    """Writes.

    Each result holds an output ``answer`` (``text/plain``, UTF-8): what the writer said, word for
    word, be it of use or not. It should be a shot list as JSON, see `shotlist.answers`; whoever
    asked reads it, and asks once more with what is wrong.

    Its metadata says what is known of the answer: ``model`` and ``revision``, ``prompt_tokens`` and
    ``answer_tokens``, and how it ``ended``: ``done``, ``refused``, or ``length`` where it was cut
    off.
    """

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Make sure that an answer is text: it may be empty, and is measured by who reads it."""
        try:
            output.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise EngineError(f"{self.name} answered what is no UTF-8 text: {error}") from error
        return Examined(MediaFacts())
