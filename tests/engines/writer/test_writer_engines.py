"""What every engine that writes does, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from devices import on_cpu
from sparkle_motion_dagster.engines.base import EngineSettings
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.engines.writer.openai.engine import OpenaiWriter
from sparkle_motion_dagster.engines.writer.openai.settings import OpenaiWriterSettings
from sparkle_motion_dagster.engines.writer.template.engine import TemplateWriter
from sparkle_motion_dagster.shotlist.answers import answer_schema, read_answer
from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.craft import craft_problems


def _openai(request: pytest.FixtureRequest) -> WriterEngine[Any]:
    address = request.getfixturevalue("openai_server").room().base_url
    return OpenaiWriter(OpenaiWriterSettings(base_url=address, model="right"), on_cpu())


WRITERS: dict[str, Callable[[pytest.FixtureRequest], WriterEngine[Any]]] = {
    "openai": _openai,
    "template": lambda _: TemplateWriter(EngineSettings()),
}
"""Each engine, ready to write."""

BRIEF = Brief(prompt="two keepers argue in a lighthouse while the storm comes in")


@pytest.fixture(params=WRITERS)
def writer(request: pytest.FixtureRequest) -> WriterEngine[Any]:
    return WRITERS[request.param](request)


def answer_of(writer: WriterEngine[Any], request: WritingRequest, folder: Path) -> str:
    (made,) = writer.make([request], folder)
    writer.examine(made.outputs["answer"], folder)
    return made.outputs["answer"].path.read_text(encoding="utf-8")


def test_it_answers_with_a_shot_list_that_can_be_filmed(
    writer: WriterEngine[Any], tmp_path: Path
) -> None:
    answer = answer_of(writer, WritingRequest(brief=BRIEF, seed=1), tmp_path)
    reading = read_answer(answer)
    assert reading.listed is not None, reading.problems
    assert list(craft_problems(reading.listed, BRIEF)) == []
    assert reading.listed.story
    said = reading.listed.model_dump(mode="json")
    jsonschema.validate(_without_lines(said), answer_schema(BRIEF))


def test_equal_requests_have_equal_answers(writer: WriterEngine[Any], tmp_path: Path) -> None:
    request = WritingRequest(brief=BRIEF, seed=1)
    answers = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        answers.append(answer_of(writer, request, tmp_path / name))
    assert answers[0] == answers[1]


def _without_lines(said: Any) -> Any:
    """Return a shot list without what only scripts have."""
    if isinstance(said, dict):
        return {key: _without_lines(one) for key, one in said.items() if key != "line"}
    return [_without_lines(one) for one in said] if isinstance(said, list) else said
