"""The prompts that people may ask a writer for: tests/data/prompts.yaml."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from sparkle_motion_dagster.shotlist.writing.brief import Brief

_FILE = Path(__file__).parents[1] / "data" / "prompts.yaml"


def briefs() -> list[Brief]:
    """Return all of them, as briefs."""
    return [
        Brief(
            prompt=one["prompt"] * one.get("repeat", 1),
            seconds=one.get("seconds", 30.0),
            language=one.get("language"),
        )
        for one in YAML(typ="safe").load(_FILE)
    ]
