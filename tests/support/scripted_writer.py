"""A writer that answers what its settings say, and an installed distribution that brings it."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.declaration import EngineDeclaration
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest

DECLARATION = EngineDeclaration(
    kind="writer", name="scripted", engine="scripted_writer:ScriptedWriter"
)

_LINE = {"speaker": "Mara", "text": "Write to me."}
_SHOT = {"size": "close-up", "shows": "Mara waits", "characters": ["Mara"], "lines": [_LINE]}
STORY = json.dumps(
    {
        "title": "The Pier",
        "story": "Mara waits at the pier. The boat leaves without her.",
        "characters": [{"name": "Mara", "description": "woman of 30, red scarf"}],
        "scenes": [{"place": "a wooden pier", "time": "dawn", "mood": "sea", "shots": [_SHOT]}],
    }
)
"""An answer that can be used."""


class ScriptedSettings(EngineSettings):
    """What is answered, and where it is noted that somebody asked."""

    answers: tuple[str, ...] = Field(description="the last one is given again and again")
    asked: Path = Field(exclude=True, description="a file, which gets a line an answer")


class ScriptedWriter(WriterEngine[ScriptedSettings]):
    """Answers as it is told."""

    name = "scripted"
    version = 1
    settings_model = ScriptedSettings

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made]:
        for request in requests:
            number = len(request.attempts)
            with self.settings.asked.open("a", encoding="utf-8") as asked:
                asked.write(f"{number + 1}\n")
            file = folder / f"answer-{number}.txt"
            answers = self.settings.answers
            file.write_text(answers[min(number, len(answers) - 1)], encoding="utf-8")
            yield Made({"answer": MadeFile(file, "text/plain")}, {"ended": "done"})


def install_into(folder: Path) -> None:
    """Write into a folder what pip leaves in a `site-packages` of a distribution that brings it."""
    metadata = folder / "scripted_writer-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: scripted-writer\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(
        "[sparkle_motion.engines]\nscripted = scripted_writer:DECLARATION\n"
    )
