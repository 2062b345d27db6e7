"""What is said of a plan that cannot be rendered: the same, whoever is asked."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from click.testing import CliRunner, Result

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.operations.inbox.contents import Profiles
from sparkle_motion_dagster.operations.inbox.orders import PATIENCE
from sparkle_motion_dagster.operations.inbox.tick import Inbox
from sparkle_motion_dagster.policy.audit import AuditLog
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.resources.engines import check_plan, digest_of_draft
from sparkle_motion_dagster.resources.profiles import load_profile


class NoRuns:
    """What the inbox is told where nothing was ever rendered."""

    def unended(self) -> Collection[str]:
        return ()

    def is_known(self, run_key: str) -> bool:
        return False


def sparkle(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refused_alike(path: Path, *parts: str, profile: str = "animatic") -> None:
    """Have a plan checked, added and rendered, and drop it into the inbox: all refuse it alike.

    It is the inbox's at last, which moves it aside. $SPARKLE_HOME holds no film of it then.
    """
    said = {_refused(*command, path, "--profile", profile) for command in _COMMANDS}
    assert len(said) == 1, said
    (message,) = said
    for part in parts:
        assert part in message
    assert not (Path(os.environ["SPARKLE_HOME"]) / "runs").exists()
    if profile == "animatic":
        report = rejected(path)
        for problem in message.removeprefix(f"Error: {path}: ").splitlines():
            assert problem.startswith("Error: ") or problem.strip() in report, report


def rejected(path: Path) -> str:
    """Return what the inbox says of a plan that lies in it."""
    home = SparkleHome.from_environment()
    profiles = Profiles(
        lambda _: "animatic",
        check=lambda plan, name: check_plan(plan, load_profile(name), AuditLog(home, "inbox")),
        draft_digest=lambda asked, name: digest_of_draft(asked, load_profile(name)),
    )
    inbox = Inbox(path.parent, Workbench(home), profiles)
    ticks = [inbox.tick(NoRuns(), None) for _ in range(3 + PATIENCE)]
    assert not any(tick.orders for tick in ticks)
    report = path.parent / "rejected" / f"{path.name}.txt"
    if report.exists():
        return report.read_text(encoding="utf-8")
    return "\n".join(note for tick in ticks for note in tick.notes)


_COMMANDS = (("plan", "check"), ("add",), ("render",))


def _refused(*arguments: str | Path) -> str:
    result = sparkle(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return result.stderr
