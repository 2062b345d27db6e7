"""What the template writer changes in a story, and what it leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.base import EngineError, EngineInputError, EngineSettings
from sparkle_motion_dagster.engines.writer.base import Attempt, WritingRequest
from sparkle_motion_dagster.engines.writer.template.edits import edited
from sparkle_motion_dagster.engines.writer.template.engine import TemplateWriter
from sparkle_motion_dagster.engines.writer.template.plots.parts import endings
from sparkle_motion_dagster.engines.writer.template.story import story_of
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ListedShot, ShotList
from sparkle_motion_dagster.shotlist.writing.answers import read_answer
from sparkle_motion_dagster.shotlist.writing.brief import Brief

STORY = story_of(Brief(prompt="Anna and Tom argue in a kitchen in the rain", seconds=45), 1)


def shots(story: ShotList) -> list[ListedShot]:
    return [shot for scene in story.scenes for shot in scene.shots]


def lines(story: ShotList) -> list[str]:
    return [line.text for shot in shots(story) for line in shot.lines]


def change(request: str, story: ShotList = STORY) -> ShotList:
    """Return a story changed, whose plan must keep every rule."""
    new = edited(story, request, 1)
    validate(plan_of(new))
    return new


def test_shots_are_cut_by_the_numbers_of_the_story_as_it_was() -> None:
    new = change("Cut shot 2; please remove shots 4 and 6-7.")
    kept = [shot for number, shot in enumerate(shots(STORY), 1) if number not in (2, 4, 6, 7)]
    assert shots(new) == kept
    assert new.model_copy(update={"scenes": STORY.scenes}) == STORY


def test_shots_are_cut_from_the_last_to_the_first_as_well() -> None:
    assert change("cut shots 6-4") == change("cut shots 4-6") != STORY


def test_a_film_whose_last_shot_is_cut_still_fades_out() -> None:
    last = len(shots(STORY))
    new = change(f"cut shots {last - 1} to {last}")
    assert shots(new)[-1].ending == "fade"
    assert shots(new)[:-1] == shots(STORY)[: last - 3]


@pytest.mark.parametrize("quoted", ['"{}"', "“{}”"])
def test_a_line_says_something_else(quoted: str) -> None:
    text = "Not tonight. And cut shot 1; no."
    new = change(f"cut shot 1; change line 2 to {quoted.format(text)}")
    assert lines(new) == [lines(STORY)[0], text, *lines(STORY)[2:]]


def test_somebody_has_another_name_everywhere() -> None:
    new = change("call Anna Berta and set it at night")
    assert [one.name for one in new.characters] == ["Berta", "Tom"]
    assert new.characters[0].description == STORY.characters[0].description
    assert "Anna" not in new.model_dump_json()
    assert {scene.time for scene in new.scenes} == {"night"}


@pytest.mark.parametrize("mood", ["happier", "sadder"])
def test_an_ending_has_other_words(mood: str) -> None:
    new = change(f"make the ending {mood}")
    said = [line.en for line in endings()[mood]]
    assert lines(new)[:-2] == lines(STORY)[:-2]
    assert lines(new)[-1] in said
    assert [shot.characters for shot in shots(new)] == [shot.characters for shot in shots(STORY)]


def test_shorter_leaves_out_what_nobody_speaks_in() -> None:
    new = change("make it shorter")
    assert len(shots(new)) < len(shots(STORY))
    assert lines(new) == lines(STORY)
    assert {shot.size for shot in shots(new) if not shot.lines} == {"wide shot"}


def test_longer_says_more_in_the_language_of_the_film() -> None:
    french = story_of(Brief(prompt="Anna et Tom dans une cuisine", seconds=20), 1)
    new = change("make it longer", change("make it longer", french))
    assert len(lines(new)) >= len(lines(french)) + 2
    assert [line for line in lines(new) if line in lines(french)] == lines(french)
    assert len(set(lines(new))) == len(lines(new))


@pytest.mark.parametrize(
    ("request_text", "says"),
    [
        ("make it more like Tarkovsky", r"does not understand 'make it more like Tarkovsky'"),
        ("cut shot 99", r"no shot 99: it has \d+ shots"),
        ("cut shots 1-200", r"no shot \d+"),
        ('change line 99 to "No."', r"no line 99: it has \d+ lines"),
        (f'change line 1 to "{"No. " * 50}"', "at most 150 letters"),
        ("call Berta Anna", "Nobody in the story is called Berta: there are Anna, Tom"),
        ("call Anna Tom", "cannot be called Tom"),
        (f"cut shots 1-{len(shots(STORY))}", "Nothing is left"),
    ],
)
def test_what_cannot_be_done_is_refused(request_text: str, says: str) -> None:
    with pytest.raises(EngineInputError, match=says):
        edited(STORY, request_text, 1)


def test_the_engine_edits_what_was_before(tmp_path: Path) -> None:
    writer = TemplateWriter(EngineSettings())
    request = WritingRequest(brief=Brief(prompt="cut shot 2"), before=STORY, seed=1)
    (made,) = writer.make([request], tmp_path)
    answer = read_answer(made.outputs["answer"].path.read_text(encoding="utf-8"))
    assert answer.listed == change("cut shot 2")
    assert made.metadata["written_by"] == "rules"
    unknown = request.model_copy(update={"brief": Brief(prompt="make it a western")})
    with pytest.raises(EngineInputError, match="understands: cut shot 4"):
        writer.check(unknown)


def test_a_refused_answer_is_a_fault_of_the_rules(tmp_path: Path) -> None:
    attempt = Attempt(answer="{}", problems=("There are 9 shots.",))
    request = WritingRequest(brief=Brief(prompt="a lake"), attempts=(attempt,), seed=1)
    with pytest.raises(EngineError, match=r"There are 9 shots\."):
        next(TemplateWriter(EngineSettings()).make([request], tmp_path))
