"""Prompt files: text, with options above it; what is wrong is named by line and option."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.shotlist.writing.assignment import Assignment, WriterChoice
from sparkle_motion_dagster.shotlist.writing.brief import LONGEST_PROMPT
from sparkle_motion_dagster.shotlist.writing.prompt_files import (
    MAX_BYTES,
    PromptFileError,
    name_of,
    read_prompt_file,
)


def read(folder: Path, content: str | bytes) -> Assignment:
    path = folder / "keepers.prompt.md"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_prompt_file(path)


def test_a_name_ends_where_the_suffix_begins() -> None:
    assert name_of(Path("plans/Mon film.cinematic.Prompt.MD")) == "Mon film.cinematic"


def test_options_stand_above_the_text(tmp_path: Path) -> None:
    text = (
        "\ufeff---\r\nseconds: 12  # short\r\nstyle: ink on paper\r\nlanguage: pt-BR\r\nseed: 4\r\n"
        "writer: {engine: template, settings: {warmth: 3}}\r\napprove: true\r\n---\r\n\r\n"
        "Two keepers argue.\r\n\r\n---\r\nseconds: 600\r\n"
    )
    assert read(tmp_path, text) == Assignment(
        prompt="Two keepers argue.\n\n---\nseconds: 600",
        seconds=12,
        style="ink on paper",
        language="pt-BR",
        seed=4,
        writer=WriterChoice(engine="template", settings={"warmth": 3}),
        approve=True,
    )


@pytest.mark.parametrize("options", ["", "---\n---\n", "---\n# none yet\n---\n"])
def test_options_may_be_left_out(options: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{options}A farewell: *at* a pier.\n") == Assignment(
        prompt="A farewell: *at* a pier."
    )


def test_a_writer_may_be_just_named(tmp_path: Path) -> None:
    asked = read(tmp_path, "---\nwriter: template\n---\nA farewell.")
    assert asked.writer == WriterChoice(engine="template")


BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("---\nseed: 4\n---\n \n", "line 3: no prompt stands below the options"),
        ("---\nseed: 4\n---\n?!", "line 4: the prompt says nothing"),
        ("x" * (LONGEST_PROMPT + 1), f"has {LONGEST_PROMPT + 1} characters"),
        ("x " * MAX_BYTES, f"is larger than {MAX_BYTES} bytes"),
        (b"---\nseed: 4\n---\ncaf\xe9", "line 4: is not UTF-8 (byte 0xe9)"),
        ("a film\nwith\x00 a NUL", "line 2: holds the control character U+0000"),
        ("---\nstyle: \x07\n---\na film", "line 2: holds the control character U+0007"),
        ("---\nseed: 4\n", "line 1: the options begin here, and end nowhere"),
        ("---\n- seed\n---\na film", "line 2: options are a mapping"),
        ("---\nseed: 4\nsecond: 9\n---\na film", "line 3, second: unknown key; did you mean 'sec"),
        ("---\nseed: 4\nseed: 5\n---\na film", "line 3, seed: is given twice, first on line 2"),
        ("---\nseconds: 3\n---\na film", "line 2, seconds: should be greater than or equal to 8"),
        ("---\nseconds: .inf\n---\na film", "line 2, seconds: should be"),
        ("---\nlanguage: ../x\n---\na film", "line 2, language: "),
        ("---\napprove: perhaps\n---\na film", "line 2, approve: should be a valid boolean"),
        ("---\nprompt: another\n---\na film", "line 2: the prompt is no option"),
        ("---\nwriter: {name: x}\n---\na film", "line 2, writer.name: unknown key"),
        ("---\nseed: [\n---\na film", "is no YAML"),
        ("---\nstyle: !!python/object/apply:os.system [ls]\n---\na film", "is refused"),
        (f"---\na: &a [x]\n{BOMB}---\na film", "holds more than 200000 keys"),
        ("---\nseed: 1\n...\nseed: 2\n---\na film", "a second document begins"),
        (f"---\nstyle: {'[' * 99}\n---\na film", "is nested more than"),
    ],
)
def test_what_is_wrong_is_named(content: str | bytes, problem: str, tmp_path: Path) -> None:
    with pytest.raises(PromptFileError) as refused:
        read(tmp_path, content)
    assert str(refused.value).startswith(f"{tmp_path / 'keepers.prompt.md'}")
    assert problem in str(refused.value)
