from __future__ import annotations

from pathlib import Path

import pytest

from plan_texts import PLAN, changed, line_of, problem_of, refused, write
from sparkle_motion_dagster.plan.reading.loading import load_plan

FIRST = "{type: silence, start_time_sec: 0.0, duration_sec: 3.5}"
SECOND = "text: Not   tonight., start_time_sec: 3.5, duration_sec: 4}"
LAST = "{type: silence, start_time_sec: 7.5, duration_sec: 1.5}"


def without_timeline(text: str = PLAN) -> str:
    return text[: text.index("dialogue_timeline:")] + text[text.index("render_profile:") :]


def film_of(shots: int, seconds: float) -> str:
    lines = ["title: long", "base_images:"]
    lines += [f"  - {{id: f{number}, prompt: x}}" for number in range(shots + 1)]
    lines += ["shots:"]
    lines += [
        f"  - {{id: s{number}, duration_sec: {seconds}, visual_description: x, "
        f"start_base_image_id: f{number}, end_base_image_id: f{number + 1}}}"
        for number in range(shots)
    ]
    return "\n".join([*lines, "render_profile: {video: {model_id: wan-2.1}}", ""])


# Rule 2


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("id: shot_002", "id: SHOT_001", "shots[1].id", "shots[0] is called 'shot_001'"),
        ("id: tom", "id: mara", "characters[1].id", "characters[0] is called 'mara'"),
        ("id: tom", "id: MARA", "characters[1].id", "characters[0] is called 'mara'"),
    ],
)
def test_ids_are_unique_whatever_their_case(
    tmp_path: Path, old: str, new: str, field: str, message: str
) -> None:
    problem = problem_of(tmp_path, changed((old, new)))
    assert (problem.field, problem.line) == (field, line_of(PLAN, old))
    assert f"'{new[4:]}' is taken: {message}" in problem.message


def test_base_images_too(tmp_path: Path) -> None:
    text = changed(
        ("- id: frame_002", "- id: Frame_000"),
        ("end_base_image_id: frame_002", "end_base_image_id: Frame_000"),
    )
    problem = problem_of(tmp_path, text)
    assert problem.field == "base_images[2].id"


def test_different_kinds_may_share_an_id(tmp_path: Path) -> None:
    load_plan(write(tmp_path, changed(("id: shot_001", "id: mara"))))


@pytest.mark.parametrize("item_id", ["a", "7", "A.b_c-d", "a" * 64, "no", '"1"'])
def test_ids_that_are_names(tmp_path: Path, item_id: str) -> None:
    text = changed(("id: tom", f"id: {item_id}" if item_id != "7" else 'id: "7"'))
    load_plan(write(tmp_path, text))


# Rule 3


@pytest.mark.parametrize("blank", ['""', '" \\t\\n"', '"\\u00a0"'])
@pytest.mark.parametrize(
    ("old", "field"),
    [
        ("title: Harbour Light", "title"),
        ("prompt: lamp room", "base_images[1].prompt"),
        ("name: Tom", "characters[1].name"),
        ("visual_description: Mara speaks to the storm", "shots[1].visual_description"),
        ("text: Not tonight.", "shots[1].dialogue[0].text"),
    ],
)
def test_texts_are_not_blank(tmp_path: Path, old: str, field: str, blank: str) -> None:
    problem = problem_of(tmp_path, changed((old, f"{old.split(':')[0]}: {blank}")))
    assert (problem.field, problem.line) == (field, line_of(PLAN, old))
    assert problem.message.startswith("is blank")


# Rule 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ([("characters: [mara]", "characters: [mara, mary]")], "base_images[1].characters[1]"),
        (
            [
                ("{type: dialogue, character_id: mara", "{type: dialogue, character_id: mary"),
                ("  - character_id: mara", "  - character_id: tom"),
            ],
            "dialogue_timeline[1].character_id",
        ),
    ],
)
def test_characters_are_known(tmp_path: Path, changes: list[tuple[str, str]], field: str) -> None:
    problems = refused(write(tmp_path, changed(*changes))).problems
    problem = next(problem for problem in problems if problem.field == field)
    assert problem.line == line_of(PLAN, changes[0][0])
    assert problem.message == "'mary' is no character; characters are mara, tom"


