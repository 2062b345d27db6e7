from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from plan_texts import PLAN, changed, line_of, problem_of, refused, write
from sparkle_motion_dagster.plan.reading.document import MAX_BYTES, MAX_DEPTH, MAX_VALUES
from sparkle_motion_dagster.plan.reading.loading import load_plan

AS_JSON = json.dumps(YAML(typ="safe", pure=True).load(PLAN), indent=2)


# The file as such


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
@pytest.mark.parametrize("name", ["film.yaml", "film.json"])
def test_an_empty_file(tmp_path: Path, text: str, name: str) -> None:
    assert problem_of(tmp_path, text, name).message == "is empty"


def test_nothing_but_comments(tmp_path: Path) -> None:
    assert problem_of(tmp_path, "# a film\n").message == "is empty"


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, b"title: a\nname: caf\xe9\n")
    assert problem.line == 2
    assert "is not UTF-8 (byte 0xe9)" in problem.message


def test_utf_16(tmp_path: Path) -> None:
    assert "is not UTF-8 (byte 0xff)" in problem_of(tmp_path, PLAN.encode("utf-16")).message


@pytest.mark.parametrize("name", ["film.yaml", "film.json"])
def test_a_file_that_is_too_large(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(10 * 2**40)  # a sparse file, which nobody could read whole
    assert f"is larger than {MAX_BYTES} bytes" in refused(path).problems[0].message


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    text = PLAN + "#" * (MAX_BYTES - len(PLAN.encode()))
    load_plan(write(tmp_path, text))
    assert "is larger than" in problem_of(tmp_path, text + "#").message


def test_no_file_a_folder_and_a_pipe(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.yaml").problems[0].message == "there is no such file"
    assert refused(tmp_path).problems[0].message.startswith("is a folder")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refused(tmp_path / "pipe.yaml").problems[0].message == "is no regular file"
    assert "cannot be read" in refused(tmp_path / ("x" * 300 + ".yaml")).problems[0].message
    assert refused(tmp_path / "a\0.yaml").problems[0].message == "is no path"


def test_another_suffix(tmp_path: Path) -> None:
    message = problem_of(tmp_path, PLAN, "film.txt").message
    assert message == "a plan file ends in one of .yaml, .yml, .json, not in '.txt'"


@pytest.mark.parametrize("text", ["- a\n", "just words\n", "3\n"])
def test_a_plan_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    assert problem_of(tmp_path, text).message.startswith("a plan is a mapping")
    assert problem_of(tmp_path, "[1]", "film.json").line == 1


# YAML


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title: a\nshots: [1, 2\n", 3, "expected ',' or ']'"),
        ("title: a\n\tshots: []\n", 2, "cannot start any token"),
        ("title: 'a\n", 2, "unexpected end of stream"),
        ("title: a\nname: {a: b\n", 3, "expected ',' or '}'"),
        ('title: a\nname: "\\q"\n', 2, "unknown escape"),
        ("title: a\nname: *nobody\n", 2, "nothing before *nobody is anchored"),
        ("title: &t [*t]\n", 1, "*t stands inside what it stands for"),
        ("title: a\n---\ntitle: b\n", 2, "a second document begins"),
        ("%YAML 1.1\n---\ntitle: a\n", 2, "a plan is YAML 1.2"),
        ('title: "\\U00110000"\n', 1, "names no character"),
        ("title: a\nname: \x07\n", 2, "control character U+0007"),
        ("? [a]\n: b\n", 1, "the key a list is no text"),
    ],
)
def test_broken_yaml(tmp_path: Path, text: str, line: int, message: str) -> None:
    problem = refused(write(tmp_path, text)).problems[0]
    assert message in problem.message
    assert problem.line == line


@pytest.mark.parametrize("key", ["3", "null", "true", "1.5"])
def test_keys_that_are_no_text(tmp_path: Path, key: str) -> None:
    text = changed(("  plan_id: harbour-light", f"  {key}: x"))
    problem = problem_of(tmp_path, text)
    assert problem.field == "metadata"
    assert problem.line == line_of(text, f"  {key}: x")
    assert problem.message == f"the key {key} is no text: put it in quotes"


def test_merge_keys(tmp_path: Path) -> None:
    text = changed(("  - id: tom", "  - <<: {id: tom}\n    id: tom"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == ("characters[1]", line_of(text, "<<"))
    assert "no merge key" in problem.message


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch owned']",
        "!!python/name:os.system ''",
        "!include secret.txt",
        "!<tag:yaml.org,2002:binary> aGk=",
        "!!timestamp 2001-01-01",
        "!!set {a, b}",
    ],
)
def test_tags_that_construct_objects(tmp_path: Path, tag: str) -> None:
    text = changed(("  plan_id: harbour-light", f"  mood: {tag}"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == ("metadata.mood", line_of(text, "mood: !"))
    assert "is refused: a plan is plain data" in problem.message
    assert [path.name for path in tmp_path.iterdir()] == ["film.yaml"]


def test_core_tags_mean_what_they_say(tmp_path: Path) -> None:
    text = changed(("title: Harbour Light", "title: !!str 7"), ("_sec: 4.0", "_sec: !!float 4"))
    write(tmp_path, text)
    wrong = changed(("duration_sec: 4.0", "duration_sec: !!int four"))
    assert "'four' is no !!int" in problem_of(tmp_path, wrong).message


def _bomb(levels: int, width: int) -> str:
    lines = ["metadata:", "  x0: &x0 lol"]
    for level in range(1, levels):
        row = ", ".join([f"*x{level - 1}"] * width)
        lines.append(f"  x{level}: &x{level} [{row}]")
    return "\n".join(lines)


def test_a_yaml_bomb(tmp_path: Path) -> None:
    text = PLAN.split("metadata:\n  plan_id")[0] + _bomb(levels=12, width=10)
    problem = problem_of(tmp_path, text)
    assert f"holds more than {MAX_VALUES} keys and values" in problem.message
    assert problem.line == line_of(text, "  x6:")


def test_a_yaml_bomb_of_long_texts(tmp_path: Path) -> None:
    text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 50)}]\n"
    problem = problem_of(tmp_path, text)
    assert f"aliases expand to more than {MAX_BYTES} characters" in problem.message
    assert problem.line == 2


