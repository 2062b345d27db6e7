"""What every stage will ask its engines for, found out without asking them: dry runs of a film.

The film's pipeline is run on stages that look up instead of making. For what is not there yet, a
placeholder's digest stands in whatever follows. A line that is not spoken yet has no length,
and everything after it moves with that: so the film is run once with the shortest take and once
with the longest, and what comes out the same is certain. Where nobody has looked for faces yet,
there are none in the first run, and some in the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sparkle_motion_dagster.artifacts.choices import NOTHING_CHOSEN, Choices
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.film.casting.paces import paces_of
from sparkle_motion_dagster.film.intake import FrozenPlan
from sparkle_motion_dagster.film.pipeline import Engines, run_stages
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.forecast.assumed_takes import AssumedTakes
from sparkle_motion_dagster.forecast.calls import EngineCall, PinnedItem
from sparkle_motion_dagster.forecast.dry_stage import DryStage
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench, Owner
from sparkle_motion_dagster.plan.timeline.lines import planned_lines, spoken_lines
from sparkle_motion_dagster.shotlist.pace import spoken_seconds
from sparkle_motion_dagster.units import SAMPLE_RATE

UNFORESEEABLE = {stages.VIDEO_FINAL: frozenset({"captions"})}
"""Fields of a stage's requests that nobody can tell while there are lines that nobody has heard.

How a line is broken into captions hangs on when each of its words is spoken, not on its length
alone. What the captions say is in the film's lines too.
"""

_MOST_RUNS = 16
"""Enough for every frame rate that broadcasters use; see `dry_runs`."""


@dataclass(frozen=True)
class PlannedFilm:
    """A film before it is rendered: its plan, who answers, and what is known of it."""

    run_id: str
    profile: str
    settings: FilmSettings
    frozen: FrozenPlan
    engines: Engines
    workbench: DryWorkbench
    history: History
    choices: Choices = NOTHING_CHOSEN

    def unheard_takes(self) -> tuple[Owner, ...]:
        """Return the takes that have been missed so far, the first one of each line.

        What is still to be heard in one is missed like a take: by it the line may be spoken again,
        or timed. What is mixed of takes, or heard through something, has its length before.
        """
        first: dict[str, Owner] = {}
        for owner in sorted(self.workbench.store.owners.values(), key=_when_made):
            in_time = owner.stage in (stages.DIALOGUE_WAVS, stages.TIMELINE_TRACK)
            if in_time and stages.is_of_a_line(owner.item):
                first.setdefault(stages.whose(owner.item), owner)
        lines = map(stages.line_id, planned_lines(self.frozen.plan))
        return tuple(first[line] for line in lines if line in first)

    def unsearched(self) -> tuple[Owner, ...]:
        """Return the searches for faces that have been missed so far, by what was missed first."""
        owners = dict.fromkeys(self.workbench.store.owners.values())
        return tuple(owner for owner in owners if stages.shown_in(owner.item) is not None)


def _when_made(owner: Owner) -> tuple[bool, bool, str]:
    """Return what sorts items of lines as they are made: takes before what is heard in them."""
    return owner.stage != stages.DIALOGUE_WAVS, stages.is_heard(owner.item), owner.item


@dataclass(frozen=True)
class DryRun:
    """What each stage asks for, and leaves, if takes are as long as they were assumed to be.

    ``pins`` are the items that stay as they are, whatever would be asked for, ``undecided`` those
    that will be one of their takes, by their ids.
    """

    calls: Mapping[str, Sequence[EngineCall]]
    pins: Mapping[str, Sequence[PinnedItem]]
    undecided: Mapping[str, Sequence[str]]
    manifests: Mapping[str, StageManifest]


def dry_runs(film: PlannedFilm) -> list[DryRun]:
    """Return every way in which the film may turn out that has to be looked at: one if it is clear.

    What follows a take that nobody has heard depends on its length only through how far it pushes
    later things along, in whole frames; whatever the shortest and the longest take agree on holds
    for all between. Where a frame holds no whole number of samples, the rounding of what is pushed
    along goes through as many cases as the number's denominator says: the longest take is half a
    frame longer each time, so that each number of frames is met away from where it begins. (At odd
    rates, such as 23.7, those are too many, and lip sync may be taken for current that a rounding
    moves by one sample.)
    """
    shortest = AssumedTakes(samples=1, timed=False)
    runs = [_dry_run(film, shortest, faces=False)]
    if film.unheard_takes():
        runs += [_dry_run(film, assumed, faces=True) for assumed in _longest_takes(film)]
    elif film.unsearched():
        runs.append(_dry_run(film, shortest, faces=True))
    return runs


def likely_run(film: PlannedFilm) -> DryRun:
    """Return how the film most likely turns out: lines take as long as their voices usually do.

    All of them are understood, and faces are found wherever they are looked for.
    """
    paces, shortest = paces_of(film.frozen.plan, film.engines.speech, film.frozen.files), 1
    samples = {
        stages.line_id(line): max(
            shortest,
            round(
                SAMPLE_RATE
                * spoken_seconds(
                    line.text, paces[film.frozen.plan.character(line.character_id).name]
                )
            ),
        )
        for line in spoken_lines(film.frozen.plan)
    }
    usual = AssumedTakes(shortest, timed=True, by_line=samples)
    return _dry_run(film, usual, faces=True)


def first_dry_run(film: PlannedFilm) -> DryRun:
    """Return the first way in which the film may turn out: the one with the shortest takes."""
    return _dry_run(film, AssumedTakes(samples=1, timed=False), faces=False)


def _longest_takes(film: PlannedFilm) -> Iterator[AssumedTakes]:
    rate = film.settings.format_of(film.frozen.plan).frame_rate
    longest = 3 * round(Fraction(film.frozen.plan.planned_seconds) * SAMPLE_RATE) + SAMPLE_RATE
    frame = SAMPLE_RATE / rate
    cases = 1 if frame.denominator == 1 else 2 * frame.denominator
    first = film.unheard_takes()[0].item
    for halves in range(min(cases, _MOST_RUNS)):
        longer_by = round(halves * frame / 2)
        yield AssumedTakes(longest, timed=True, longer_line=first, longer_by=longer_by)


def _dry_run(film: PlannedFilm, assumed: AssumedTakes, *, faces: bool) -> DryRun:
    calls: dict[str, list[EngineCall]] = {name: [] for name in stages.INPUTS}
    pins: dict[str, list[PinnedItem]] = {name: [] for name in stages.INPUTS}
    undecided: dict[str, list[str]] = {name: [] for name in stages.INPUTS}
    manifests: dict[str, StageManifest] = {}

    def begin(name: str) -> DryStage:
        return DryStage(
            name=name,
            run_id=film.run_id,
            profile=film.profile,
            settings=film.settings,
            frozen=film.frozen,
            workbench=film.workbench,
            # Without the plan's: it is not frozen yet.
            inputs={
                needed: manifests[needed] for needed in stages.INPUTS[name] if needed in manifests
            },
            history=film.history,
            assumed=assumed,
            faces=faces,
            calls=calls,
            pins=pins,
            undecided=undecided,
            choices=film.choices,
        )

    for manifest in run_stages(begin, film.engines):
        manifests[manifest.stage] = manifest
    return DryRun(calls, pins, undecided, manifests)
