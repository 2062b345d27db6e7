"""Items in work: made, and examined when they are there, several at the same time.

An engine that says that it can (`Engine.at_once`) makes each item in a thread of its own. Of every
other, one item is made at a time, in the caller's thread, once the one before it is kept: the next
one may take minutes, and a crash in it must not lose what was finished.
"""

import contextlib
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, Generic, Protocol, TypeVar

from sparkle_motion_dagster.artifacts.models import Making
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineError,
    EngineInputError,
    Examined,
    Made,
    NotReadyError,
    Request,
    RequestT,
)
from sparkle_motion_dagster.engines.machinery.heap import give_back_freed
from sparkle_motion_dagster.media.errors import MediaError
from sparkle_motion_dagster.media.giving_up import heed
from sparkle_motion_dagster.media.opencv_threads import work_in_one_thread
from sparkle_motion_dagster.production.measuring import Meter
from sparkle_motion_dagster.production.rate_limits.limiter import Admission, Charged

_AskedT_co = TypeVar("_AskedT_co", bound=Request, covariant=True)


class Asked(Charged, Protocol[_AskedT_co]):
    """An item, and what an engine is asked for it."""

    @property
    def request(self) -> _AskedT_co:
        """What it is asked for."""


@dataclass(frozen=True)
class Finished:
    """An item that was made and examined; its files are still where it was made.

    Attributes:
        item_id: Whose result it is.
        made: What its engine has made.
        examined: What was found in each output, by name.
        took: In how many seconds, and of what.
    """

    item_id: str
    made: Made
    examined: Mapping[str, Examined]
    took: tuple[float, Making]


@dataclass(frozen=True)
class _Begun:
    """An item in work, and what it holds of a provider's caps until it is made."""

    item_id: str
    admitted: ExitStack


@dataclass(frozen=True)
class _Bench:
    """Where items are in work.

    Attributes:
        folder: For what is made, and for what shows it.
        threads: One for each item.
        at_once: How many items there may be.
        held: Lets go, in the end, of what items hold of a provider's caps.
    """

    folder: Path
    threads: Executor
    at_once: int
    held: ExitStack


class InWork(ABC, Generic[RequestT]):
    """The items of one call of an engine that are being made, or examined."""

    def __init__(self, engine: Engine[RequestT, Any], bench: _Bench) -> None:
        self._engine, self._bench = engine, bench
        self._meter = Meter(engine)
        self._in_work: dict[Future[Finished], _Begun] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in work."""
        return not self._in_work

    @property
    def is_full(self) -> bool:
        """Whether another item has to wait until one is finished."""
        return len(self._in_work) >= self._bench.at_once

    def begin(self, item: Asked[RequestT], admission: Admission) -> None:
        """Begin with an item, once it may.

        Raises:
            Exception: As ``Engine.make`` and ``Admission.making`` say.
        """
        admitted = self._bench.held.enter_context(ExitStack())
        with named(item.id):
            admitted.enter_context(admission.making(item))
            self._in_work[self._begun(item, admitted)] = _Begun(item.id, admitted)

    def finished(self) -> Finished:
        """Return the next item that is finished, as soon as one is.

        Raises:
            Exception: As ``Engine.make`` and ``Engine.examine`` say.
        """
        done, _ = wait(self._in_work, return_when=FIRST_COMPLETED)
        first = next(future for future in self._in_work if future in done)
        begun = self._in_work.pop(first)
        with named(begun.item_id), begun.admitted:
            return first.result()

    @abstractmethod
    def _begun(self, item: Asked[RequestT], admitted: ExitStack) -> Future[Finished]:
        """Begin with an item, and return what it will be once it is finished.

        Args:
            item: The item.
            admitted: What it holds of a provider's caps, until it is made.
        """

    def _next(self, item: Asked[RequestT], results: Iterator[Made]) -> Made:
        with self._meter.making(item.id):
            made = next(results, None)
        if made is None:
            raise EngineError(f"{self._engine.name} ended without making {item.id}")
        return made

    def _examined(self, item: Asked[RequestT], made: Made) -> Finished:
        folder = Path(tempfile.mkdtemp(prefix="previews-", dir=self._bench.folder))
        with self._meter.examining(item.id):
            examined = {
                name: self._engine.examine(output, folder) for name, output in made.outputs.items()
            }
        return Finished(item.id, made, examined, self._meter.took(item.id, item.request))


class _InTurn(InWork[RequestT]):
    """Items of which one is made at a time, here and now."""

    def __init__(
        self, engine: Engine[RequestT, Any], bench: _Bench, results: Iterator[Made]
    ) -> None:
        super().__init__(engine, bench)
        self._results = results

    @property
    def is_full(self) -> bool:
        """Whether another item has to wait until one is finished."""
        return not self.is_empty

    def _begun(self, item: Asked[RequestT], admitted: ExitStack) -> Future[Finished]:
        with admitted:
            made = self._next(item, self._results)
        return self._bench.threads.submit(self._examined, item, made)


class _AtOnce(InWork[RequestT]):
    """Items each of which is made in a thread of its own."""

    def _begun(self, item: Asked[RequestT], _: ExitStack) -> Future[Finished]:
        return self._bench.threads.submit(self._made, item)

    def _made(self, item: Asked[RequestT]) -> Finished:
        folder = Path(tempfile.mkdtemp(prefix="made-", dir=self._bench.folder))
        with closing(self._engine.make([item.request], folder)) as results:
            made = self._next(item, results)
            _require_end(self._engine, results)
        return self._examined(item, made)


@contextlib.contextmanager
def in_work(
    engine: Engine[RequestT, Any], items: Sequence[Asked[RequestT]], folder: Path, at_once: int
) -> Iterator[InWork[RequestT]]:
    """Give the items of one call of an engine, to begin with each; see `InWork`.

    What is in work when the block fails is given up.

    Args:
        engine: Who makes them.
        items: All of them, in the order in which they are begun.
        folder: An empty one, for what is made.
        at_once: How many may be in work.
    """
    given_up = Event()
    work_in_one_thread()
    with (
        ExitStack() as held,
        ThreadPoolExecutor(at_once, "making", heed, (given_up,)) as threads,
    ):
        bench = _Bench(folder, threads, at_once, held)
        try:
            if engine.at_once:
                yield _AtOnce(engine, bench)
                return
            with closing(engine.make([item.request for item in items], folder)) as results:
                yield _InTurn(engine, bench, results)
                _require_end(engine, results)
        except BaseException:
            given_up.set()
            raise


@contextlib.contextmanager
def unloading(engine: Engine[Any, Any]) -> Iterator[None]:
    """Have an engine free its memory when the block ends, and give it back to the machine."""
    try:
        yield
    finally:
        engine.unload()
        give_back_freed()


def _require_end(engine: Engine[Any, Any], results: Iterator[Made]) -> None:
    if next(results, None) is not None:
        raise EngineError(f"{engine.name} made more than it was asked for")


@contextlib.contextmanager
def named(item_id: str) -> Iterator[None]:
    """Have what goes wrong with an item begin with the item's name.

    The error stays what it is. What the engine lacks for all items is not this one's fault.
    """
    try:
        yield
    except NotReadyError:
        raise
    except (EngineError, EngineInputError, MediaError) as error:
        error.args = (f"{item_id}: {error}",)
        raise