def test_deep_nesting_in_yaml(tmp_path: Path) -> None:
    for text in ("[" * 100_000, "- " * 100_000, "{a: " * 100_000, "? " * 100_000):
        problem = problem_of(tmp_path, text)
        assert f"is nested more than {MAX_DEPTH} levels deep" in problem.message
        assert problem.line == 1


def test_deep_nesting_through_aliases(tmp_path: Path) -> None:
    text = "metadata:\n  x0: &x0 [1]\n"
    for level in range(1, 2000):
        text += f"  x{level}: &x{level} [*x{level - 1}]\n"
    problem = problem_of(tmp_path, text)
    assert f"is nested more than {MAX_DEPTH} levels deep" in problem.message
    assert problem.line == line_of(text, f"x{MAX_DEPTH - 3}:")


# JSON


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"title": "a",\n}', 2, 'a comma before the closing "}"'),
        ('{"title": "a"\n "shots": []}', 2, 'expecting "," or "}"'),
        ('{"title"\n "a"}', 2, 'expecting ":" after the key'),
        ('{"title": "a\n"}', 1, "invalid control character"),
        ("{title: 1}", 1, "expecting a key in double quotes"),
        ('{"title":\n', 2, "expecting value"),
        ('{"title": "a"}\n{}', 2, "goes on after its end"),
        ('{"title": "\\ud800"}', 1, "half of a character"),
        ('{"title": ' + "9" * 5000 + "}", 1, "a whole number is at most"),
        ('{"shots": [1, 2\n,]}', 2, 'a comma before the closing "]"'),
    ],
)
def test_broken_json(tmp_path: Path, text: str, line: int, message: str) -> None:
    problem = refused(write(tmp_path, text, "film.json")).problems[0]
    assert message in problem.message
    assert problem.line == line


def test_deep_nesting_in_json(tmp_path: Path) -> None:
    for text in ("[" * 100_000, '{"a":\n' * 100_000):
        problem = problem_of(tmp_path, text, "film.json")
        assert f"is nested more than {MAX_DEPTH} levels deep" in problem.message


def test_very_many_values_in_json(tmp_path: Path) -> None:
    text = '{"shots": [' + "1,\n" * MAX_VALUES + "1]}"
    problem = problem_of(tmp_path, text, "film.json")
    assert f"holds more than {MAX_VALUES} keys and values" in problem.message
    assert problem.line == MAX_VALUES  # the key counts too


# Keys and values


