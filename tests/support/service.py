"""`sparkle ui` as a service: asked over GraphQL for what the web UI's buttons ask for."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from gates import GatedStudio
from sparkle_motion_dagster.artifacts.film_state import Holder
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import STAGES
from sparkle_motion_dagster.runs.instance import open_instance
from studio import Plan, plan_format_example
from waiting import PATIENCE_S, until
from web_ui import ask, start_web_ui

LOCATION = "sparkle_motion_dagster.definitions"
REPOSITORY_SELECTOR = {"repositoryLocationName": LOCATION, "repositoryName": "__repository__"}
GRAPH = f"/locations/__repository__@{LOCATION}/asset-groups/film/lineage"
"""The page that shows the asset graph, and its "Materialize all" button."""

ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED"})


@dataclass(frozen=True)
class Run:
    """A run as the web UI shows it."""

    id: str
    status: str
    job: str
    tags: Mapping[str, str]
    steps: Mapping[str, str | None]
    materialized: frozenset[str]

    @property
    def film(self) -> str | None:
        """The film that it works for."""
        return self.tags.get("dagster/partition")


class Service:
    """`sparkle ui` of a studio: its web UI, its daemon, its code servers."""

    def __init__(self, studio: GatedStudio) -> None:
        self.studio = studio
        self.address = ""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it as a user does, and wait until it answers."""
        self._process, self.address = start_web_ui(self.studio)

    def end(self) -> None:
        """End it as Ctrl-C does, with all that it started."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_S)

    def processes(self) -> list[psutil.Process]:
        """Return all its processes, the workers of its runs too."""
        assert self._process is not None
        itself = psutil.Process(self._process.pid)
        return [itself, *itself.children(recursive=True)]

    def kill(self) -> None:
        """Send SIGKILL to all its processes, as a machine that goes down does."""
        assert self._process is not None
        processes = self.processes()
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(PATIENCE_S)
        _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
        assert not alive

    def kill_root(self) -> list[psutil.Process]:
        """Send SIGKILL to `sparkle ui` itself, and return all other processes that it had."""
        assert self._process is not None
        _, *others = self.processes()
        self._process.kill()
        self._process.wait(PATIENCE_S)
        return others

    def strays(self) -> list[psutil.Process]:
        """Return the processes that work in the studio's home, but are none of the service's."""
        services = {process.pid for process in self.processes()}
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if process.pid not in services
            and any(str(self.studio.home.root) in part for part in process.info["cmdline"] or ())
        ]

    def log(self) -> str:
        """Return what it has said so far."""
        return (self.studio.root / "ui.log").read_text(errors="replace")

    def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Ask the web UI's server something."""
        return ask(self.address, query, variables)

    def do(self, mutation: str, types: str, answer: str, /, **variables: Any) -> dict[str, Any]:
        """Have the server do something, which must succeed.

        Args:
            mutation: Its name and arguments.
            types: Those of the variables, as GraphQL declares them.
            answer: What is to be answered, of which type.
            variables: What the arguments are.
        """
        query = f"mutation({types}){{ result: {mutation} {{ __typename {answer} }} }}"
        result: dict[str, Any] = self.ask(query, **variables)["result"]
        kind = answer.split()[2]
        assert result["__typename"] == kind, result
        return result

    def add(self, *films: str) -> None:
        """Add partitions."""
        for film in films:
            self.do(
                "addDynamicPartition(repositorySelector: $repository,"
                ' partitionsDefName: "run_id", partitionKey: $film)',
                "$repository: RepositorySelector!, $film: String!",
                "... on AddDynamicPartitionSuccess { partitionKey }",
                repository=REPOSITORY_SELECTOR,
                film=film,
            )

    def launch(self, film: str, job: str = "render_movie") -> str:
        """Launch a job for a film, and return the run's id."""
        parameters = {
            "selector": {**REPOSITORY_SELECTOR, "pipelineName": job},
            "runConfigData": {},
            "mode": "default",
            "executionMetadata": {"tags": [{"key": "dagster/partition", "value": film}]},
        }
        result = self.do(
            "launchPipelineExecution(executionParams: $parameters)",
            "$parameters: ExecutionParams!",
            "... on LaunchRunSuccess { run { runId } }",
            parameters=parameters,
        )
        return str(result["run"]["runId"])

    def terminate(self, run: str) -> None:
        """Press "Terminate"."""
        self.do(
            "terminateRun(runId: $run)",
            "$run: String!",
            "... on TerminateRunSuccess { run { runId } } ... on TerminateRunFailure { message }",
            run=run,
        )

    def reexecute(self, run: str) -> str:
        """Press "Re-execute all", and return the new run's id."""
        result = self.do(
            "launchRunReexecution(reexecutionParams: $parameters)",
            "$parameters: ReexecutionParams",
            "... on LaunchRunSuccess { run { runId } }",
            parameters={"parentRunId": run, "strategy": "ALL_STEPS"},
        )
        return str(result["run"]["runId"])

    def backfill(self, films: Sequence[str]) -> str:
        """Materialize all assets for some films, and return the backfill's id."""
        parameters = {
            "assetSelection": [{"path": [stage]} for stage in STAGES],
            "partitionNames": list(films),
            "tags": [],
        }
        result = self.do(
            "launchPartitionBackfill(backfillParams: $parameters)",
            "$parameters: LaunchBackfillParams!",
            "... on LaunchBackfillSuccess { backfillId }",
            parameters=parameters,
        )
        return str(result["backfillId"])

    def why_nothing(self, sensor: str) -> str:
        """Return why a sensor asked for nothing when it looked last; nothing where it asked."""
        ticks = self.ask(
            "query($sensor: SensorSelector!){ sensorOrError(sensorSelector: $sensor)"
            "{ ... on Sensor { sensorState { ticks(limit: 1) { skipReason } } } } }",
            sensor={**REPOSITORY_SELECTOR, "sensorName": sensor},
        )["sensorOrError"]["sensorState"]["ticks"]
        return "".join(tick["skipReason"] or "" for tick in ticks)

    def runs(self, film: str | None = None) -> list[Run]:
        """Return all runs, or those of a film, the newest first."""
        found = self.ask(
            "{ runsOrError { ... on Runs { results { runId status jobName tags { key value }"
            " stepStats { stepKey status } assetMaterializations { assetKey { path } } } } } }"
        )["runsOrError"]["results"]
        runs = [_run(one) for one in found]
        return [run for run in runs if film in (None, run.film)]

    def run(self, run: str) -> Run:
        """Return a run as it is now."""
        (found,) = (one for one in self.runs() if one.id == run)
        return found

    def said(self, run: str) -> str:
        """Return the messages of a run's events, and its errors."""
        found = self.ask(
            "query($run: ID!){ logsForRun(runId: $run) { ... on EventConnection { events {"
            " ... on MessageEvent { message } ... on ErrorEvent { error { message } } } } } }",
            run=run,
        )["logsForRun"]["events"]
        errors = (event.get("error") or {} for event in found)
        texts = [event.get("message", "") for event in found]
        return "\n".join([*texts, *(error.get("message", "") for error in errors)])

    def ended(self, run: str) -> Run:
        """Wait for a run's end."""

        def ended() -> Run | None:
            now = self.run(run)
            return now if now.status in ENDED else None

        return until(f"run {run} ends", ended)

    def succeeds(self, run: str) -> Run:
        """Wait for a run's end, which must be a success."""
        ended = self.ended(run)
        assert ended.status == "SUCCESS", self.said(run)
        return ended

    def next_run(self, film: str, after: Sequence[str]) -> str:
        """Wait for a run of a film that is none of some, and return its id."""

        def another() -> str | None:
            found = [run.id for run in self.runs(film) if run.id not in after]
            return found[0] if found else None

        return until(f"another run of {film} begins", another)

    def holder(self, film: str) -> Holder | None:
        """Return who renders a film now."""
        return RunFolder(self.studio.home, film).holder()

    def caught_at(self, film: str, stage: str) -> Holder:
        """Wait until a film is at an item of a stage, and return who renders it.

        It stays there where the studio's gate is closed.
        """

        def in_the_middle() -> Holder | None:
            holder = self.holder(film)
            report = RunFolder(self.studio.home, film).state.read().progress
            there = (
                holder is not None
                and report is not None
                and report.pid == holder.pid
                and report.stage == stage
                and report.item is not None
            )
            return holder if there else None

        return until(f"{film} is in the middle of {stage}", in_the_middle)


