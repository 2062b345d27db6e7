"""The plan builder: a plan file of a shot list, which says how it came about."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import EngineIdentity, MediaFacts
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.shotlist.brief import Brief
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ShotList

_SHOWN_LETTERS = 70


class BuildRequest(Request):
    """A shot list, who wrote it for which brief, and in which round."""

    listed: ShotList
    brief: Brief
    seed: int
    writer: EngineIdentity
    rounds: int


class PlanBuilder(Engine[BuildRequest, EngineSettings]):
    """Builds plans.

    Each result holds an output ``plan``: a plan file (``application/yaml``).
    """

    name = "plan_builder"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[BuildRequest], folder: Path) -> Generator[Made]:
        """Build one plan a request."""
        for number, request in enumerate(requests):
            file = folder / f"plan-{number}.yaml"
            file.write_text(f"{_heading(request)}{yaml_text(_plan(request))}", encoding="utf-8")
            yield Made({"plan": MadeFile(file, "application/yaml")})

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Make sure that a plan file is a valid plan, as it is read."""
        validate(read_yaml(output.path.read_text(encoding="utf-8")).root.data())
        return Examined(MediaFacts())


def _plan(request: BuildRequest) -> Mapping[str, object]:
    plan = plan_of(request.listed)
    written = {
        "by": request.writer.name,
        "prompt": request.brief.prompt,
        "seed": request.seed,
        "rounds": request.rounds,
    }
    return plan | {"metadata": {**plan.get("metadata", {}), "written": written}}


def _heading(request: BuildRequest) -> str:
    """Return the comment at the head of a plan: how it came about, for whoever opens it."""
    prompt = " ".join(request.brief.prompt.split())
    prompt = "".join(letter for letter in prompt if letter.isprintable())
    shown = prompt if len(prompt) <= _SHOWN_LETTERS else f"{prompt[:_SHOWN_LETTERS]}…"
    return (
        f"# Written by {request.writer.name} {request.writer.version} with the seed "
        f"{request.seed}, asked for:\n# {shown}\n"
    )
