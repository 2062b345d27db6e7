"""What every engine that writes does, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import tiny_writer
from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.registry import engines_of_kind
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.openai.engine import OpenaiWriter
from sparkle_motion_dagster.engines.writer.openai.settings import OpenaiWriterSettings
from sparkle_motion_dagster.engines.writer.template.engine import TemplateWriter
from sparkle_motion_dagster.engines.writer.transformers.engine import TransformersWriter
from sparkle_motion_dagster.engines.writer.transformers.settings import TransformersSettings
from sparkle_motion_dagster.shotlist.writing.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief
from sparkle_motion_dagster.shotlist.writing.craft import craft_problems


def _openai(request: pytest.FixtureRequest, _: Path) -> WriterEngine[Any]:
    address = request.getfixturevalue("openai_server").room().base_url
    return OpenaiWriter(OpenaiWriterSettings(base_url=address, model="right"), on_cpu())


WRITERS: dict[str, Callable[[pytest.FixtureRequest, Path], WriterEngine[Any]]] = {
    "openai": _openai,
    "template": lambda *_: TemplateWriter(EngineSettings()),
    "transformers": lambda _, folder: TransformersWriter(
        TransformersSettings(weights=tiny_writer.save(folder)), on_cpu()
    ),
}
"""Each engine, ready to write, given an empty folder of its own."""

UNTAUGHT = {"transformers"}
"""Engines with random weights: their answers keep to the schema, and make no sense."""

assert set(WRITERS) == set(engines_of_kind("writer")), "put your engine into WRITERS"

PROMPT = "two keepers argue in a lighthouse while the storm comes in"
BRIEF = Brief(prompt=PROMPT)
SHORT = Brief(prompt=PROMPT, seconds=8)


@pytest.fixture(scope="module", params=WRITERS)
def writer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> WriterEngine[Any]:
    return WRITERS[request.param](request, tmp_path_factory.mktemp(request.param))


def answer_of(writer: WriterEngine[Any], request: WritingRequest, folder: Path) -> str:
    (made,) = writer.make([request], folder)
    writer.examine(made.outputs["answer"], folder)
    assert made.metadata["ended"] == "done"
    return made.outputs["answer"].path.read_text(encoding="utf-8")


def test_it_answers_with_a_shot_list_that_can_be_filmed(
    writer: WriterEngine[Any], tmp_path: Path
) -> None:
    if writer.name in UNTAUGHT:
        pytest.skip("its weights are random")
    reading = read_answer(answer_of(writer, WritingRequest(brief=BRIEF, seed=1), tmp_path))
    assert reading.listed is not None, reading.problems
    assert list(craft_problems(reading.listed, BRIEF)) == []
    assert reading.listed.story


def test_equal_requests_have_equal_answers_that_keep_to_the_schema(
    writer: WriterEngine[Any], tmp_path: Path
) -> None:
    request = WritingRequest(brief=SHORT, seed=1)
    answers = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        answers.append(answer_of(writer, request, tmp_path / name))
    assert answers[0] == answers[1]
    reading = read_answer(answers[0])
    assert reading.listed is not None, reading.problems
    said = reading.listed.model_dump(mode="json")
    jsonschema.validate(_without_lines(said), answer_schema(SHORT))


def _without_lines(said: Any) -> Any:
    """Return a shot list without what only scripts have."""
    if isinstance(said, dict):
        return {
            key: _without_lines(one) for key, one in said.items() if key not in ("line", "number")
        }
    return [_without_lines(one) for one in said] if isinstance(said, list) else said
