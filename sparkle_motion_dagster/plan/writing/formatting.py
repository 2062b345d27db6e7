"""One form for all plan files: the models' order of keys, one indentation, the same quotes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem
from sparkle_motion_dagster.plan.reading.cleaning import Finding
from sparkle_motion_dagster.plan.reading.document import Document, check_mapping
from sparkle_motion_dagster.plan.reading.json_document import read_json
from sparkle_motion_dagster.plan.reading.loading import cleaned_text
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml
from sparkle_motion_dagster.plan.writing.key_order import WHOLE_PLAN, Position
from sparkle_motion_dagster.plan.writing.yaml_lines import written
from sparkle_motion_dagster.plan.writing.yaml_nodes import (
    Collection,
    Node,
    define_before_use,
    key_of,
    write_out_aliases,
)
from sparkle_motion_dagster.plan.writing.yaml_source import read_source


def formatted_file(path: Path) -> tuple[str, tuple[Finding, ...]]:
    """Return what a plan file should say in the one form, and what was taken off that is no plan.

    Raises:
        PlanError: It cannot be read.
    """
    text, found = cleaned_text(path)
    try:
        return formatted(text), found
    except PlanError as error:
        raise PlanError(path, error.problems) from None


def formatted(text: str) -> str:
    """Return the text of a plan in the one form: it says the same, and has the same comments.

    JSON stays JSON. The plan need not be valid, but each of its keys must be given once.

    Raises:
        PlanError: It is neither YAML nor JSON as plans are; without a path.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    document = _as_json(text)
    if document is not None:
        _refuse(document.problems)
        ordered = _ordered(document.root.data(), WHOLE_PLAN)
        return json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"
    document = read_yaml(text)
    check_mapping(document)
    _refuse(document.problems)
    source = read_source(text)
    _put_in_order(source.root, WHOLE_PLAN)
    define_before_use(source.root)
    return written(source)


def without_aliases(text: str) -> str:
    """Return the text of a valid YAML plan in which nothing is named: aliases are written out.

    It says the same, and has the same comments; blocks and quotes are as in the one form.
    """
    source = read_source(text)
    write_out_aliases(source.root)
    return written(source)


def _as_json(text: str) -> Document | None:
    """Return what a text says that is JSON; None: it is not, which may still be YAML."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return read_json(text)
    except PlanError:
        return None


def _refuse(problems: Sequence[PlanProblem]) -> None:
    """Refuse to write what cannot be told apart once it is read, such as a key that is twice there.

    Raises:
        PlanError: There are problems.
    """
    if problems:
        raise PlanError(None, problems)


def _ordered(value: Any, position: Position) -> Any:
    """Return plain values with all keys in order."""
    if isinstance(value, list):
        return [_ordered(item, position.item()) for item in value]
    if isinstance(value, dict):
        keys = sorted(value, key=position.rank())
        return {key: _ordered(value[key], position.at(key)) for key in keys}
    return value


def _put_in_order(node: Node, position: Position) -> None:
    """Put all keys in order, where they are written out and not aliases."""
    if not isinstance(node, Collection):
        return
    if node.is_mapping:
        rank = position.rank()
        node.entries.sort(key=lambda entry: rank(key_of(entry)))
    for entry in node.entries:
        inner = position.item() if entry.key is None else position.at(key_of(entry))
        _put_in_order(entry.value, inner)
