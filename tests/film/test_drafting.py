"""Having a plan written: answers are read, and go back to their writer with what is wrong."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from devices import on_cpu
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.base import EngineSettings, Made, MadeFile
from sparkle_motion_dagster.engines.writer.base import WriterEngine, WritingRequest
from sparkle_motion_dagster.film.casting.speakers import speakers_of
from sparkle_motion_dagster.film.drafting import (
    MOST_REPAIRS,
    Draft,
    NotWrittenError,
    plan_before,
    write_draft,
)
from sparkle_motion_dagster.operations.control import RunControl
from sparkle_motion_dagster.plan.editing import plan_in
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.production.loop import produce
from sparkle_motion_dagster.production.progress import Progress
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.shotlist.writing.brief import Brief

BRIEF = Brief(prompt="a farewell at a pier", seconds=10)
LINE = {"speaker": "Mara", "text": "[softly] Write to me."}
SHOT = {"size": "close-up", "shows": "Mara waits", "characters": ["Mara"], "lines": [LINE]}
GOOD = {
    "title": "The Pier",
    "story": "Mara waits at the pier. The boat leaves without her.",
    "characters": [{"name": "Mara", "description": "woman of 30, red scarf"}],
    "scenes": [{"place": "a wooden pier", "time": "dawn", "mood": "sea", "shots": [SHOT]}],
}


class Parrot(WriterEngine[EngineSettings]):
    """Answers what it was taught, one answer after the other, and notes what it was asked."""

    name = "parrot"
    version = 1
    settings_model = EngineSettings

    def __init__(self, *answers: str, ended: str = "done") -> None:
        super().__init__(EngineSettings())
        self._answers, self._ended = iter(answers), ended
        self.asked: list[WritingRequest] = []

    def make(self, requests: Sequence[WritingRequest], folder: Path) -> Generator[Made]:
        for request in requests:
            self.asked.append(request)
            file = folder / "answer.txt"
            file.write_text(next(self._answers), encoding="utf-8")
            yield Made({"answer": MadeFile(file, "text/plain")}, {"ended": self._ended})


def drafted(writer: Parrot, home: Path, changed: Path | None = None) -> Draft:
    workbench = Workbench(SparkleHome(home))
    folder = workbench.run_folder("film")
    progress, control = Progress(folder, "draft"), RunControl(folder)
    return write_draft(
        lambda engine, items: produce(engine, items, workbench, progress, control),
        writer,
        BRIEF,
        seed=3,
        speakers=speakers_of("espeak", {}, voice_catalogue(), on_cpu()),
        before=None if changed is None else plan_before(changed, folder, workbench),
    )


def with_shot(**changed: object) -> str:
    scene = GOOD["scenes"][0] | {"shots": [SHOT | changed]}  # type: ignore[operator]
    return json.dumps(GOOD | {"scenes": [scene]})


def test_a_good_answer_is_a_plan(tmp_path: Path) -> None:
    draft = drafted(Parrot(f"Here it is:\n```json\n{json.dumps(GOOD)}\n```"), tmp_path)
    plan_file = tmp_path / "plan.yaml"
    plan_file.write_bytes(draft.file.path.read_bytes())
    plan = load_plan(plan_file).plan
    assert plan.title == "The Pier"
    assert plan.shots[0].dialogue[0].text == "[softly] Write to me."
    assert plan.metadata.model_extra == {
        "story": GOOD["story"],
        "written": {"by": "parrot", "prompt": BRIEF.prompt, "seed": 3, "rounds": 1},
    }
    assert plan_file.read_text().startswith(
        "# Written by parrot 1 with the seed 3, asked for:\n# a farewell at a pier\n"
    )


def test_a_known_draft_is_written_once(tmp_path: Path) -> None:
    first = drafted(Parrot(json.dumps(GOOD)), tmp_path)
    again = Parrot()
    assert drafted(again, tmp_path).file.sha256 == first.file.sha256
    assert again.asked == []


def test_what_is_wrong_goes_back_word_for_word(tmp_path: Path) -> None:
    answers = ["I would rather not.", with_shot(characters=["Tom"]), json.dumps(GOOD)]
    writer = Parrot(*answers)
    draft = drafted(writer, tmp_path)
    assert draft.plan is not None
    last = writer.asked[-1]
    assert [attempt.answer for attempt in last.attempts] == answers[:2]
    assert last.attempts[0].problems == ("There is no JSON object in the answer.",)
    assert last.attempts[1].problems == (
        "scenes[0].shots[0]: 'Tom' is in the picture and not among the characters (Mara).",
        "scenes[0].shots[0]: 'Mara' speaks and is not in the picture; that is an off_screen line.",
    )
    manifest = draft.manifest("film", "animatic", "cpu")
    assert [f"{one.file}" for one in manifest.artifacts] == [
        *("round_1.txt", "round_1@reading.json", "round_2.txt", "round_2@reading.json"),
        *("round_3.txt", "round_3@reading.json", "draft.yaml"),
    ]
    refused = manifest.artifact("round_2", "answer")
    assert (refused.seed, refused.metadata["ended"]) == (3, "done")


def test_no_stand_in_takes_the_place_of_an_answer(tmp_path: Path) -> None:
    writer = Parrot(*["nothing"] * 9)
    draft = drafted(writer, tmp_path)
    assert len(writer.asked) == MOST_REPAIRS + 1
    assert draft.plan is None
    with pytest.raises(NotWrittenError, match="no answer can be used") as refused:
        _ = draft.file
    assert "There is no JSON object in the answer." in str(refused.value)
    assert refused.value.exit_code == 1
    files = [one.file for one in draft.manifest("film", "animatic", "cpu").artifacts]
    assert files[-2:] == ["round_4.txt", "round_4@reading.json"]


@pytest.mark.parametrize(
    ("answer", "ended", "problem"),
    [
        (json.dumps(GOOD)[:-40], "length", "The answer was cut off"),
        (json.dumps(GOOD), "refused", "The writer refused to answer."),
        ("", "done", "There is no JSON object"),
        ('{"title": "x", "scenes": []}', "done", "scenes: Tuple should have at least 1 item"),
        (json.dumps(GOOD | {"path": "../x"}), "done", "path: Extra inputs are not permitted."),
        ("{" * 100_000, "done", "The JSON of the answer cannot be read"),
        (with_shot(lines=[{"speaker": "Mara", "text": "?!"}]), "done", "'Mara' says nothing"),
        (with_shot(lines=[LINE | {"text": "word " * 60}]), "done", "299 letters are said in it"),
        (with_shot(characters=["Mara", "Mara"]), "done", "somebody is in the picture twice"),
    ],
)
def test_each_fault_is_named(answer: str, ended: str, problem: str, tmp_path: Path) -> None:
    draft = drafted(Parrot(*[answer] * 9, ended=ended), tmp_path)
    assert draft.plan is None
    assert problem in draft.rounds[0].said.problems[0]


def test_a_plan_is_changed_and_says_how(tmp_path: Path) -> None:
    plan_file = tmp_path / "pier.yaml"
    first = drafted(Parrot(json.dumps(GOOD)), tmp_path)
    plan_file.write_text(f"# mine\n{first.file.path.read_text()}", encoding="utf-8")
    changed = with_shot(lines=[LINE | {"text": "Never write to me."}])
    writer = Parrot(changed)
    draft = drafted(writer, tmp_path, plan_file)
    assert writer.asked[0].before is not None
    assert writer.asked[0].before.scenes[0].shots[0].lines[0].text == LINE["text"]
    assert draft.differences is not None
    assert "Never write to me." in draft.differences
    text = draft.file.path.read_text()
    assert text.startswith("# mine\n")
    assert "Never write to me." in text
    manifest = draft.manifest("film", "animatic", "cpu")
    assert manifest.artifact("before", "plan").sha256 == digest_file(plan_file)


def test_a_shot_that_says_much_already_stays_in_a_plan_that_is_changed(tmp_path: Path) -> None:
    plan, _ = plan_in(drafted(Parrot(json.dumps(GOOD)), tmp_path).file.path.read_text())
    said = " ".join(["word"] * 29)
    plan["shots"][0]["dialogue"] = [{"character_id": "mara", "text": said}] * 2
    plan_file = tmp_path / "pier.yaml"
    plan_file.write_text(yaml_text(plan), encoding="utf-8")
    answer = with_shot(lines=[LINE | {"text": said}] * 2, shows="Mara waves")
    draft = drafted(Parrot(answer), tmp_path, plan_file)
    assert "Mara waves" in draft.file.path.read_text()
