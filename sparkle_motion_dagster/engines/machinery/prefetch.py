"""Prefetch: a model makes the next item while what it made is encoded and published."""

import queue
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Generic, TypeVar

from sparkle_motion_dagster.errors import SparkleError

T = TypeVar("T")

_LOOK_S = 0.1
"""How often a thread that waits to hand something over looks whether it is still wanted."""


class AbandonedError(SparkleError):
    """Nobody takes what is being made any more; raised in the thread that makes it."""


class Prefetch:
    """What a thread that prefetches asks between two steps.

    Attributes:
        abandoned: Set when nobody takes the results any more; for whatever the thread waits for
            between two steps, such as a device.
    """

    def __init__(self) -> None:
        self.abandoned = threading.Event()

    def abandon(self) -> None:
        """Ask the thread to end at its next step."""
        self.abandoned.set()

    def check(self) -> None:
        """Go on, unless nobody takes the results any more.

        Raises:
            AbandonedError: Nobody does: the generator was closed, or the process is ending, which
                waits for this thread.
        """
        if self.abandoned.is_set() or not threading.main_thread().is_alive():
            raise AbandonedError("Nobody takes what is being made any more.")


@dataclass(frozen=True)
class _Ended:
    error: BaseException | None


@dataclass(frozen=True)
class _Item(Generic[T]):
    content: T


def prefetched(make: Callable[[Prefetch], Generator[T, None, None]]) -> Generator[T, None, None]:
    """Yield what a generator makes, while it makes the next one in a thread of its own.

    At most one item waits to be taken, while the next is made. Closing the generator ends the
    thread at its next step, and returns when it has ended and what it held is released; what it
    raises after that interests nobody. What it raises before is raised here, unchanged, after the
    items that it had made.

    Args:
        make: Called in the thread, and closed there; it calls `Prefetch.check` between two steps.
    """
    prefetch = Prefetch()
    made: queue.Queue[_Item[T] | _Ended] = queue.Queue(maxsize=1)

    def work() -> None:
        _hand_over(made, _Ended(_failure(make, prefetch, made)), prefetch)

    thread = threading.Thread(target=work, name="prefetch")
    thread.start()
    try:
        while isinstance(taken := made.get(), _Item):
            item = taken.content
            del taken
            yield item
            del item
        if taken.error is not None:
            try:
                raise taken.error
            finally:
                # An error that is held by a frame of its own traceback keeps all frames alive,
                # with a model's memory in them, until the garbage is collected.
                del taken
    finally:
        prefetch.abandon()
        thread.join()


def _failure(
    make: Callable[[Prefetch], Generator[T, None, None]],
    prefetch: Prefetch,
    made: queue.Queue[_Item[T] | _Ended],
) -> BaseException | None:
    """Make everything, and return what went wrong; nothing of it stays in this frame."""
    try:
        with closing(make(prefetch)) as items:
            for item in items:
                _hand_over(made, _Item(item), prefetch)
    except BaseException as error:  # noqa: BLE001 - raised again where the items are taken
        return error
    return None


def _hand_over(
    made: queue.Queue[_Item[T] | _Ended], something: _Item[T] | _Ended, prefetch: Prefetch
) -> None:
    """Wait until something is taken, or nobody wants it any more.

    Raises:
        AbandonedError: Nobody wants the item.
    """
    while True:
        try:
            made.put(something, timeout=_LOOK_S)
        except queue.Full:
            try:
                prefetch.check()
            except AbandonedError:
                if isinstance(something, _Ended):
                    return
                raise
        else:
            return
