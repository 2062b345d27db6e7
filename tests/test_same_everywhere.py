"""The same plan ends in the same bytes, wherever it is started and however many cores there are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time

import pytest

from sparkle_motion_dagster.film.stages import STAGES
from studio import PROGRAMS, REPOSITORY, Plan, Rendered, Studio, plan_format_example
from waiting import PATIENCE_S
from web_ui import ask, web_ui

pytestmark = pytest.mark.service

MODULE = "sparkle_motion_dagster.definitions"


def short_plan() -> Plan:
    """Return a film of nine seconds with an opening silence, speech and lip sync."""
    plan = plan_format_example()
    plan["render_profile"]["metadata"]["resolution"] = "128x72"
    return plan


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    return Studio(tmp_path_factory.mktemp("reference")).render(short_plan())


def assert_same(studio: Studio, reference: Rendered) -> None:
    rendered = studio.rendered()
    assert rendered.digests == reference.digests
    assert rendered.content == reference.content


def add(studio: Studio) -> None:
    result = studio.sparkle("add", studio.write(short_plan()))
    assert result.returncode == 0, result.stderr


@pytest.mark.skipif(shutil.which("taskset") is None, reason="taskset is a Linux program")
def test_one_core(studio: Studio, reference: Rendered) -> None:
    plan = studio.write(short_plan())
    core = str(min(os.sched_getaffinity(0)))
    command = ["taskset", "-c", core, str(PROGRAMS / "sparkle"), "render", str(plan)]
    result = subprocess.run(
        command, env=studio.environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert_same(studio, reference)


def test_a_fresh_home_and_another_folder(studio: Studio, reference: Rendered) -> None:
    studio.render(short_plan())
    assert_same(studio, reference)


def test_dagster_job_execute(studio: Studio, reference: Rendered) -> None:
    add(studio)
    tags = json.dumps({"dagster/partition": "film"})
    result = studio.dagster("job", "execute", "-m", MODULE, "--job", "render_movie", "--tags", tags)
    assert result.returncode == 0, result.stderr
    assert_same(studio, reference)


def test_dg_launch(studio: Studio, reference: Rendered) -> None:
    add(studio)
    result = subprocess.run(
        [str(PROGRAMS / "dg"), "launch", "--job", "render_movie", "--partition", "film"],
        env=studio.environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr + result.stdout
    assert_same(studio, reference)


def test_a_run_without_a_partition_says_what_to_type(studio: Studio) -> None:
    studio.home.dagster.mkdir(parents=True)
    result = studio.dagster("job", "execute", "-m", MODULE, "--job", "render_movie")
    assert result.returncode != 0
    assert "sparkle render PLAN" in result.stderr
    assert "dagster/partition" in result.stderr


def test_a_run_without_a_plan_says_where_to_put_one(studio: Studio) -> None:
    add(studio)
    shutil.rmtree(studio.home.runs / "film")
    (studio.plans / "film.yaml").unlink()
    tags = json.dumps({"dagster/partition": "film"})
    result = studio.dagster("job", "execute", "-m", MODULE, "--job", "render_movie", "--tags", tags)
    assert result.returncode != 0
    assert f"{studio.plans}/film.yaml" in result.stderr


MATERIALIZE = """
mutation Materialize($params: ExecutionParams!) {
  launchPipelineExecution(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
STATUS = "query Run($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


def test_the_web_uis_materialize_button(studio: Studio, reference: Rendered) -> None:
    add(studio)
    with web_ui(studio) as url:
        params = {
            "selector": {
                "repositoryLocationName": MODULE,
                "repositoryName": "__repository__",
                "pipelineName": "__ASSET_JOB",
                "assetSelection": [{"path": [asset]} for asset in STAGES],
            },
            "mode": "default",
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": "film"}]},
            "runConfigData": "{}",
        }
        launched = ask(url, MATERIALIZE, {"params": params})["launchPipelineExecution"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        run = launched["run"]["runId"]
        deadline = time.monotonic() + PATIENCE_S
        status = ""
        while status not in ("SUCCESS", "FAILURE", "CANCELED"):
            assert time.monotonic() < deadline, f"the run is still {status}"
            status = ask(url, STATUS, {"id": run})["runOrError"]["status"]
    assert status == "SUCCESS"
    assert_same(studio, reference)
