"""What a real language model answers; the package index is asked for it, once.

What it wrote lies in ``test-output/writer/`` for people to read.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import real_writer
from devices import on_cpu
from sparkle_motion_dagster.engines.writer.base import Attempt, WritingRequest
from sparkle_motion_dagster.engines.writer.transformers.engine import TransformersWriter
from sparkle_motion_dagster.engines.writer.transformers.settings import TransformersSettings
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.shotlist.writing.craft import craft_problems

OUTPUT = Path(__file__).parents[3] / "test-output" / "writer"
BRIEF = Brief(prompt="two keepers argue in a lighthouse while the storm comes in", seconds=8)


@pytest.mark.models
def test_a_real_model_answers_within_the_schema_and_is_asked_again(tmp_path: Path) -> None:
    settings = TransformersSettings(weights=real_writer.folder(), max_tokens=2048)
    writer = TransformersWriter(settings, on_cpu())
    OUTPUT.mkdir(parents=True, exist_ok=True)
    request = WritingRequest(brief=BRIEF, seed=1)
    for number in (1, 2):
        (made,) = writer.make([request], tmp_path)
        answer = made.outputs["answer"].path.read_text(encoding="utf-8")
        (OUTPUT / f"answer-{number}.txt").write_text(answer, encoding="utf-8")
        assert made.metadata["ended"] == "done"
        jsonschema.validate(json.loads(answer), answer_schema(BRIEF))
        listed = read_answer(answer).listed
        assert listed is not None
        problems = tuple(craft_problems(listed, BRIEF)) or ("Nobody is in the story.",)
        attempt = Attempt(answer=answer, problems=problems)
        request = request.model_copy(update={"attempts": (*request.attempts, attempt)})
