"""What YAML files say that are no plans: as the core schema of YAML 1.2 has it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import sparkle_motion_dagster
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.reading.yaml_values import YAMLError, yaml_value
from sparkle_motion_dagster.plan.yaml_text import yaml_text

OURS = sorted(
    file
    for folder in (CONFIGS, Path(sparkle_motion_dagster.__file__).parent)
    for file in folder.rglob("*.yaml")
)

KEYS = st.text("abz_ :#-'\"é", min_size=1, max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("noyes012.:-~#'\"é \n", max_size=12)
    | st.sampled_from(["no", "on", "010", "0o17", "12:30", "1_000", "2001-01-01", "null", "<<"])
)
VALUES = st.recursive(
    SCALARS,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(KEYS, some, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("file", OURS, ids=lambda file: "/".join(file.parts[-2:]))
def test_files_of_the_project_say_what_a_parser_in_python_reads(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert yaml_value(text) == YAML(typ="safe", pure=True).load(text)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
def test_what_was_written_is_read(said: dict[str, object]) -> None:
    assert yaml_value(yaml_text(said)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no", "no"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("12:30", "12:30"),
        ("2001-01-01", "2001-01-01"),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        ("~", None),
        ("True", True),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("!!float 5", 5.0),
        ("a: &it {q: 1, r: 2}\nb: {<<: *it, r: 3}", {"a": {"q": 1, "r": 2}, "b": {"q": 1, "r": 3}}),
        (
            "a: &a {q: 1}\nb: &b {<<: *a, q: 2}\nc: {<<: *b}\nd: {<<: *b, q: 3}",
            {"a": {"q": 1}, "b": {"q": 2}, "c": {"q": 2}, "d": {"q": 3}},
        ),
        ("!!int 010", 10),
        ("!!float 1", 1.0),
        ("!!null ~", None),
        ("", None),
    ],
)
def test_scalars_mean_what_the_core_schema_says(text: str, said: object) -> None:
    read = yaml_value(text)
    assert read == said
    assert type(read) is type(said)


@pytest.mark.parametrize("text", ["010", "0o17", "no", "1e3", "~", "'~'", "-.5", "1.", "on"])
def test_they_mean_the_same_in_a_plan(text: str) -> None:
    assert {"value": yaml_value(text)} == read_yaml(f"value: {text}").root.data()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "line 2"),
        ("a: 1\nb: 2\na: 3", "'a' twice"),
        ("a: 1\n'a': 2", "'a' twice"),
        ("1: one\n0x1: one", "'0x1' twice"),
        ("<<: {a: 1}\n<<: {b: 2}", "'<<' twice"),
        ("a: 1\n---\nb: 2", "another document"),
        ("a: !!python/object/apply:os.getcwd []", "python/object"),
        ("a: *nothing", "undefined alias"),
        ("a: \x01", "control characters"),
        ("a: \udcff", r"U\+DCFF"),
        ("a: !!int abc", "'abc' is no !!int"),
        ("a: !!bool yes", "'yes' is no !!bool"),
        ("a: !!int [1]", "a map or a list is no !!int"),
        ("a: !!binary YQ==", "binary"),
        ("a: !!timestamp x", "timestamp"),
        ("a: " + "1" * 5000, "digits"),
    ],
)
def test_what_is_wrong_is_said(text: str, told: str) -> None:
    with pytest.raises(YAMLError, match=told):
        yaml_value(text)
