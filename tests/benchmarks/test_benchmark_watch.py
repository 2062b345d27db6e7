"""What watching a command tells of it."""

from __future__ import annotations

import os
import sys
import textwrap

import pytest

from benchmarks.watch import watch

_OWN_S, _CHILD_S = 0.3, 0.9
_BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
_TWO = (
    "import subprocess, sys\n"
    f"subprocess.run([sys.executable, '-c', {_BURN.format(seconds=_CHILD_S)!r}])\n"
    + _BURN.format(seconds=_OWN_S)
    + "print('done')\n"
)


def test_cpu_time_is_told_apart_by_whose_it_is() -> None:
    cost = watch([sys.executable, "-c", _TWO], os.environ)
    # What is above is Python's own start and end.
    assert cost.own_cpu_s == pytest.approx(_OWN_S, abs=0.2)
    assert cost.children_cpu_s == pytest.approx(_CHILD_S, abs=0.2)
    assert 0 < cost.busy <= 1
    assert cost.peak_mib > 1
    assert cost.output == "done\n"


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: no film"):
        watch(
            [sys.executable, "-c", "import sys; print('no film', file=sys.stderr); sys.exit(3)"],
            os.environ,
        )


def test_a_process_that_is_split_off_does_not_count_twice() -> None:
    held = (
        "import os, time\n"
        "held = b'x' * (300 << 20)\n"
        "pid = os.fork()\n"
        "if pid:\n"
        "    os.waitpid(pid, 0)\n"
        "else:\n" + textwrap.indent(_BURN.format(seconds=_OWN_S), "    ")
    )
    assert 300 < watch([sys.executable, "-c", held], os.environ).peak_mib < 400
