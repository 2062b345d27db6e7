"""Doing something in a thread of its own while an event loop goes on."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def in_thread(work: Callable[[], ResultT]) -> asyncio.Future[ResultT]:
    """Do something in a thread of its own.

    Not in the event loop's pool: those who wait for a device could fill it, and leave no place for
    the one who wants to let go of it.
    """
    promise: concurrent.futures.Future[ResultT] = concurrent.futures.Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the event loop
            promise.set_exception(error)

    threading.Thread(target=run, name="gpu-context", daemon=True).start()
    return asyncio.wrap_future(promise)


async def end_of(future: asyncio.Future[Any]) -> None:
    """Wait until something has ended, however often that is cancelled."""
    while not future.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([future])