def test_duplicate_keys(tmp_path: Path) -> None:
    text = changed(("    prompt: lamp room", "    prompt: lamp room\n    prompt: another"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == ("base_images[1].prompt", line_of(text, "another"))
    first = line_of(text, "prompt: lamp room")
    assert problem.message == f"is given twice, first on line {first}: keep one of them"


def test_duplicate_keys_in_json(tmp_path: Path) -> None:
    text = AS_JSON.replace('"title"', '"title": "Other",\n  "title"')
    problem = problem_of(tmp_path, text, "film.json")
    assert (problem.field, problem.line) == ("title", line_of(text, '"title": "Harbour'))


@pytest.mark.parametrize(
    ("old", "new", "field", "hint"),
    [
        ("title: Harbour Light", "title: x\ntittle: y", "tittle", "did you mean 'title'?"),
        ("    name: Tom", "    name: Tom\n    nmae: Tim", "characters[1].nmae", "'name'?"),
        ("      voice_id: emma", "      voice: emma", "characters[0].voice_profile.voice", "_id'?"),
        ("max_fps: 24", "maxfps: 24", "render_profile.video.maxfps", "did you mean 'max_fps'?"),
        (
            "        text: Not tonight.",
            "        text: Not tonight.\n        tone: dry",
            "shots[1].dialogue[0].tone",
            "known here: audio, character_id, metadata, off_screen, text, treatment",
        ),
        (
            "{type: silence, start_time_sec: 7.5,",
            "{type: silence, txt: a, start_time_sec: 7.5,",
            "dialogue_timeline[2].txt",
            "known here: duration_sec, start_time_sec, type",
        ),
    ],
)
def test_unknown_keys(tmp_path: Path, old: str, new: str, field: str, hint: str) -> None:
    text = changed((old, new))
    problem = problem_of(tmp_path, text)
    assert problem.field == field
    assert problem.line == line_of(text, field.rpartition(".")[2] + ":")
    assert problem.message.startswith("unknown key; ")
    assert hint in problem.message


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("title: Harbour Light\n", "", "title", "is missing"),
        ("title: Harbour Light", "title:", "title", "should be text, not null"),
        ("title: Harbour Light", "title: 7", "title", "should be text, not 7: put it in quotes"),
        ('schema_version: "1"', "schema_version: 1", "schema_version", "should be '1', not 1: put"),
        ('schema_version: "1"', 'schema_version: "2"', "schema_version", "should be '1', not '2'"),
        (
            "duration_sec: 4.0",
            'duration_sec: "4"',
            "shots[0].duration_sec",
            "should be a number, not '4'",
        ),
        (
            "duration_sec: 4.0",
            "duration_sec: true",
            "shots[0].duration_sec",
            "be a number, not true",
        ),
        (
            "duration_sec: 4.0",
            "duration_sec: 0",
            "shots[0].duration_sec",
            "should be greater than 0, not 0",
        ),
        (
            "is_talking_closeup: true",
            "is_talking_closeup: yes",
            "shots[1].is_talking_closeup",
            "should be true or false, not 'yes'",
        ),
        ("max_fps: 24", "max_fps: -1", "render_profile.video.max_fps", "greater than 0, not -1"),
        ("model_id: wan-2.1", 'model_id: "  "', "render_profile.video.model_id", "is blank"),
        ('seed: "1234"', "seed: -3", "metadata.seed", "greater than or equal to 0, not -3"),
        ('seed: "1234"', "seed: 1.5", "metadata.seed", "should be a whole number, not 1.5"),
        ('seed: "1234"', "seed: 4294967296", "metadata.seed", "less than 4294967296"),
        (
            'seed: "1234"',
            "seed: 99999999999999999999",
            "metadata.seed",
            "a whole number is at most",
        ),
        (
            "characters: [mara]",
            "characters: mara",
            "base_images[1].characters",
            "should be a list, not 'mara'",
        ),
        (
            "resolution: 1280x720",
            "resolution: 1281x720",
            "render_profile.metadata.resolution",
            "1281x720: width and height must be even",
        ),
        (
            "resolution: 1280x720",
            "resolution: 62x720",
            "render_profile.metadata.resolution",
            "from 64 to 4096",
        ),
        (
            "resolution: 1280x720",
            "resolution: HD",
            "render_profile.metadata.resolution",
            "'HD' is no resolution",
        ),
        (
            "{type: silence, start_time_sec: 7.5",
            "{type: pause, start_time_sec: 7.5",
            "dialogue_timeline[2]",
            "'type' should be 'dialogue' or 'silence'",
        ),
        (
            "{type: silence, start_time_sec: 7.5",
            "{start_time_sec: 7.5",
            "dialogue_timeline[2]",
            "'type' is missing",
        ),
        (
            "{type: silence, start_time_sec: 7.5",
            "{type: silence, start_time_sec: -1",
            "dialogue_timeline[2].start_time_sec",
            "greater than or equal to 0, not -1",
        ),
        ("title: Harbour Light", 'title: "a\\0b"', "title", "control character U+0000"),
    ],
)
def test_wrong_values(tmp_path: Path, old: str, new: str, field: str, message: str) -> None:
    text = changed((old, new))
    problem = problem_of(tmp_path, text)
    assert problem.field == field
    assert message in problem.message
    expected = PLAN if new in {"", "title:"} else text
    assert problem.line == (1 if not new else line_of(expected, new.splitlines()[0]))