def switch_off_inbox(studio: GatedStudio) -> None:
    """Have plans render only when they are asked for, from before the daemon begins.

    A sensor that is switched off while it looks is switched on again by Dagster as it ends: it
    writes back the state that it has read.
    """
    with open_instance(studio.home):
        stopped = studio.dagster("sensor", "stop", "inbox", "--module-name", LOCATION)
    assert stopped.returncode == 0, stopped.stderr


@contextlib.contextmanager
def service(studio: GatedStudio) -> Iterator[Service]:
    """Run `sparkle ui` for a studio."""
    running = Service(studio)
    running.start()
    try:
        yield running
    finally:
        running.end()


def film(title: str, shots: int = 2, resolution: str = "128x72") -> Plan:
    """Return a plan of one-second shots, the last of which is a spoken close-up of two seconds.

    Films of other titles have other pictures.
    """
    plan = plan_format_example()
    keyframes = [f"frame_{number:03}" for number in range(shots + 1)]
    plan["title"] = title
    plan["base_images"] = [
        {"id": keyframe, "prompt": f"{title}: {keyframe}, a lighthouse at dusk"}
        for keyframe in keyframes
    ]
    speaking = plan["shots"][-1]
    plan["shots"] = [
        {
            "id": f"shot_{number:03}",
            "duration_sec": 1.0,
            "visual_description": "the camera climbs the tower",
            "start_base_image_id": keyframes[number - 1],
            "end_base_image_id": keyframes[number],
            "motion_prompt": "slow crane up",
        }
        for number in range(1, shots)
    ]
    plan["shots"].append(
        speaking
        | {
            "id": f"shot_{shots:03}",
            "duration_sec": 2.0,
            "start_base_image_id": keyframes[-2],
            "end_base_image_id": keyframes[-1],
        }
    )
    silent = float(shots - 1)
    plan["dialogue_timeline"] = [
        {"type": "silence", "start_time_sec": 0.0, "duration_sec": silent},
        {
            "type": "dialogue",
            "character_id": "mara",
            "text": "Not tonight.",
            "start_time_sec": silent,
            "duration_sec": 2.0,
        },
    ]
    plan["render_profile"]["metadata"]["resolution"] = resolution
    plan["metadata"] = {"plan_id": title.lower().replace(" ", "-"), "seed": "7"}
    return plan


def long_film(title: str) -> Plan:
    """Return a plan with some clips."""
    return film(title, shots=4)


def spoken(plan: Plan, text: str) -> Plan:
    """Return a plan with another spoken line."""
    shots = [*plan["shots"][:-1], plan["shots"][-1] | {"dialogue": [_line(text)]}]
    timeline = [*plan["dialogue_timeline"][:-1], plan["dialogue_timeline"][-1] | {"text": text}]
    return plan | {"shots": shots, "dialogue_timeline": timeline}


def _line(text: str) -> dict[str, str]:
    return {"character_id": "mara", "text": text}


def _run(found: dict[str, Any]) -> Run:
    return Run(
        id=found["runId"],
        status=found["status"],
        job=found["jobName"],
        tags={tag["key"]: tag["value"] for tag in found["tags"]},
        steps={step["stepKey"]: step["status"] for step in found["stepStats"]},
        materialized=frozenset(
            "/".join(one["assetKey"]["path"]) for one in found["assetMaterializations"]
        ),
    )
