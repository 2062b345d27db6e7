"""`sparkle explain`: what the next render will make again, and why."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from pydantic import JsonValue
from rich.console import Console
from rich.text import Text

from sparkle_motion_dagster.cli.console import readable_errors, stdout
from sparkle_motion_dagster.film.stages import TIMELINE_TRACK, is_of_a_line, whose
from sparkle_motion_dagster.forecast.explanation import (
    Change,
    Explanation,
    ItemForecast,
    ItemState,
    StageForecast,
)
from sparkle_motion_dagster.plan.reading.loading import PLAN_SUFFIXES

_MOST_CHANGES = 5
_MOST_NAMES = 4
_LONGEST_VALUE = 60
_SHORT_DIGEST = 8
_CONTEXT = 12
"""Characters that are shown before the first difference of two long texts."""

_STYLES = {
    ItemState.CURRENT: "green",
    ItemState.TAKEN: "green",
    ItemState.MADE: "yellow",
    ItemState.MAYBE: "cyan",
    ItemState.PINNED: "magenta",
    ItemState.UNDECIDED: "cyan",
    ItemState.GONE: "dim",
}


@click.command()
@click.argument("film", metavar="RUN_OR_PLAN")
@click.option(
    "--plan",
    "plan_file",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The plan to render. Default: the one in $SPARKLE_PLANS, else the frozen one.",
)
@click.option("--profile", help="Which engines would render it. Default: the film's own profile.")
@click.option("--json", "as_json", is_flag=True, help="Print it for programs.")
@readable_errors
def explain(
    film: str,
    plan_file: Path | None,
    profile: str | None,
    as_json: bool,  # noqa: FBT001 - a command line flag
) -> None:
    """Say what the next render of a film will make again, and which field changed.

    The film is given by its RUN, or by its PLAN: a file, as for `sparkle render PLAN`.
    Nothing is rendered, written or loaded for it. What hangs on something that is still to be
    made is said to be so.
    """
    from sparkle_motion_dagster.api.rendering import explain as explained

    run_id, plan = (None, Path(film)) if is_plan(film, plan_file) else (film, plan_file)
    explanation = explained(run_id, plan=plan, profile=profile)
    if as_json:
        click.echo(explanation.model_dump_json(indent=1))
    else:
        _show(explanation, stdout())


def is_plan(film: str, plan_file: Path | None = None) -> bool:
    """Tell whether a plan's path is given, and no run_id: that may look like a file's name."""
    from sparkle_motion_dagster.artifacts.home import SparkleHome

    if plan_file is not None:
        return False
    if Path(film).name != film:
        return True
    is_known = (SparkleHome.from_environment().runs / film).is_dir()
    return Path(film).suffix.lower() in PLAN_SUFFIXES and not is_known


def _show(explanation: Explanation, console: Console) -> None:
    plan = explanation.plan or "as it was frozen; `--plan PATH` takes another one"
    console.print(Text(f"{explanation.run_id}, profile {explanation.profile}, plan {plan}"))
    for note in explanation.notes:
        console.print(Text(note, style="bold"))
    for mend in explanation.mends:
        console.print(Text(f"The next render mends: {mend}", style="yellow"))
    if explanation.plan_changes:
        console.print(Text("plan"))
        for line in _changes(explanation.plan_changes):
            console.print(Text(f"  {line}"))
    for stage in explanation.stages:
        _show_stage(stage, console)
    console.print(Text(f"{verdict(explanation)}{_stays(explanation)}"))


def _show_stage(stage: StageForecast, console: Console) -> None:
    counts = [f"{count} {state}" for state in ItemState if (count := stage.count(state))]
    console.print(Text(f"{stage.stage:15} {', '.join(counts) or 'nothing'}"))
    shown = [item for item in stage.items if item.state is not ItemState.CURRENT or item.take]
    names = [_called(stage.stage, item.id) for item in shown]
    width = max(map(len, names), default=0)
    for name, item in zip(names, shown, strict=True):
        console.print(_item(f"{name:{width}}", item))


def _called(stage: str, item_id: str) -> str:
    """Return what people call an item: a line of the track is one that has to be faster."""
    is_line = stage == TIMELINE_TRACK and is_of_a_line(item_id) and whose(item_id) == item_id
    return f"{item_id} faster" if is_line else item_id


def _item(name: str, item: ItemForecast) -> Text:
    text = Text(f"  {name}  ")
    text.append(str(item.state), style=_STYLES[item.state])
    if item.take is not None:
        text.append(f" (take {item.take}, chosen)")
    reasons = [*filter(None, [item.reason]), *_changes(item.changes), *_waits(item.waits_for)]
    if len(reasons) == 1:
        text.append(f": {reasons[0]}")
    else:
        text.append("".join(f"\n    {reason}" for reason in reasons))
    return text


def _waits(names: Sequence[str]) -> Iterator[str]:
    if names:
        further = len(names) - _MOST_NAMES
        listed = ", ".join(names[:_MOST_NAMES]) + (f" and {further} more" if further > 0 else "")
        yield f"waits for {listed}"


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes[:_MOST_CHANGES]:
        yield _told(change)
    if len(changes) > _MOST_CHANGES:
        yield f"and {len(changes) - _MOST_CHANGES} more fields, which `--json` lists"


def _told(change: Change) -> str:
    match change.kind, change.before, change.after:
        case "added", _, after:
            return f"{change.field} is new: {_shown(after)}"
        case "removed", before, _:
            return f"{change.field} is gone: {_shown(before)}"
        case _, {"file": was}, {"file": will_be} if was == will_be:
            return f"{change.field}: {was or 'a file'} changed"
        case _, str(before), str(after):
            first = _first_difference(before, after)
            return f"{change.field}: {_around(before, first)} -> {_around(after, first)}"
        case _, before, after:
            return f"{change.field}: {_shown(before)} -> {_shown(after)}"


def _shown(value: JsonValue) -> str:
    match value:
        case None:
            return "none"
        case str():
            return _around(value, 0)
        case {"file": name, "sha256": None}:
            return f"{name}, still to be made"
        case {"file": name, "sha256": str(digest)}:
            return f"{name or 'an earlier file'} ({digest[:_SHORT_DIGEST]})"
        case _:
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _first_difference(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _around(text: str, first: int) -> str:
    """Return a text in quotes; of a long one, the part where it begins to be different."""
    start = _word_before(text, first - _CONTEXT) if len(text) > _LONGEST_VALUE else 0
    part = text[start : start + _LONGEST_VALUE]
    quoted = json.dumps(part, ensure_ascii=False)[1:-1]
    return f'"{"…" * (start > 0)}{quoted}{"…" * (start + len(part) < len(text))}"'


def _word_before(text: str, index: int) -> int:
    """Return where the word at an index begins; the index itself where that is far back."""
    start = text.rfind(" ", 0, max(0, index)) + 1
    return start if index - start <= _CONTEXT else index


def verdict(explanation: Explanation) -> str:
    """Say in a sentence how much the next render makes."""
    made, most, taken = explanation.made, explanation.made + explanation.maybe, explanation.taken
    if not most:
        states = {item.state for stage in explanation.stages for item in stage.items}
        changed = explanation.plan_changes or explanation.mends
        if states <= {ItemState.CURRENT} and not changed:
            return f"Nothing to do: all {taken} items are current."
        return f"The next render makes nothing, and takes {_items(taken)} from the store."
    work = _work(explanation.seconds_made, explanation.seconds_made + explanation.seconds_maybe)
    if made == most:
        return f"The next render makes {_items(made)}, and takes {taken} from the store{work}."
    return (
        f"The next render makes at least {_items(made)}, at most {most}, and takes at least "
        f"{taken} from the store{work}."
    )


def _stays(explanation: Explanation) -> str:
    if not explanation.pinned:
        return ""
    stays = "stays" if explanation.pinned == 1 else "stay"
    return f" {_items(explanation.pinned).capitalize()} {stays} as pinned."


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _work(least: float, most: float) -> str:
    """Say how long it will take, where anybody knows."""
    low, high = _rounded(least), _rounded(most)
    if high == _rounded(0):
        return ""
    if low == high:
        span = f"about {high}"
    else:
        span = f"up to {high}" if low == _rounded(0) else f"{low} to {high}"
    return f": {span} s of work, judging by last time"


def _rounded(seconds: float) -> str:
    return f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}"
