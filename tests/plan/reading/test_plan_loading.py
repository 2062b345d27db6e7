from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plan_texts import PLAN, changed, line_of, refused, write
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.parts import DialogueEntry, SilenceEntry
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.units import FrameSize

AS_JSON = json.dumps(YAML(typ="safe", pure=True).load(PLAN), indent=2)


def test_a_plan_is_loaded_with_types_and_defaults(tmp_path: Path) -> None:
    loaded = load_plan(write(tmp_path, PLAN))
    plan = loaded.plan
    assert plan.title == "Harbour Light"
    assert plan.metadata.seed == 1234
    assert plan.render_profile.metadata.resolution == FrameSize(width=1280, height=720)
    assert plan.shots[1].duration_sec == 5.0
    assert plan.shots[0].is_talking_closeup is False
    assert plan.base_images[1].metadata.seed == 11
    assert plan.planned_seconds == 9.0
    assert plan.dialogue_timeline is not None
    silence, line, _ = plan.dialogue_timeline
    assert isinstance(silence, SilenceEntry)
    assert isinstance(line, DialogueEntry)
    assert (line.character_id, line.end_time_sec) == ("mara", 7.5)
    assert dict(loaded.files) == {}


def test_metadata_keeps_unknown_keys_and_ignores_them(tmp_path: Path) -> None:
    image = load_plan(write(tmp_path, PLAN)).plan.base_images[1]
    assert image.metadata.model_dump(mode="json") == {"seed": 11, "mood": "calm"}


def test_a_timeline_that_is_left_out_is_none(tmp_path: Path) -> None:
    start, end = PLAN.index("dialogue_timeline:"), PLAN.index("render_profile:")
    plan = load_plan(write(tmp_path, PLAN[:start] + PLAN[end:])).plan
    assert plan.dialogue_timeline is None


def test_both_spellings_have_one_canonical_form(tmp_path: Path) -> None:
    from_yaml = load_plan(write(tmp_path, PLAN)).plan.model_dump(mode="json")
    from_json = load_plan(write(tmp_path, AS_JSON, "film.json")).plan.model_dump(mode="json")
    assert from_yaml == from_json
    again = MoviePlan.model_validate(json.loads(json.dumps(from_yaml)))
    assert again.model_dump(mode="json") == from_yaml


def test_the_canonical_form_is_a_plan_file_itself(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, PLAN)).plan
    assert load_plan(write(tmp_path, plan.model_dump_json(), "frozen.json")).plan == plan


@pytest.mark.parametrize("name", ["film.yml", "FILM.YAML", "film.json"])
def test_suffixes_choose_the_format(tmp_path: Path, name: str) -> None:
    text = AS_JSON if name.endswith("json") else PLAN
    assert load_plan(write(tmp_path, text, name)).plan.title == "Harbour Light"


@pytest.mark.parametrize("name", ["film.yaml", "film.json"])
def test_a_byte_order_mark_and_tabs_in_json_are_accepted(tmp_path: Path, name: str) -> None:
    text = AS_JSON.replace("\n  ", "\n\t") if name.endswith("json") else PLAN
    path = write(tmp_path, b"\xef\xbb\xbf" + text.encode(), name)
    assert load_plan(path).plan.title == "Harbour Light"


def test_yaml_1_2_reads_no_and_1_30_as_text(tmp_path: Path) -> None:
    text = changed(("title: Harbour Light", "title: no"), ("prompt: lamp room", "prompt: 1:30"))
    plan = load_plan(write(tmp_path, text)).plan
    assert (plan.title, plan.base_images[1].prompt) == ("no", "1:30")


def test_aliases_stand_for_what_they_name(tmp_path: Path) -> None:
    text = changed(
        ("prompt: storm over a lighthouse", "prompt: &look storm over a lighthouse"),
        ("prompt: lamp room", "prompt: *look"),
    )
    assert load_plan(write(tmp_path, text)).plan.base_images[1].prompt == "storm over a lighthouse"


def test_space_around_texts_does_not_count(tmp_path: Path) -> None:
    text = changed(("title: Harbour Light", "title: >\n  Harbour\n  Light\n"))
    assert load_plan(write(tmp_path, text)).plan.title == "Harbour Light"


