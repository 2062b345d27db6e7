"""The examples can be rendered under every profile, as far as a plan alone can tell."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sparkle_motion_dagster.cli.plan import plan
from sparkle_motion_dagster.resources.profiles import profile_names
from studio import EXAMPLES


@pytest.mark.parametrize("profile", profile_names())
@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_suits_a_profile(example: Path, profile: str) -> None:
    checked = CliRunner().invoke(plan, ["check", str(example), "--profile", profile])
    assert checked.exit_code == 0, checked.output
