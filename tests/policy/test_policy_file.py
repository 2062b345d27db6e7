"""The policy's file: what it may say, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.policy.errors import PolicyFileError
from sparkle_motion_dagster.policy.loading import load_policy
from sparkle_motion_dagster.policy.models import Policy

SHIPPED = (CONFIGS / "policy.yaml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "policy.yaml"
    monkeypatch.setenv("SPARKLE_POLICY", str(path))
    return path


def test_the_one_that_comes_with_us_allows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARKLE_POLICY", raising=False)
    loaded = load_policy()
    assert loaded.path == CONFIGS / "policy.yaml"
    assert loaded.policy == Policy(schema_version="1")


def test_what_it_shows_in_comments_is_a_policy(file: Path) -> None:
    keys = ("blocked:", "  ", "longest_film_sec:", "languages:", "engines:")
    lines = [
        line[2:] if line.startswith("# ") and line[2:].startswith(keys) else line
        for line in SHIPPED.splitlines()
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    loaded = load_policy()
    assert all(value for _, value in loaded.policy)
    assert loaded.blocklist.rules_in("ring +49 30 1234567 about the bombs") == (
        "weapons",
        "telephone-numbers",
    )


def test_an_edit_counts_at_once(file: Path) -> None:
    file.write_text('schema_version: "1"\nlanguages: [en]\n')
    before = load_policy()
    file.write_text('schema_version: "1"\nlanguages: [de]\n')
    after = load_policy()
    assert after.policy.languages == ("de",)
    assert after.digest != before.digest


def test_one_that_is_named_and_is_not_there_is_no_missing_policy(file: Path) -> None:
    with pytest.raises(PolicyFileError, match=r"\$SPARKLE_POLICY names it") as missing:
        load_policy()
    assert str(file) in str(missing.value)
    assert missing.value.exit_code == 2


BLOCKED = 'schema_version: "1"\nblocked:\n  - name: weapons\n'


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["is empty"]),
        ("blocked: [unclosed", ["line 1", "is no YAML"]),
        ("blocked: []\n", ["schema_version", "required"]),
        ("- a\n- list\n", ["line 1", "valid dictionary"]),
        ('schema_version: "1"\nlangauges: [en]\n', ["line 2, langauges", "mean 'languages'"]),
        (
            'schema_version: "1"\nlanguages: [en-US]\n',
            ["line 2, languages[0]", "'en-US'", "en for"],
        ),
        ('schema_version: "1"\nlanguages: []\n', ["line 2, languages", "at least 1"]),
        ('schema_version: "1"\nlongest_film_sec: 0\n', ["line 2, longest_film_sec"]),
        ('schema_version: "1"\nlongest_film_sec: "60"\n', ["line 2, longest_film_sec"]),
        ('schema_version: "1"\naudit:\n  prompt: text\n', ["line 3, audit.prompt", "'prompts'"]),
        ('schema_version: "1"\nblocked:\n', ["line 2, blocked"]),
        ('schema_version: "1"\nblocked: [bomb]\n', ["line 2, blocked[0]"]),
        (BLOCKED, ["line 3, blocked[0]", "'weapons'", "blocks nothing"]),
        (f"{BLOCKED}    words: [a]\n", ["line 4, blocked[0].words", "'weapons'", "no such key"]),
        (f"{BLOCKED}    terms: [a, '\u200b']\n", ["line 4, blocked[0].terms[1]", "'weapons'"]),
        (
            f"{BLOCKED}    patterns:\n      - a\n      - '(?<!b)c'\n",
            ["line 6, blocked[0].patterns[1]", "'weapons'", "(?<"],
        ),
        (f"{BLOCKED}    terms: [a]\n    terms: [b]\n", ["line 5", "given twice"]),
        (f"{BLOCKED}    terms: [a]\n  - {{name: weapons, terms: [b]}}\n", ["called weapons"]),
        (f"{BLOCKED.replace('weapons', 'languages')}    terms: [a]\n", ["called languages"]),
    ],
)
def test_what_is_wrong_is_said_by_line_and_field(file: Path, text: str, parts: list[str]) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyFileError) as wrong:
        load_policy()
    message = str(wrong.value)
    assert message.startswith(f"The policy {file} cannot be used")
    for part in parts:
        assert part in message


def test_one_that_is_not_utf8(file: Path) -> None:
    file.write_bytes(b'schema_version: "1"\nblocked: [\xff]\n')
    with pytest.raises(PolicyFileError, match="line 2: it is not UTF-8"):
        load_policy()