def test_files_are_found_in_the_plans_folder_and_below(tmp_path: Path) -> None:
    (tmp_path / "art").mkdir()
    picture, voice = tmp_path / "art" / "tower.png", tmp_path / "mara.wav"
    picture.write_bytes(b"png")
    voice.write_bytes(b"wav")
    (tmp_path / "link.png").symlink_to(picture)
    text = changed(
        ("prompt: storm over a lighthouse", "prompt: storm\n    local_path: art/tower.png"),
        ("prompt: lamp room", "prompt: lamp room\n    asset_uri: link.png"),
        ("name: Mara", "name: Mara\n    reference_image: ./art/tower.png"),
        ("voice_id: emma", "voice_id: emma\n      reference_wav: mara.wav"),
    )
    loaded = load_plan(write(tmp_path, text))
    assert dict(loaded.files) == {
        "./art/tower.png": picture,
        "art/tower.png": picture,
        "link.png": picture,
        "mara.wav": voice,
    }
    assert [image.picture for image in loaded.plan.base_images] == [
        "art/tower.png",
        "link.png",
        None,
    ]


def test_later_problems_carry_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, PLAN)
    error = load_plan(path).problem("base_images[1].prompt", "cannot be drawn")
    line = line_of(PLAN, "prompt: lamp room")
    assert str(error) == f"{path}: line {line}, base_images[1].prompt: cannot be drawn"
    missing = load_plan(path).problem("base_images[2].local_path", "is no picture")
    assert missing.problems[0].line == line_of(PLAN, "id: frame_002")


def test_lines_of_json_are_known_too(tmp_path: Path) -> None:
    loaded = load_plan(write(tmp_path, AS_JSON, "film.json"))
    problem = loaded.problem("shots[1].dialogue[0].text", "x").problems[0]
    assert problem.line == line_of(AS_JSON, '"text": "Not tonight."')


def test_every_problem_is_reported_but_only_twenty_are_shown(tmp_path: Path) -> None:
    shots = "".join(f"  - {{id: -{number}}}\n" for number in range(10))
    error = refused(write(tmp_path, f"titel: x\nshots:\n{shots}"))
    assert len(error.problems) == 4 + 10 * 4
    fields = {problem.field for problem in error.problems}
    assert {"titel", "title", "base_images", "render_profile", "shots[9].id"} <= fields
    lines = str(error).splitlines()
    assert len(lines) == 1 + 20 + 1
    assert lines[-1] == "  and 24 more"


def test_errors_speak_to_people(tmp_path: Path) -> None:
    text = str(refused(write(tmp_path, "titel: 3\nshots: [{duration_sec: x}]\n")))
    assert "pydantic" not in text
    assert "type=" not in text
    assert "input_value" not in text


def test_an_unknown_key_does_not_hide_a_broken_rule(tmp_path: Path) -> None:
    text = changed(
        ("title: Harbour Light", "title: Harbour Light\nauthor: me"),
        ("end_base_image_id: frame_002", "end_base_image_id: frame_001"),
    )
    problems = refused(write(tmp_path, text)).problems
    assert {problem.field for problem in problems} == {
        "author",
        "shots[1].end_base_image_id",
        "base_images[2]",
    }


def _loads_or_is_refused(path: Path) -> None:
    """Load a plan file; any exception but PlanError fails the test."""
    try:
        load_plan(path)
    except PlanError as error:
        text = str(error)
        if not error.problems or str(path) not in text:
            pytest.fail(f"an error that says nothing: {text!r}")


@given(st.binary(max_size=200), st.sampled_from(["x.yaml", "x.json"]))
def test_any_bytes_load_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    _loads_or_is_refused(path)


_LETTERS = "{}[]:-?&*!%@`'\"|>#,\n \t\\ax019.~<=_\r\x85\ufeff"
_WORDS = ["---", "...", "!!", "&a", "*a", "<<", ".nan", "0x", "1e9", "\\U", "\\ud800", "shots"]
_SCRAPS = st.sampled_from([*_LETTERS, *_WORDS, "- ", ": ", "? ", "%YAML 1.1\n"])


@given(st.lists(_SCRAPS | st.characters(codec="utf-8"), max_size=30).map("".join))
def test_any_text_loads_or_is_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for name in ("x.yaml", "x.json"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_text(text, encoding="utf-8", newline="")
        _loads_or_is_refused(path)


@given(st.data())
def test_a_damaged_plan_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    base, name = data.draw(st.sampled_from([(PLAN, "x.yaml"), (AS_JSON, "x.json")]))
    text = list(base)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place : place + data.draw(st.integers(0, 9))] = data.draw(_SCRAPS)
    path = tmp_path_factory.getbasetemp() / name
    path.write_text("".join(text), encoding="utf-8", newline="")
    _loads_or_is_refused(path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(MoviePlan.model_fields)), inner, max_size=4)
    ),
)


@given(st.dictionaries(st.sampled_from(list(MoviePlan.model_fields)), _JSON))
def test_any_values_in_the_fields_load_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "x.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    _loads_or_is_refused(path)
