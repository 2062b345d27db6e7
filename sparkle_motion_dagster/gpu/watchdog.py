"""A watchdog: where a model makes no step for too long, the process ends, and says why.

A call that hangs in a driver cannot be interrupted, and whoever waits for it (a thread's join, the
next one who wants the device) would wait for ever. The process ends as by a kill -9: the system
frees the device and its locks, and what is in the store stays.

Where such a call keeps Python's global lock as well, no thread of Python's can look for anything. A
timer of C's ends the process then, and prints where all threads stand; see `_StandstillTimer`.
"""

import faulthandler
import os
import threading
import time
from collections.abc import Callable
from typing import Self

_LOOKS = 20
"""How often it is looked for a step in the time that one may take."""

_GRACE = 0.1
"""How much longer is waited after people were told, as a share of the time that a step may take."""

WHAT_TO_DO = (
    "Everything finished is kept: the next render goes on from there. Look at `nvidia-smi` and at "
    "the kernel's log (dmesg) for an Xid; where the GPU does not answer, restart the machine. "
    "Where it is only slow, allow a step more time (step_timeout_s of its preset in "
    "configs/gpu.yaml)."
)
"""What follows for people from a model that hangs."""

_LAST_WORDS_S = 5.0
"""How long those who are told of the end may take, in seconds: they may hang, too."""

_STANDSTILL = 2
"""How long all of Python may stand still, as a multiple of the time that a step may take."""

_STDERR = 2
"""The descriptor to write to when Python's own streams may be of no use."""


class Pulse:
    """The last sign of life of the models that a stage runs, from whichever thread."""

    def __init__(self) -> None:
        self.beats = 0
        self.last = ""

    def beat(self, done: str) -> None:
        """Note that something is done: "step 3 of 30 of shot 2"."""
        self.last = done
        self.beats += 1


class Stillness:
    """How long there has been no sign of life.

    Only time in which this process runs counts: one that is stopped for a while, or whose machine
    sleeps, does not hang.

    Args:
        pulse: Where signs of life are noted.
        longest_look_s: How much time may count between two looks, in seconds.
    """

    def __init__(self, pulse: Pulse, longest_look_s: float) -> None:
        self._pulse = pulse
        self._longest_look_s = longest_look_s
        self._beats = pulse.beats
        self._looked = time.monotonic()
        self._seconds = 0.0
        self._since = "it began"

    def look(self) -> float:
        """Return for how long there has been none, in seconds; to be asked again and again."""
        before, self._looked = self._looked, time.monotonic()
        if self._pulse.beats == self._beats:
            self._seconds += min(self._looked - before, self._longest_look_s)
        else:
            self._beats, self._since = self._pulse.beats, self._pulse.last
            self._seconds = 0.0
        return self._seconds

    def __str__(self) -> str:
        return f"has made no step for {_in_words(self._seconds)}, since {self._since}"


class _StandstillTimer:
    """Ends this process where no thread of Python's gets on, for a call that keeps the global lock.

    The timer is faulthandler's, a thread that runs without that lock (CPython,
    Modules/faulthandler.c, ``faulthandler_thread``). There is one a process, so all watchdogs share
    it, for the most patient of them: whichever looks proves that Python gets on. It tells time by
    the clock: a process that is stopped for longer than that ends when it goes on.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._allowed_s: dict[object, float] = {}

    def begin(self, who: object, allowed_s: float) -> None:
        """Have a standstill of so many seconds end the process, until `end`."""
        with self._changing:
            self._allowed_s[who] = allowed_s
            self._set()

    def put_off(self) -> None:
        """Begin to count anew."""
        with self._changing:
            self._set()

    def end(self, who: object) -> None:
        """Forget one who began."""
        with self._changing:
            self._allowed_s.pop(who, None)
            self._set()

    def _set(self) -> None:
        if self._allowed_s:
            longest_s = max(self._allowed_s.values())
            faulthandler.dump_traceback_later(longest_s, exit=True, file=_STDERR)
        else:
            faulthandler.cancel_dump_traceback_later()


_STANDSTILLS = _StandstillTimer()


class Watchdog:
    """Watches a model for as long as a `with` block takes.

    Args:
        what: What the model is, and works on; for people.
        pulse: Where its steps are noted.
        patience_s: How long a step may take, in seconds; None: for ever.
        tell: Hears, in a thread of its own, that there is no step, and that the process ends.
    """

    def __init__(
        self, what: str, pulse: Pulse, patience_s: float | None, tell: Callable[[str], None]
    ) -> None:
        self._what = what
        self._pulse = pulse
        self._patience_s = patience_s
        self._tell = tell
        self._over = threading.Event()

    def __enter__(self) -> Self:
        if self._patience_s is not None:
            _STANDSTILLS.begin(self, _STANDSTILL * self._patience_s)
            watch = threading.Thread(
                target=self._watch, args=[self._patience_s], name="gpu-watchdog", daemon=True
            )
            watch.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        if self._patience_s is not None:
            _STANDSTILLS.end(self)

    def _watch(self, patience_s: float) -> None:
        look_s = patience_s / _LOOKS
        stillness, told = Stillness(self._pulse, 2 * look_s), False
        while not self._over.wait(look_s):
            _STANDSTILLS.put_off()
            still_s = stillness.look()
            if still_s >= patience_s * (1 + _GRACE):
                self._end(stillness)
            elif still_s < patience_s:
                told = False
            elif not told:
                told = True
                left = _in_words(patience_s * _GRACE)
                self._say(
                    f"{self._what} {stillness}. This process ends in {left}, unless it makes one."
                )

    def _end(self, stillness: Stillness) -> None:
        message = (
            f"{self._what} {stillness}. A call into the GPU's driver hangs, which nobody can "
            f"interrupt, so this process ends. {WHAT_TO_DO}"
        )
        # Not through Python's own buffers, which whoever hangs may hold.
        os.write(_STDERR, f"\n{message}\n".encode())
        self._say(message).join(_LAST_WORDS_S)
        os._exit(1)

    def _say(self, message: str) -> threading.Thread:
        saying = threading.Thread(target=self._tell, args=[message], daemon=True)
        saying.start()
        return saying


def _in_words(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
