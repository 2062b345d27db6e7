"""What is understood of what films say: ``make hear``, or ``python -m benchmarks.hear``.

Speaks the lines of ``benchmarks/lines`` and the examples with each engine, mixes and masters them
as in a film, and listens. It writes ``benchmarks/results/hear.json`` and a section of
``docs/voices.md``. With names of parts (``fr-FR``, ``overrun``, ``effort``), only those are
measured, and their figures replaced. Each part is written down when it is done.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.heard import Offsets, Understood, plan_of, understood
from benchmarks.results import machine
from benchmarks.speaking import Speaking
from benchmarks.watch import watch
from sparkle_motion_dagster.engines.hearing.base import language_code
from sparkle_motion_dagster.resources.engines import voice_catalogue

_HERE = Path(__file__).parent
_LINES = _HERE / "lines"
_PLANS = _HERE.parent / "examples" / "plans"
_RESULTS = _HERE / "results" / "hear.json"
_REPORT = _HERE.parent / "docs" / "voices.md"
_BEGIN, _END = "<!-- What follows is written by make hear -->", "<!-- Here make hear ends -->"

_LANGUAGES = tuple(sorted(path.stem for path in _LINES.glob("*.txt")))
_EXAMPLES = ("harbour_light", "overrun", "twenty_shots")
"""The examples in which somebody speaks."""
_EFFORT = "effort"
_ENGINES = ("kokoro", "espeak")
_ALIGNED = ("de-DE", "es-ES", "fr-FR")
"""Languages whose takes are timed by what is heard in them, too."""

_TEN_MINUTES_S = 600
_GOAL = 0.04
"""The word error rate up to which English is understood well."""


@dataclass(frozen=True)
class Heard:
    """What was heard of some lines by an engine, and the machine's load meanwhile."""

    what: str
    engine: str
    understood: Understood
    load: float


@dataclass(frozen=True)
class Effort:
    """What speaking took.

    Attributes:
        what: The lines that were spoken.
        engine: Who spoke them.
        speaking: Seconds of work and of sound.
        peak_mib: The most memory that the program had at one moment, in MiB.
        load: The machine's load meanwhile, the program's own included.
    """

    what: str
    engine: str
    speaking: Speaking
    peak_mib: int
    load: float


@dataclass(frozen=True)
class Results:
    """What was measured, by part, and the machine on which the last part was."""

    machine: dict[str, str]
    heard: dict[str, list[Heard]]
    efforts: list[Effort]

    @classmethod
    def read(cls) -> Results:
        """Return what was measured so far."""
        if not _RESULTS.exists():
            return cls({}, {}, [])
        return TypeAdapter(cls).validate_json(_RESULTS.read_bytes())

    def write(self) -> None:
        """Write down what was measured, and the section that tells of it."""
        content = TypeAdapter(Results).dump_json(self, indent=1)
        _RESULTS.write_bytes(content + b"\n")
        text = _REPORT.read_text("utf-8")
        before, _, rest = text.partition(_BEGIN)
        after = rest.partition(_END)[2]
        _REPORT.write_text(f"{before}{_BEGIN}\n\n{report(self)}\n\n{_END}{after}", "utf-8")


def parts() -> tuple[str, ...]:
    """Return the names of all parts: languages, examples that have lines, and the effort."""
    return (*_LANGUAGES, *_EXAMPLES, _EFFORT)


def hear(part: str) -> Iterator[Heard]:
    """Yield what is heard of a language's lines, or of an example, by each engine that speaks."""
    for engine in _ENGINES:
        if part in _EXAMPLES:
            found = understood(_PLANS / f"{part}.yaml", engine, aligned=False)
        elif _speaks(engine, part):
            lines = (_LINES / f"{part}.txt").read_text("utf-8").splitlines()
            found = understood(plan_of(lines, part), engine, aligned=part in _ALIGNED)
        else:
            continue
        yield Heard(part, engine, found, round(os.getloadavg()[0], 1))


def efforts() -> Iterator[Effort]:
    """Yield what it takes to speak a line of 60 characters, and ten minutes of dialogue."""
    for engine in _ENGINES:
        yield _effort("a line of 60 characters, the model loaded", engine, 0)
    yield _effort("ten minutes of dialogue, the model's start included", "kokoro", _TEN_MINUTES_S)


def _effort(what: str, engine: str, seconds: float) -> Effort:
    command = [sys.executable, "-m", "benchmarks.speaking", engine, str(seconds)]
    cost = watch(command, os.environ)
    spoken = TypeAdapter(Speaking).validate_json(cost.output)
    return Effort(what, engine, spoken, round(cost.peak_mib), round(os.getloadavg()[0], 1))


