"""Prompts, held against a policy: what is refused, where, and what the audit log has of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.errors import InputError
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.policy.errors import PromptRefusedError
from sparkle_motion_dagster.policy.prompts import check_prompt

POLICY = """\
schema_version: "1"
blocked:
  - name: weapons
    reason: films for children show no weapons
    terms: [bomb, hand grenade]
  - {name: numbers, patterns: ['[0-9]{5}']}
longest_film_sec: 60
languages: [en, zh]
engines: [template]
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuditLog:
    (tmp_path / "policy.yaml").write_text(POLICY)
    monkeypatch.setenv("SPARKLE_POLICY", str(tmp_path / "policy.yaml"))
    return AuditLog(SparkleHome(tmp_path), "write", "keepers")


def noted(log: AuditLog) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.home.audit.read_text().splitlines()]


def test_one_that_is_allowed(log: AuditLog) -> None:
    text = "two keepers argue\nin a lighthouse"
    check_prompt(
        text,
        log,
        language="en-GB",
        seconds=60,
        engines={"writer": ["template"]},
        options={"style": "noir", "seed": 4711},
    )
    (line,) = noted(log)
    assert line["verdict"] == "allowed"
    assert line["rules"] == []
    assert line["run_id"] == "keepers"
    assert line["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert line["policy"] == hashlib.sha256(POLICY.encode()).hexdigest()
    assert "prompt" not in line


@pytest.mark.parametrize(
    ("text", "order", "rules", "parts"),
    [
        ("a storm\na b\u200bömb", {}, ["weapons"], ["line 2: the rule 'weapons'", "for children"]),
        ("a hand\ngrenade", {}, ["weapons"], ["prompt: the rule 'weapons'"]),
        ("12345\na bomb", {}, ["numbers", "weapons"], ["line 1: the rule 'n", "line 2: the rule"]),
        ("x", {"seconds": 60.5}, ["longest_film_sec"], ["seconds", "60.5 s", "60 s at most"]),
        ("x", {"language": "de_AT"}, ["languages"], ["language", "'de_AT'", "en, zh"]),
        ("x", {"engines": {"writer": ["openai"]}}, ["engines"], ["writer engine openai"]),
        ("x", {"options": {"style": ["a bomb"]}}, ["weapons"], ["style[0]: the rule"]),
        ("x", {"options": {"bomb": {"a": "bomb"}}}, ["weapons"], ["bomb.a: the rule"]),
    ],
)
def test_one_that_is_refused(
    log: AuditLog, text: str, order: Mapping[str, Any], rules: list[str], parts: list[str]
) -> None:
    with pytest.raises(PromptRefusedError) as refused:
        check_prompt(text, log, **order)
    for part in parts:
        assert part in str(refused.value)
    (line,) = noted(log)
    assert line["verdict"] == "refused"
    assert sorted(line["rules"]) == rules
    assert "bomb" not in log.home.audit.read_text()


def test_prompts_are_kept_where_the_policy_wants_them(log: AuditLog) -> None:
    (log.home.root / "policy.yaml").write_text(f"{POLICY}audit: {{prompts: text}}\n")
    with pytest.raises(PromptRefusedError):
        check_prompt("a\nbomb", log)
    assert [line["prompt"] for line in noted(log)] == ["a\nbomb"]


def test_bytes_that_are_no_text(log: AuditLog) -> None:
    with pytest.raises(InputError, match="character 3"):
        check_prompt("a \udcff", log)
