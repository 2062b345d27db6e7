"""The template engine: a story by rules, from the words of the prompt and a seed."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.engines.base import EngineError, EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.template.edits import edited
from sparkle_motion_dagster.engines.writer.template.story import story_of
from sparkle_motion_dagster.shotlist.models import ShotList


class TemplateWriter(WriterEngine[EngineSettings]):
    """Writes by rules, without a model; equal requests give equal answers."""

    name = "template"
    version = 2
    settings_model = EngineSettings

    def check(self, request: WritingRequest) -> None:
        """Make sure that a request is in a language, and asks for edits, that the rules know.

        Raises:
            EngineInputError: It is not.
        """
        _written(request)

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made]:
        """Write one story a request.

        Raises:
            EngineInputError: See `check`.
            EngineError: An answer of these rules was not taken: they would answer the same again.
        """
        for number, request in enumerate(requests):
            if request.attempts:
                problems = " ".join(request.attempts[-1].problems)
                raise EngineError(
                    "The template writer answers equal requests equally, and its answer was not "
                    f"taken: {problems} That is a fault of its rules; another seed, or a model, "
                    "writes another one."
                )
            answer = folder / f"answer-{number}.txt"
            answer.write_text(_written(request).model_dump_json(indent=2), encoding="utf-8")
            yield Made(
                {"answer": MadeFile(answer, "text/plain")}, {"written_by": "rules", "ended": "done"}
            )


def _written(request: WritingRequest) -> ShotList:
    if request.before is not None:
        return edited(request.before, request.brief.prompt, request.seed)
    return story_of(request.brief, request.seed)
