"""Plan files: from a path to a plan whose every error names file, line and field."""

import shlex
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.plan.errors import PlanError, PlanProblem, UnreadablePlanError
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.reading.cleaning import Cleaned, Finding, clean
from sparkle_motion_dagster.plan.reading.document import (
    MAX_BYTES,
    Document,
    check_mapping,
    unreadable,
)
from sparkle_motion_dagster.plan.reading.files import file_references, find_file
from sparkle_motion_dagster.plan.reading.json_document import read_json
from sparkle_motion_dagster.plan.reading.text_files import decoded_text, read_text
from sparkle_motion_dagster.plan.reading.validation import validate
from sparkle_motion_dagster.plan.reading.yaml_document import read_yaml

_READERS: Mapping[str, Callable[[str], Document]] = {
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
}

PLAN_SUFFIXES = tuple(_READERS)
"""Suffixes of plan files; each stands for a format."""


@dataclass(frozen=True)
class LoadedPlan:
    """A valid plan, and the files that it names.

    ``files`` maps each file as the plan names it to its real path in the plan's folder.
    """

    plan: MoviePlan
    path: Path
    files: Mapping[str, Path]
    document: Document = field(repr=False)

    def problem(self, field: str, message: str) -> PlanError:
        """Return the error for a field that turned out wrong later, with file and line."""
        return self.error([PlanProblem(message, field)])

    def error(self, problems: Iterable[PlanProblem]) -> PlanError:
        """Return the error for what turned out wrong later, with file and lines."""
        return PlanError(self.path, _in_order(map(self.document.located, problems)).problems)


def load_plan(
    path: Path, folder: Path | None = None, home: SparkleHome | None = None
) -> LoadedPlan:
    """Read a plan file, check it against every rule, and find the files that it names.

    Args:
        path: A ``.yaml``, ``.yml`` or ``.json`` file.
        folder: Where the files are that it names; None: in its own folder.
        home: Where files were uploaded that it names; None: to the home of this process.

    Raises:
        PlanError: The file cannot be read, or is no valid plan.
    """
    try:
        _check_name(path)
        text = read_text(path, MAX_BYTES, "a plan file")
        return _loaded(text, path, folder or path.absolute().parent, home)
    except PlanError as error:
        raise PlanError(path, error.problems) from None


def load_text(data: bytes, path: Path, folder: Path) -> LoadedPlan:
    """Read the text of a plan file that is not there yet, as `load_plan` reads one that is.

    Args:
        data: The file's bytes; at most `MAX_BYTES`, see `document`.
        path: Where the file is to lie; its suffix says how it is read.
        folder: Where the files are that the plan names.

    Raises:
        PlanError: It is no valid plan.
    """
    try:
        return _loaded(decoded_text(data), path, folder, None)
    except PlanError as error:
        raise PlanError(path, error.problems) from None


def _loaded(text: str, path: Path, folder: Path, home: SparkleHome | None) -> LoadedPlan:
    reader = _reader(path)
    try:
        document = reader(text)
        plan = _validated(document)
    except PlanError as error:
        raise PlanError(None, _explained(path, text, error)) from None
    return LoadedPlan(plan, path, _files(plan, document, folder, home), document)


def _check_name(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise PlanError(None, [PlanProblem("its name is no UTF-8: rename it")]) from error


def cleaned_text(path: Path) -> tuple[str, tuple[Finding, ...]]:
    """Return what a plan file should say that is no plan as it stands, and what was taken off.

    A file that can be read as it is, is returned as it is.

    Raises:
        PlanError: It cannot be read even so.
    """
    try:
        text, reader = read_text(path, MAX_BYTES, "a plan file"), _reader(path)
        try:
            _validated(reader(text))
        except PlanError:
            cleaned = clean(text)
            _read_cleaned(path, cleaned)
            return textwrap.dedent(cleaned.text).strip() + "\n", cleaned.found
    except PlanError as error:
        raise PlanError(path, error.problems) from None
    return text, ()


def _explained(path: Path, text: str, wrong: PlanError) -> Sequence[PlanProblem]:
    """Return a file's problems: if it holds more than a plan, that, and what is wrong without."""
    cleaned = clean(text)
    if not cleaned.found:
        return wrong.problems
    left: Sequence[PlanProblem] = ()
    try:
        _validated(_read_cleaned(path, cleaned))
    except PlanError as error:
        left = error.problems
    if not isinstance(wrong, UnreadablePlanError) and len(left) >= len(wrong.problems):
        return wrong.problems
    *others, last = map(str, cleaned.found)
    listed = f"{', '.join(others)} and {last}" if others else last
    message = (
        f"is no plan as it stands. It has {listed}: what language models answer often does. "
        f"`sparkle plan fmt {shlex.quote(str(path))} --write` takes that off"
    )
    return PlanProblem(message, line=cleaned.found[0].line), *left


def _read_cleaned(path: Path, cleaned: Cleaned) -> Document:
    """Read a text that was cleaned.

    Raises:
        PlanError: It cannot be read, or is YAML in a file that is called JSON.
    """
    if cleaned.is_json:
        return read_json(cleaned.text)
    document = read_yaml(cleaned.text)
    if path.suffix.lower() == ".json":
        unreadable(f"is YAML: name the file {path.with_suffix('.yaml').name}", None)
    return document


def _reader(path: Path) -> Callable[[str], Document]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(PLAN_SUFFIXES)
        unreadable(f"a plan file ends in one of {known}, not in {path.suffix!r}", None)
    return reader


def _validated(document: Document) -> MoviePlan:
    """Return the plan that a document spells.

    Raises:
        PlanError: With what is wrong with the document's form and with what it says.
    """
    check_mapping(document)
    try:
        plan = validate(document.root.data())
    except PlanError as error:
        malformed = {problem.field for problem in document.problems}
        problems = [document.located(p) for p in error.problems if p.field not in malformed]
        raise _in_order([*document.problems, *problems]) from None
    if document.problems:
        raise _in_order(document.problems)
    return plan


def _in_order(problems: Iterable[PlanProblem]) -> PlanError:
    return PlanError(None, sorted(problems, key=lambda problem: problem.line or 0))


def _files(
    plan: MoviePlan, document: Document, folder: Path, home: SparkleHome | None
) -> Mapping[str, Path]:
    """Return the real path of every file that a plan names.

    Raises:
        PlanError: Some cannot be used.
    """
    files: dict[str, Path] = {}
    problems: list[PlanProblem] = []
    for reference in file_references(plan):
        found = find_file(reference, folder, home)
        if isinstance(found, PlanProblem):
            problems.append(document.located(found))
        else:
            files[reference.name] = found
    if problems:
        raise _in_order(problems)
    return files
