"""A web UI, its daemon and three shells at work in one home at the same time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gates import GatedStudio
from service import ENDED, film, service
from studio import PROGRAMS, Plan, Studio, write_plan
from waiting import PATIENCE_S, until

pytestmark = pytest.mark.service


def sharing(title: str) -> Plan:
    """Return a film whose first shots are those of all the others, and whose end is its own."""
    plan = film("Shared", shots=4)
    own = {"prompt": f"{title}: the end"}
    plan["title"] = title
    plan["base_images"] = [*plan["base_images"][:-1], plan["base_images"][-1] | own]
    return plan


def test_nothing_gets_lost_between_a_daemon_and_three_shells(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    studio = GatedStudio(tmp_path / "studio")
    from_shells = {name: sharing(name.title()) for name in ("first", "second", "third")}
    plans = from_shells | {"dropped": sharing("Dropped")}
    alone = {
        name: Studio(tmp_path_factory.mktemp(name)).render(plan, name)
        for name, plan in plans.items()
    }
    with service(studio) as daemon:
        studio.write(plans["dropped"], "dropped")
        until("the inbox is rendered", lambda: daemon.holder("dropped"))
        shells = [
            subprocess.Popen(
                [PROGRAMS / "sparkle", "render", write_plan(plan, tmp_path / f"{name}.yaml")],
                env=studio.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for name, plan in from_shells.items()
        ]
        said = [shell.communicate(timeout=PATIENCE_S)[0] for shell in shells]
        assert [shell.returncode for shell in shells] == [0, 0, 0], said
        until("all runs end", lambda: {run.status for run in daemon.runs()} <= ENDED)

        runs = daemon.runs()
        assert {run.film: run.status for run in runs} == dict.fromkeys(plans, "SUCCESS")
        assert len(runs) == len(plans)
        assert "database is locked" not in "".join([*said, daemon.log()])
    for name in plans:
        assert studio.rendered(name).digests == alone[name].digests
    verified = studio.sparkle("verify")
    assert verified.returncode == 0, verified.stdout
    assert list(studio.home.work.iterdir()) == []