def test_characters_of_spoken_lines_are_known(tmp_path: Path) -> None:
    text = without_timeline(changed(("      - character_id: mara", "      - character_id: Mara")))
    problem = problem_of(tmp_path, text)
    assert problem.field == "shots[1].dialogue[0].character_id"
    assert problem.message == "'Mara' is no character; characters are mara, tom"


def test_a_picture_names_everybody_once(tmp_path: Path) -> None:
    text = changed(("characters: [mara]", "characters: [mara, tom, mara]"))
    problem = problem_of(tmp_path, text)
    assert problem.field == "base_images[1].characters[2]"
    assert problem.line == line_of(text, "[mara, tom, mara]")
    assert problem.message == "'mara' is in base image 'frame_001' already: name everybody once"


# Rule 5


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            [(FIRST, "{type: silence, start_time_sec: 0.002, duration_sec: 3.498}")],
            "dialogue_timeline[0].start_time_sec",
            "the timeline starts at 0.002 s, but a film starts at 0 s",
        ),
        (
            [(FIRST, "{type: silence, start_time_sec: 0, duration_sec: 3.25}")],
            "dialogue_timeline[1].start_time_sec",
            "entry 1 starts at 3.5 s, but entry 0 ends at 3.25 s: fill the gap with a silence",
        ),
        (
            [(FIRST, "{type: silence, start_time_sec: 0, duration_sec: 3.75}")],
            "dialogue_timeline[1].start_time_sec",
            "entry 1 starts at 3.5 s, but entry 0 only ends at 3.75 s: the two must not overlap",
        ),
        (
            [
                (FIRST, "{type: silence, start_time_sec: 0.0009, duration_sec: 0.0001}"),
                (SECOND, "text: Not tonight., start_time_sec: 0, duration_sec: 7.5}"),
            ],
            "dialogue_timeline[1].start_time_sec",
            "entry 1 starts at 0 s, before entry 0, which starts at 0.0009 s",
        ),
        (
            [(LAST, "{type: silence, start_time_sec: 7.5, duration_sec: 1.25}")],
            "dialogue_timeline[2].duration_sec",
            "the timeline ends at 8.75 s, but the last shot ends at 9 s: both must end together",
        ),
        (
            [(LAST, "{type: silence, start_time_sec: 7.5, duration_sec: 1.502}")],
            "dialogue_timeline[2].duration_sec",
            "the timeline ends at 9.002 s, but the last shot ends at 9 s",
        ),
    ],
)
def test_the_timeline_covers_the_film(
    tmp_path: Path, changes: list[tuple[str, str]], field: str, message: str
) -> None:
    text = changed(*changes)
    problem = problem_of(tmp_path, text)
    assert problem.field == field
    entry = int(field[len("dialogue_timeline[")])
    assert problem.line == line_of(PLAN, "dialogue_timeline:") + 1 + entry
    assert message in problem.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (FIRST, "{type: silence, start_time_sec: 0.0009, duration_sec: 3.4991}"),
        (FIRST, "{type: silence, start_time_sec: 0, duration_sec: 3.4991}"),
        (FIRST, "{type: silence, start_time_sec: 0, duration_sec: 3.5009}"),
        (LAST, "{type: silence, start_time_sec: 7.5, duration_sec: 1.4991}"),
        (LAST, "{type: silence, start_time_sec: 7.5, duration_sec: 1.5009}"),
    ],
)
def test_a_millisecond_does_not_matter(tmp_path: Path, old: str, new: str) -> None:
    load_plan(write(tmp_path, changed((old, new))))


def test_an_empty_timeline_is_not_one_that_is_left_out(tmp_path: Path) -> None:
    text = without_timeline() + "dialogue_timeline: []\n"
    problems = refused(write(tmp_path, text)).problems
    assert problems[0].message.startswith("is empty; it must cover the film, or be left out")
    assert problems[0].line == line_of(text, "dialogue_timeline:")


# Rule 6


