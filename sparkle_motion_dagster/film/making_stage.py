"""The stage whose items are made, or taken from the store: the one that renders a film."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.choices import OWN
from sparkle_motion_dagster.artifacts.digests import Sha256
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.engines.base import Engine, EngineError, RequestT
from sparkle_motion_dagster.engines.machinery.facilities import Facilities
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.film.takes.choosing import ItemsTakes
from sparkle_motion_dagster.film.takes.fit import Misfit, shape_misfit
from sparkle_motion_dagster.film.takes.keeping import keep_latest, keep_ruled
from sparkle_motion_dagster.film.takes.listing import SHOWN
from sparkle_motion_dagster.film.takes.pins import pinned_to
from sparkle_motion_dagster.film.takes.rules import TakesRule
from sparkle_motion_dagster.production.halting import Control
from sparkle_motion_dagster.production.loop import Item, Produced, from_store, produce
from sparkle_motion_dagster.production.progress import Progress


@dataclass(frozen=True)
class MakingStage(Stage):
    """A stage whose items are made, or taken from the store."""

    progress: Progress
    control: Control
    facilities: Facilities

    def produce(
        self,
        engine: Engine[RequestT, Any],
        items: Sequence[Item[RequestT]],
        misfit: Misfit = shape_misfit,
    ) -> tuple[Produced, ...]:
        """Return items: from the store where they are known, else made; see ``Stage.produce``."""
        with self._asking():
            return super().produce(engine, items, misfit)

    def answered(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return items: from the store where they are known, else made; see ``loop.produce``.

        What is now the latest of a take is written down, so that it is kept.
        """
        with self._asking():
            made = produce(engine, items, self.workbench, self.progress, self.control)
        latest = {
            item.id: (self.take_of(item) or OWN, one.record.fingerprint)
            for item, one in zip(items, made, strict=True)
            if self.choices.of(self.name, item.id) is not None and _is_take(one)
        }
        keep_latest(self.name, latest, self.workbench.run_folder(self.run_id), self.workbench)
        return tuple(map(self.as_chosen, items, made))

    def pinned(
        self,
        engine: Engine[RequestT, Any],
        item: Item[RequestT],
        print_: Sha256,
        misfit: Misfit = shape_misfit,
    ) -> Produced:
        """Return what an item is pinned to, from the store; see ``Stage.pinned``."""
        found = pinned_to(engine, item, print_, misfit, self.run_id, self.workbench)
        self.control.needs([print_])
        self.progress.expect(1, 0)
        self.progress.taken({item.id: found.record})
        return found

    def taken(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item as something that was made before; see ``Stage.taken``."""
        self.control.needs([record.fingerprint])
        self.progress.expect(1, 0)
        self.progress.taken({item.id: record})
        self.progress.say(f"{why}.")
        return from_store(engine, item, record, self.workbench)

    def replaced(
        self, engine: Engine[RequestT, Any], item: Item[RequestT], record: ActionRecord, why: str
    ) -> Produced:
        """Return an item as something that was made before; see ``Stage.replaced``."""
        self.control.needs([record.fingerprint])
        self.progress.instead(item.id, record)
        self.progress.say(f"{why}.")
        return from_store(engine, item, record, self.workbench)

    def left_open(
        self, engine: Engine[RequestT, Any], items: Sequence[Item[RequestT]]
    ) -> tuple[Produced, ...]:
        """Return none: it is found out here."""
        return ()

    def decided(
        self, rule: TakesRule, engine: Engine[Any, Any], takes: Sequence[ItemsTakes]
    ) -> Iterator[Produced]:
        """Yield items in the best of their takes, all of which are written down before."""
        keep_ruled(self.name, takes, self.workbench.run_folder(self.run_id), self.workbench)
        for best in super().decided(rule, engine, takes):
            self.progress.instead(best.item_id, best.record)
            yield best

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Ask for items; whoever asks again, after a failure, asks for all of them."""
        counts = self.progress.counts()
        try:
            yield
        except EngineError:
            self.progress.return_to(counts)
            raise

    def waiting(self, why: str, before: str) -> None:
        """Say for whom the stage waits, unless the run is to halt."""
        self.progress.waiting(why)
        self.control.obey(before)

    @property
    def device(self) -> str:
        """What the stage is made on: the device's preset, where a model was used."""
        return self.facilities.device


def _is_take(produced: Produced) -> bool:
    """Tell whether people can look at an item, or listen to it: a move alone is no take."""
    return not produced.files.keys().isdisjoint(SHOWN)
