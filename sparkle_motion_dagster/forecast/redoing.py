"""Which item of a film somebody means, and what its stage would ask for: before further takes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sparkle_motion_dagster.artifacts.choices import OWN
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.engines.builtin.card_clips import CardClipRequest
from sparkle_motion_dagster.engines.builtin.card_painter import CardRequest
from sparkle_motion_dagster.engines.builtin.own_clip_conformer import OwnClipRequest
from sparkle_motion_dagster.engines.builtin.picture_fitter import FitRequest
from sparkle_motion_dagster.engines.builtin.recording_importer import ImportRequest
from sparkle_motion_dagster.errors import InputError, did_you_mean
from sparkle_motion_dagster.film.intake import foreseen_plan
from sparkle_motion_dagster.film.pipeline import Engines
from sparkle_motion_dagster.film.settings import FilmSettings
from sparkle_motion_dagster.film.stages import (
    SHOT_CLIPS,
    TAKEABLE_STAGES,
    footage_id,
    is_take,
    own_take_id,
    whose,
)
from sparkle_motion_dagster.film.takes.recipes import has_takes
from sparkle_motion_dagster.forecast.calls import EngineCall
from sparkle_motion_dagster.forecast.comparing import readable
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, first_dry_run
from sparkle_motion_dagster.forecast.history import History
from sparkle_motion_dagster.forecast.placeholders import DryWorkbench

_BROUGHT: Mapping[type[Any], str] = {
    FitRequest: "a picture that the plan brings: replace its file",
    CardRequest: "a title card, which is drawn from its text: edit that in the plan",
    CardClipRequest: "a title card, which is drawn from its text: edit that in the plan",
    OwnClipRequest: "a clip that the plan brings: replace its file",
    ImportRequest: "a recording that the plan brings: replace its file",
}
"""What items are of which nobody makes takes, and what to do instead."""


class NoSuchItemError(InputError):
    """A film has no item of that name of which there could be takes."""


class NotYetError(InputError):
    """What an item is made from is not there yet."""


@dataclass(frozen=True)
class Takeable:
    """An item of which there can be takes, as the plan asks for it."""

    stage: str
    call: EngineCall

    @property
    def item(self) -> str:
        """Its id in its stage."""
        return self.call.item.id

    @property
    def called(self) -> str:
        """What people call it: a shot's footage goes by the shot."""
        return whose(self.item)


def film_as_frozen(
    run_id: str, profile: str, settings: FilmSettings, engines: Engines, home: SparkleHome
) -> PlannedFilm:
    """Return a film as its plan was frozen, of which further takes are to be made.

    Args:
        run_id: The film.
        profile: The profile's name.
        settings: What the profile says of the film.
        engines: Who answers under it.
        home: Where it lies.

    Raises:
        PlanNotFoundError: Nothing of it was frozen yet.
    """
    bench = DryWorkbench(home)
    frozen, choices = foreseen_plan(run_id, None, bench), bench.run_folder(run_id).choices.read()
    return PlannedFilm(run_id, profile, settings, frozen, engines, bench, History(bench), choices)


def takeable_items(film: PlannedFilm) -> tuple[Takeable, ...]:
    """Return the items of a film of which there can be takes.

    What is chosen of one counts for the others, and not for itself: `takeable` returns one as the
    plan asks for it.
    """
    return tuple(one for one in _calls(film) if has_takes(one.call.item.request))


def takeable(film: PlannedFilm, name: str) -> Takeable:
    """Return the item that somebody means, as the plan asks for it, whatever is chosen of it.

    Args:
        film: Whose.
        name: Its id, that of a shot for the shot's footage; or STAGE/ID, where that is needed.

    Raises:
        NoSuchItemError: There is none, or more than one; those that there are, are named. Or
            nobody makes it: what it is instead, is said.
        NotYetError: What it is made from is not there yet.
    """
    found = _meant(film, name)
    without = replace(film, choices=film.choices.without(found.stage, found.item))
    key = found.stage, found.item
    found = next(one for one in _calls(without) if (one.stage, one.item) == key)
    waits_for = _awaited(readable(found.call.item.request.model_dump(mode="json")), film)
    if found.stage == SHOT_CLIPS:  # which is as long as what is said in it
        waits_for += [take.awaited for take in film.unheard_takes()]
    if waits_for:
        names = " and ".join(dict.fromkeys(waits_for))
        raise NotYetError(
            f"{found.called} is made from {names}, which is not there yet. Render {film.run_id} "
            "first."
        )
    return found


def _meant(film: PlannedFilm, name: str) -> Takeable:
    calls = _calls(film)
    items = [one for one in calls if has_takes(one.call.item.request)]
    stage, _, wanted = name.rpartition("/")
    found = _called(items, stage, wanted)
    if len(found) > 1:
        names = " or ".join(f"{one.stage}/{one.called}" for one in found)
        raise NoSuchItemError(f"{film.run_id} has more than one {name}. Say {names}.")
    if found:
        return found[0]
    for one in _called(calls, stage, wanted):
        if (brought := _BROUGHT.get(type(one.call.item.request))) is not None:
            raise NoSuchItemError(
                f"{one.called} of {film.run_id} is {brought}. There are no takes of what nobody "
                "makes."
            )
    known = list(dict.fromkeys(one.called for one in items))
    raise NoSuchItemError(
        f"{film.run_id} has no {name!r} of which there could be takes."
        f"{did_you_mean(name, known)} There can be takes of {', '.join(known) or 'nothing'}."
    )


def _called(items: Collection[Takeable], stage: str, wanted: str) -> list[Takeable]:
    return [one for one in items if wanted in (one.called, one.item) and stage in ("", one.stage)]


def _calls(film: PlannedFilm) -> list[Takeable]:
    """Return what a film's items are made of, without what is made beside them or of them.

    A shot is asked for as a clip without mouths, as it is where somebody has chosen its take.
    """
    choices = film.choices
    for shot in film.frozen.rendered.shots:
        if not (known := choices.known(SHOT_CLIPS, shot.id)).is_decided:
            choices = choices.with_item(known.model_copy(update={"chosen": OWN}))
    run = first_dry_run(replace(film, choices=choices))
    calls = [
        Takeable(stage, call)
        for stage in TAKEABLE_STAGES
        for call in (*_as_planned(run.calls[stage]), *(pin.call for pin in run.pins[stage]))
    ]
    return [one for one in calls if one.item in (one.called, footage_id(one.called))]


def _as_planned(calls: Sequence[EngineCall]) -> Iterator[EngineCall]:
    """Yield items as the plan asks for them, where a rule has several takes made of some."""
    first = own_take_id("", OWN)
    own = {call.item.id.removesuffix(first) for call in calls if call.item.id.endswith(first)}
    for call in calls:
        item = call.item.id.removesuffix(first)
        if not is_take(item) and (item not in own or item != call.item.id):
            yield EngineCall(call.engine, call.item.renamed(item))


def _awaited(value: object, film: PlannedFilm) -> list[str]:
    owners = film.workbench.store.owners
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return list(dict.fromkeys(name for one in value for name in _awaited(one, film)))
    return [owners[value].awaited] if isinstance(value, str) and value in owners else []