def test_bounds_of_a_film(tmp_path: Path) -> None:
    assert len(load_plan(write(tmp_path, film_of(200, 18.0))).plan.shots) == 200
    too_many = refused(write(tmp_path, film_of(201, 1.0))).problems
    assert {(problem.field, problem.message) for problem in too_many} == {
        ("shots", "holds 201 entries, but at most 200 may be"),
    }
    too_long = problem_of(tmp_path, film_of(200, 18.01))
    assert too_long.field == "shots"
    assert too_long.message == ("the shots last 3602 s together, but a film lasts at most 3600 s")
    assert problem_of(tmp_path, film_of(1, 1e300)).field == "shots[0].duration_sec"


def test_a_film_has_shots(tmp_path: Path) -> None:
    text = film_of(0, 1)
    problem = problem_of(tmp_path, text.replace("shots:", "shots: []"))
    assert (problem.field, problem.message) == ("shots", "is empty, but at least 1 must be there")


def test_the_longest_line(tmp_path: Path) -> None:
    words = "a" * 2000
    load_plan(write(tmp_path, without_timeline(changed(("text: Not tonight.", f"text: {words}")))))
    text = without_timeline(changed(("text: Not tonight.", f"text: {words}b")))
    problem = problem_of(tmp_path, text)
    assert problem.field == "shots[1].dialogue[0].text"
    assert problem.message == "has 2001 characters, but at most 2000 may be"


@pytest.mark.parametrize(
    ("old", "field", "most"),
    [("name: Tom", "characters[1].name", 200), ("title: Harbour Light", "title", 500)],
)
def test_the_longest_name_and_title(tmp_path: Path, old: str, field: str, most: int) -> None:
    key = old.split(":")[0]
    load_plan(write(tmp_path, changed((old, f"{key}: ' {'x' * most} '"))))
    text = changed((old, f"{key}: {'x' * most}y"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == (field, line_of(text, "xxx"))
    assert problem.message == f"has {most + 1} characters, but at most {most} may be"


# Rule 7


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "text: Not tonight.",
            "text: Not today.",
            "spoken line 1 is mara: 'Not tonight.' here, but mara: 'Not today.' in "
            "shots[1].dialogue[0]: speakers and texts must agree, in order",
        ),
        (
            "  - character_id: mara",
            "  - character_id: tom",
            "spoken line 1 is mara: 'Not tonight.' here, but tom: 'Not tonight.' in "
            "shots[1].dialogue[0]: speakers and texts must agree, in order",
        ),
    ],
)
def test_dialogue_and_timeline_agree(tmp_path: Path, old: str, new: str, message: str) -> None:
    problem = problem_of(tmp_path, changed((old, new)))
    assert problem.field == "dialogue_timeline[1]"
    assert problem.line == line_of(PLAN, "{type: dialogue")
    assert problem.message == message


def test_dialogue_and_timeline_hold_as_many_lines(tmp_path: Path) -> None:
    more = "text: Not tonight.\n      - {character_id: tom, text: Then when?}"
    problem = problem_of(tmp_path, changed(("text: Not tonight.", more)))
    assert problem.field == "dialogue_timeline"
    assert "the shots hold 2 spoken lines, but the timeline holds 1" in problem.message
    fewer = changed((LAST, LAST.replace("silence", "dialogue, character_id: tom, text: When?")))
    problem = problem_of(tmp_path, fewer)
    assert problem.field == "dialogue_timeline[2]"
    assert "the shots hold 1 spoken line, but the timeline holds 2" in problem.message


def test_a_timeline_alone_needs_no_dialogue(tmp_path: Path) -> None:
    text = changed(("    dialogue:\n      - character_id: mara\n        text: Not tonight.\n", ""))
    load_plan(write(tmp_path, text))


# Rule 8: see test_plan_bad_input; here only what needs no file.


def test_a_base_image_has_one_picture(tmp_path: Path) -> None:
    two = "prompt: lamp room\n    asset_uri: a.png\n    local_path: b.png"
    text = changed(("prompt: lamp room", two))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == ("base_images[1].asset_uri", line_of(text, "a.png"))
    assert problem.message == (
        "base image 'frame_001' has two pictures, asset_uri 'a.png' and local_path 'b.png': "
        "keep one"
    )
    (tmp_path / "a.png").write_bytes(b"x")
    same = load_plan(write(tmp_path, text.replace("b.png", "a.png")))
    assert same.plan.base_images[1].picture == "a.png"
