"""The plan builder: a plan file of a shot list, which says how it came about."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from sparkle_motion_dagster.artifacts.models import EngineIdentity, MediaFacts, StoredFile
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
    Request,
)
from sparkle_motion_dagster.plan.editing import edited, plan_in
from sparkle_motion_dagster.plan.yaml_text import yaml_text
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.rewriting.rewriting import rewritten
from sparkle_motion_dagster.shotlist.writing.brief import Brief

_SHOWN_LETTERS = 70


class BuildRequest(Request):
    """A shot list, who wrote it for which brief, and in which round.

    ``before`` is the plan file that it changes; None: it is a new one. ``paces`` say how fast its
    characters speak, by name, in letters a second.
    """

    listed: ShotList
    brief: Brief
    seed: int
    writer: EngineIdentity
    rounds: int
    before: StoredFile | None = Field(default=None, exclude_if=lambda before: before is None)
    paces: dict[str, float] = Field(default={})


class PlanBuilder(Engine[BuildRequest, EngineSettings]):
    """Builds plans.

    Each result holds an output ``plan``: a plan file (``application/yaml``); where it changes one,
    also an output ``differences`` (``text/plain``): what is otherwise in it, a line each.
    """

    name = "plan_builder"
    version = 1
    settings_model = EngineSettings

    def make(self, requests: Sequence[BuildRequest], folder: Path) -> Generator[Made]:
        """Build one plan a request."""
        for number, request in enumerate(requests):
            plan = folder / f"plan-{number}.yaml"
            if request.before is None:
                plan.write_text(_new(request), encoding="utf-8")
                yield Made({"plan": MadeFile(plan, "application/yaml")})
                continue
            differences = folder / f"differences-{number}.txt"
            before = request.before.path.read_text(encoding="utf-8")
            rewriting = rewritten(before, request.listed, request.paces)
            plan.write_text(_signed(rewriting.text, request), encoding="utf-8")
            told = map(str, rewriting.differences or ["Nothing is otherwise."])
            differences.write_text("".join(f"{one}\n" for one in told), encoding="utf-8")
            yield Made(
                {
                    "plan": MadeFile(plan, "application/yaml"),
                    "differences": MadeFile(differences, "text/plain"),
                }
            )

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Make sure that a plan file is a valid plan, as it is read."""
        text = output.path.read_text(encoding="utf-8")
        if output.media_type == "application/yaml":
            plan_in(text)
        return Examined(MediaFacts())


def _new(request: BuildRequest) -> str:
    plan = _noted(plan_of(request.listed, request.paces), request)
    return f"{_heading(request)}{yaml_text(plan)}"


def _signed(text: str, request: BuildRequest) -> str:
    """Return a rewritten plan that says by whom it was."""
    plan, _ = plan_in(text)
    return edited(text, _noted(plan, request))


def _noted(plan: Mapping[str, object], request: BuildRequest) -> dict[str, object]:
    notes = plan.get("metadata")
    written = {
        "by": request.writer.name,
        "prompt": request.brief.prompt,
        "seed": request.seed,
        "rounds": request.rounds,
    }
    return {**plan, "metadata": {**(notes if isinstance(notes, dict) else {}), "written": written}}


def _heading(request: BuildRequest) -> str:
    """Return the comment at the head of a plan: how it came about, for whoever opens it."""
    prompt = " ".join(request.brief.prompt.split())
    prompt = "".join(letter for letter in prompt if letter.isprintable())
    shown = prompt if len(prompt) <= _SHOWN_LETTERS else f"{prompt[:_SHOWN_LETTERS]}…"
    return (
        f"# Written by {request.writer.name} {request.writer.version} with the seed "
        f"{request.seed}, asked for:\n# {shown}\n"
    )