@pytest.mark.parametrize("value", [".nan", ".inf", "-.INF", "1e999"])
@pytest.mark.parametrize(
    ("old", "field"),
    [
        ("duration_sec: 4.0", "shots[0].duration_sec"),
        ("max_fps: 24", "render_profile.video.max_fps"),
        ("mood: calm", "base_images[1].metadata.mood"),
    ],
)
def test_numbers_that_are_not_finite(tmp_path: Path, old: str, field: str, value: str) -> None:
    text = changed((old, f"{old.split(':')[0]}: {value}"))
    problem = problem_of(tmp_path, text)
    assert (problem.field, problem.line) == (field, line_of(PLAN, old))
    assert "should be a finite number" in problem.message


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_in_json(tmp_path: Path, value: str) -> None:
    text = AS_JSON.replace(
        '"duration_sec": 4.0,\n      "visual', f'"duration_sec": {value},\n      "visual'
    )
    problem = problem_of(tmp_path, text, "film.json")
    assert problem.field == "shots[0].duration_sec"
    assert problem.line == line_of(text, f'"duration_sec": {value}')
    assert "should be a finite number" in problem.message


@pytest.mark.parametrize(
    ("old", "field"),
    [
        ("id: shot_001", "shots[0].id"),
        ("id: frame_000\n    prompt", "base_images[0].id"),
        ("id: tom", "characters[1].id"),
    ],
)
@pytest.mark.parametrize(
    "bad",
    [
        *("../x", "a/../b", "/etc/passwd", "a/b", "a\\b", '"a\\0b"', "-rf", ".hidden", "a..b"),
        *("é", '""', "a b", "a" * 65),
    ],
)
def test_ids_that_are_no_names(tmp_path: Path, old: str, field: str, bad: str) -> None:
    text = changed((old, old.replace(old.splitlines()[0][4:], bad, 1)))
    problem = next(p for p in refused(write(tmp_path, text)).problems if p.field == field)
    assert problem.line == line_of(PLAN, old)
    assert "is no id: an id is 1 to 64 letters" in problem.message


# Files


@pytest.mark.parametrize(
    ("field", "old"),
    [
        ("base_images[1].local_path", "prompt: lamp room"),
        ("base_images[1].asset_uri", "prompt: lamp room"),
        ("characters[1].reference_image", "name: Tom"),
        ("characters[0].voice_profile.reference_wav", "  voice_id: emma"),
    ],
)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("http://example.com/a.png", "is an address; nothing is fetched"),
        ("file:///etc/passwd", "is an address; nothing is fetched"),
        ("C:\\a.png", "is an address; nothing is fetched"),
        ("artifact://sha256/abc", "is no address of an uploaded file"),
        ("artifact://sha256/" + "A" * 64, "is no address of an uploaded file"),
        ("artifact://sha256/../" + "a" * 61, "is no address of an uploaded file"),
        ("artifact://sha256/" + "a" * 64, "was never uploaded there, or is kept no longer"),
        ("/etc/passwd", "is an absolute path"),
        ("../a.png", "leads out of the plan's folder ('..')"),
        ("art/../../a.png", "leads out of the plan's folder ('..')"),
        ('"a\\0.png"', "holds the control character U+0000"),
        ("nowhere.png", "there is no file 'nowhere.png' in"),
        ("film.yaml/a.png", "there is no file"),
        ("art", "'art' is no regular file"),
        ("outside.png", "'outside.png' is a link out of the plan's folder"),
        ("away/secret.png", "'away/secret.png' is a link out of the plan's folder"),
        ("ring.png", "'ring.png' is a link that leads back to itself"),
        ("x" * 300, "cannot be read"),
    ],
)
def test_files_that_may_not_be_used(
    tmp_path: Path, field: str, old: str, name: str, message: str
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "plans"
    (folder / "art").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    (folder / "outside.png").symlink_to(outside / "secret.png")
    (folder / "away").symlink_to(outside)
    (folder / "ring.png").symlink_to(folder / "ring.png")
    indent = "      " if old.startswith("  ") else "    "
    key = field.rpartition(".")[2]
    text = changed((old, f"{old}\n{indent}{key}: {name}"))
    problem = problem_of(folder, text)
    assert problem.field == field
    assert problem.line == line_of(text, f"{key}:")
    assert message in problem.message


def test_every_missing_file_is_reported(tmp_path: Path) -> None:
    text = changed(
        ("prompt: storm over a lighthouse", "prompt: storm\n    local_path: a.png"),
        ("prompt: lamp room", "prompt: lamp room\n    local_path: b.png"),
    )
    problems = refused(write(tmp_path, text)).problems
    assert [problem.field for problem in problems] == [
        "base_images[0].local_path",
        "base_images[1].local_path",
    ]
