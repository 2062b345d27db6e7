"""The notebook, run from its first cell to its last in a kernel of its own, as a person would.

It starts its own server; between its cells, its widgets are clicked through. The film is the one
that the command line renders of the same plan, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from sparkle_motion_dagster.film.stages import FILM, STAGES, VIDEO_FINAL
from studio import REPOSITORY, Studio

pytestmark = pytest.mark.service

NOTEBOOK = REPOSITORY / "notebooks" / "sparkle_motion.ipynb"
RUN = "storm-watch"
PROMPT = "Two keepers wait for a ship in a storm"
STEPS = {
    "notebook.preflight": "from notebook_steps import *\nprint(server)",
    "panel.plan": f"write_a_plan(panel, {PROMPT!r}, 'Storm Watch')\nsave_the_plan(panel)",
    "panel.live": "pause_and_resume(panel)",
    "panel.artifacts": f"print('previews', [previews(panel, stage) for stage in {STAGES}])",
    "panel.final": "print('embedded', film_digest(panel))",
    "panel.drive": "print('archived:', archived_in(panel, server.home))",
}
"""What is done after the cell that holds so many words."""


def test_a_prompt_becomes_a_film_in_the_notebook(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    support = f"{REPOSITORY / 'tests' / 'support'}"
    environment = studio.environment | {"PYTHONPATH": f"{REPOSITORY}:{support}"}
    client = NotebookClient(_with_steps(notebook), timeout=900, kernel_name="python3")
    client.execute(env=environment)

    said = "".join(
        output.get("text", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    manifests = studio.manifests(RUN)
    assert "started by this notebook" in said
    assert f"previews {[min(12, len(manifests[stage].artifacts)) for stage in STAGES]}" in said
    assert f"embedded {manifests[VIDEO_FINAL].artifact(FILM, 'film').sha256}" in said
    assert f"archived: Archived {RUN} in" in said
    _widgets_are_shown(notebook)
    # It ends what it started.
    assert not [one for one in psutil.process_iter(["environ"]) if _belongs(one, studio)]

    other = Studio(tmp_path / "command-line")
    plan = (studio.plans / f"{RUN}.yaml").read_text(encoding="utf-8")
    (other.plans / f"{RUN}.yaml").write_text(plan, encoding="utf-8")
    ended = other.sparkle("render", other.plans / f"{RUN}.yaml")
    assert ended.returncode == 0, ended.stderr
    assert other.rendered(RUN).digests == studio.rendered(RUN).digests


def _with_steps(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return it with a cell after each that shows something, in which somebody uses that."""
    cells, done = [], set()
    for cell in notebook.cells:
        cells.append(cell)
        shown = next((one for one in STEPS if one in cell.source), None)
        if cell.cell_type == "code" and shown is not None:
            cells.append(nbformat.v4.new_code_cell(STEPS[shown]))
            done.add(shown)
    assert done == STEPS.keys()
    notebook.cells = cells
    return notebook


def _widgets_are_shown(notebook: nbformat.NotebookNode) -> None:
    shown = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert len(shown) == 8, "preflight, the panel and its six panes"


def _belongs(process: psutil.Process, studio: Studio) -> bool:
    environment = process.info["environ"] or {}
    return environment.get("SPARKLE_HOME") == str(studio.home.root)
