"""The notebook in the repository is valid, holds no outputs, and its code keeps our rules."""

from __future__ import annotations

import subprocess

import nbformat
import pytest

from studio import PROGRAMS, REPOSITORY

NOTEBOOK = REPOSITORY / "notebooks" / "sparkle_motion.ipynb"


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    read: nbformat.NotebookNode = nbformat.read(NOTEBOOK, as_version=4)
    return read


def test_it_is_valid(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


def test_it_is_cleared(notebook: nbformat.NotebookNode) -> None:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert cells
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}
    assert "widgets" not in notebook.metadata


def test_each_cell_of_code_is_introduced_by_a_sentence(notebook: nbformat.NotebookNode) -> None:
    kinds = [cell.cell_type for cell in notebook.cells]
    introduced = [kinds[place - 1] == "markdown" for place, kind in enumerate(kinds)
                  if kind == "code"]  # fmt: skip
    assert all(introduced)


def test_its_code_is_linted_like_any_other() -> None:
    for words in (["check"], ["format", "--check"]):
        ended = subprocess.run(
            [PROGRAMS / "ruff", *words, NOTEBOOK], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
