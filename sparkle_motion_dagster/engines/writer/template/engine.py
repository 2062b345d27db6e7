"""The template engine: a story by rules, from the words of the prompt and a seed."""

from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.template.story import story_of


class TemplateWriter(WriterEngine[EngineSettings]):
    """Writes by rules; equal requests give equal answers."""

    name = "template"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made]:
        """Write one story a request."""
        for number, request in enumerate(requests):
            answer = folder / f"answer-{number}.txt"
            story = story_of(request.brief, request.seed)
            answer.write_text(story.model_dump_json(indent=2), encoding="utf-8")
            yield Made({"answer": MadeFile(answer, "text/plain")}, {"ended": "done"})
