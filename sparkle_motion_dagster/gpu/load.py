"""Loading a model in a thread of its own, so that whoever waits for it can stop waiting.

A loader that hangs (a dead network drive, a driver) cannot be ended from outside. It is abandoned:
its caller is free at once, and the device stays held by the abandoned load, which says so, until
the loader returns; what it returns then is freed.
"""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sparkle_motion_dagster.gpu.errors import ModelLoadTimeout
from sparkle_motion_dagster.gpu.holding import GivenUpError, Held
from sparkle_motion_dagster.gpu.memory import forget_locals, give_back

ModelT = TypeVar("ModelT")

_LOOK_S = 0.05
"""How often whoever waits looks whether it still wants the model, in seconds."""


class Load(Generic[ModelT]):
    """One run of a loader, on a device that is held."""

    def __init__(self, key: str, loader: Callable[[str], ModelT], held: Held) -> None:
        self._key = key
        self._loader = loader
        self._held = held
        self._mutex = threading.Lock()
        self._finished = threading.Event()
        self._abandoned: Held | None = None
        self._result: list[ModelT] = []
        self._error: BaseException | None = None

    def wait(self, timeout_s: float, given_up: threading.Event, heed: Callable[[], None]) -> ModelT:
        """Load, and return the model.

        Args:
            timeout_s: How long that may take, in seconds.
            given_up: Set by whoever does not want the model any more.
            heed: Called every so often meanwhile; what it raises ends the waiting.

        Raises:
            ModelLoadTimeout: The loader takes longer than the timeout, in seconds.
            GivenUpError: `given_up` was set.
            BaseException: What the loader raised, or `heed`, unchanged.
        """
        threading.Thread(target=self._run, name=f"load {self._key}", daemon=True).start()
        try:
            self._wait(timeout_s, given_up, heed)
        except BaseException:
            self._abandon()
            raise
        if self._error is not None:
            raise self._error
        return self._result.pop()

    def _wait(self, timeout_s: float, given_up: threading.Event, heed: Callable[[], None]) -> None:
        deadline = time.monotonic() + timeout_s
        while not self._finished.wait(max(0.0, min(_LOOK_S, deadline - time.monotonic()))):
            heed()
            if given_up.is_set():
                raise GivenUpError(f"Nobody wants {self._key} any more.")
            if time.monotonic() >= deadline:
                raise ModelLoadTimeout(
                    f"{self._key} was not loaded onto {self._held.device} within {timeout_s:g} s; "
                    "its loader goes on, and holds the device until it returns or this process "
                    "ends. Look whether the disk or the network that holds the weights hangs; a "
                    "slow one needs a longer load_timeout_s (the gpu resource)."
                )

    def _run(self) -> None:
        try:
            self._result.append(self._loader(self._held.device.name))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
            # What the loader's frames hold (half a model) is not to live as long as its error.
            forget_locals(error)
            self._error = error
        with self._mutex:
            self._finished.set()
            abandoned = self._abandoned
        if abandoned is not None:
            self._free(abandoned)

    def _abandon(self) -> None:
        """Leave the device to the loader's thread; or to the caller, if that is through."""
        with self._mutex:
            if not self._finished.is_set():
                self._abandoned = self._held.handed_over()
                return
        self._result.clear()
        give_back()

    def _free(self, held: Held) -> None:
        self._result.clear()
        give_back()
        held.release()
