"""The project as Dagster's own command line sees it; `make lint` runs `dg check defs` too."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from dagster_dg_cli.cli import cli

from sparkle_motion_dagster.film.stages import PLAN_DRAFT, STAGES, TAKES
from sparkle_motion_dagster.runs.names import FILM_JOB_NAMES
from studio import REPOSITORY


def test_dg_finds_every_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    listed = CliRunner().invoke(cli, ["list", "defs", "--json"])
    assert listed.exit_code == 0, listed.output
    found = json.loads(listed.stdout)
    assert {asset["asset_key"] for asset in found["assets"]} == {PLAN_DRAFT, *STAGES, TAKES}
    assert set(FILM_JOB_NAMES) < {job["name"] for job in found["jobs"]}
    assert {sensor["name"] for sensor in found["sensors"]} == {"inbox"}