def _speaks(engine: str, language: str) -> bool:
    known = voice_catalogue().provider(engine).languages
    return known is None or language_code(language) in known


def report(results: Results) -> str:
    """Return the section for people, in markdown."""
    where = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    heard = [one for part in parts() for one in results.heard.get(part, ())]
    took = results.efforts
    missing = [part for part in (*_LANGUAGES, *_EXAMPLES) if part not in results.heard]
    missing += [] if took else [_EFFORT]
    loads = [*(one.load for one in heard), *(one.load for one in took)]
    english = [one for one in heard if one.engine == "kokoro" and one.what.startswith("en-")]
    rate = _rate(english)
    return "\n".join(
        [
            f"Measured by `make hear`: {where}; load {min(loads)} to {max(loads)}, its own in it.",
            "",
            f"Kokoro's English: {rate:.1%} of the words wrong; the goal, at most {_GOAL:.0%}, is "
            f"{'met' if rate <= _GOAL else '**not met**'}.",
            "",
            *_table(
                "What was heard:",
                "lines | words | wrong by Kokoro | by espeak-ng | captions: Kokoro | espeak-ng",
                _rows(heard),
            ),
            *_table(
                "Takes timed by what is heard in them, against what their engine says:",
                "language | by Kokoro | by espeak-ng",
                _aligned_rows(heard),
            ),
            *_table(
                "What speaking takes:",
                "spoken | by | work | sound | real-time factor | peak memory",
                (
                    f"{one.what} | {one.engine} | {one.speaking.work_s:.1f} s | "
                    f"{one.speaking.sound_s:.1f} s | "
                    f"{one.speaking.work_s / one.speaking.sound_s:.2f} | {one.peak_mib} MiB"
                    for one in took
                ),
            ),
            *([f"Still to be measured: {', '.join(missing)}.", ""] if missing else []),
        ]
    ).rstrip()


def _table(title: str, headings: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield a table in markdown, cells parted by bars; nothing where it has no rows."""
    if listed := list(rows):
        yield from (title, "", f"| {headings} |", "|" + "---|" * len(headings.split("|")))
        yield from (f"| {row} |" for row in listed)
        yield ""


def _rate(found: Sequence[Heard]) -> float:
    words = sum(one.understood.words for one in found)
    return sum(one.understood.errors for one in found) / words if words else 0.0


def _rows(heard: Sequence[Heard]) -> Iterator[str]:
    by_engine = {(one.what, one.engine): one.understood for one in heard}
    for what in dict.fromkeys(one.what for one in heard):
        found = [by_engine.get((what, engine)) for engine in _ENGINES]
        words = max(one.words for one in found if one is not None)
        wrong = [f"{one.errors / one.words:.1%}" if one else "-" for one in found]
        times = [_offsets(one.captions) if one else "-" for one in found]
        yield f"{what} | {words} | {' | '.join([*wrong, *times])}"


def _aligned_rows(heard: Sequence[Heard]) -> Iterator[str]:
    for language in _ALIGNED:
        found = {one.engine: one.understood for one in heard if one.what == language}
        if found:
            cells = [_offsets(found[one].takes) if one in found else "-" for one in _ENGINES]
            yield f"{language} | {' | '.join(cells)}"


def _offsets(found: Offsets | None) -> str:
    if found is None:
        return "-"
    return f"{found.distance_s:.2f} s ({found.later_s:+.2f} s, {found.words} words)"


def main(wanted: Sequence[str]) -> None:
    """Measure everything, or some parts, and write each down when it is done."""
    if unknown := [part for part in wanted if part not in parts()]:
        raise SystemExit(f"There is no part {unknown[0]}. Parts: {', '.join(parts())}.")
    started = time.perf_counter()
    for part in wanted or parts():
        results = dataclasses.replace(Results.read(), machine=machine())
        if part == _EFFORT:
            results = dataclasses.replace(results, efforts=list(efforts()))
        else:
            found = list(_told(hear(part)))
            results = dataclasses.replace(results, heard={**results.heard, part: found})
        results.write()
    print(f"\n{report(Results.read())}\n\n{(time.perf_counter() - started) / 60:.1f} minutes")


def _told(heard: Iterator[Heard]) -> Iterator[Heard]:
    """Yield what is heard, and print it as it comes."""
    for one in heard:
        found = one.understood
        print(f"{one.what}, {one.engine}: {found.errors} of {found.words} words wrong", flush=True)
        for mistake in found.mistakes:
            print(f"  {mistake.voice}: {mistake.written}\n    heard: {mistake.heard}", flush=True)
        yield one


if __name__ == "__main__":
    main(sys.argv[1:])
