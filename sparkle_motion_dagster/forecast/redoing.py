"""Which item of a film somebody means, and what its stage would ask for: before further takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparkle_motion_dagster.artifacts.choices import OWN
from sparkle_motion_dagster.errors import InputError, did_you_mean
from sparkle_motion_dagster.film.stages import is_take, own_take_id, whose
from sparkle_motion_dagster.film.takes.recipes import has_takes
from sparkle_motion_dagster.forecast.comparing import readable
from sparkle_motion_dagster.forecast.dry_run import PlannedFilm, dry_runs
from sparkle_motion_dagster.forecast.dry_stage import EngineCall
from sparkle_motion_dagster.production.loop import Item


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


def takeable_items(film: PlannedFilm) -> tuple[Takeable, ...]:
    """Return the items of a film of which there can be takes, as far as all is there for them.

    What is chosen of one counts for the others, and not for itself: give `choices` without it.
    """
    return tuple(_takeables(film))


def takeable(film: PlannedFilm, name: str) -> Takeable:
    """Return the item that somebody means.

    Args:
        film: Whose.
        name: Its id, that of a shot for the shot's footage; or STAGE/ID, where that is needed.

    Raises:
        NoSuchItemError: There is none, or more than one; those that there are, are named.
        NotYetError: What it is made from is not there yet.
    """
    items = takeable_items(film)
    stage, _, wanted = name.rpartition("/")
    found = [one for one in items if wanted in (one.called, one.item) and stage in ("", one.stage)]
    if len(found) > 1:
        names = " or ".join(f"{one.stage}/{one.called}" for one in found)
        raise NoSuchItemError(f"{film.run_id} has more than one {name}. Say {names}.")
    if not found:
        known = list(dict.fromkeys(one.called for one in items))
        raise NoSuchItemError(
            f"{film.run_id} has no {name!r} of which there could be takes."
            f"{did_you_mean(name, known)} There can be takes of {', '.join(known) or 'nothing'}."
        )
    asked = readable(found[0].call.item.request.model_dump(mode="json"))
    waits_for = _awaited(asked, film)
    if waits_for:
        raise NotYetError(
            f"{found[0].called} is made from {' and '.join(waits_for)}, which is not there yet. "
            f"Render {film.run_id} first."
        )
    return found[0]


def _takeables(film: PlannedFilm) -> Iterator[Takeable]:
    run = dry_runs(film)[0]
    for stage, calls in run.calls.items():
        yield from _as_planned(stage, [call for call in calls if has_takes(call.item.request)])
    for stage, pins in run.pins.items():
        yield from (Takeable(stage, one.call) for one in pins if has_takes(one.call.item.request))


def _as_planned(stage: str, calls: Sequence[EngineCall]) -> Iterator[Takeable]:
    """Yield a stage's items as the plan asks for them, where a rule has several takes of some."""
    first = own_take_id("", OWN)
    own = {call.item.id.removesuffix(first) for call in calls if call.item.id.endswith(first)}
    for call in calls:
        item = call.item.id.removesuffix(first)
        if not is_take(item) and (item not in own or item != call.item.id):
            yield Takeable(stage, EngineCall(call.engine, Item(item, call.item.request)))


def _awaited(value: object, film: PlannedFilm) -> list[str]:
    owners = film.workbench.store.owners
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return list(dict.fromkeys(name for one in value for name in _awaited(one, film)))
    return [owners[value].awaited] if isinstance(value, str) and value in owners else []
