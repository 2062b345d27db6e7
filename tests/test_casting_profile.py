"""Profiles that leave the choice of who speaks, and ask for what there is not, through the CLI."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.config_files import CONFIGS
from studio import short_film, write_plan


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"required": ["human"], "providers": {"espeak": {}}}, "espeak: it has no human"),
        ({"providers": {"espaek": {}}}, "Did you mean 'espeak'?"),
    ],
)
def test_who_a_profile_cannot_have_is_wrong_input(
    settings: Mapping[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "strict"
    profile["resources"]["speech"]["config"] = {"engine": "casting", "settings": settings}
    yaml.dump(profile, tmp_path / "strict.yaml")
    monkeypatch.setenv("SPARKLE_PROFILES", str(tmp_path))
    monkeypatch.setenv("SPARKLE_HOME", str(tmp_path / "home"))
    plan = write_plan(short_film(), tmp_path / "film.yaml")
    refused = CliRunner().invoke(main, ["plan", "check", str(plan), "--profile", "strict"])
    assert refused.exit_code == 2
    assert said in " ".join(refused.output.split())
