"""Wrong tokens: whoever presents too many of them has to wait."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

_MOST = 10
"""Wrong tokens that a client may present in a minute."""

_PERIOD_S = 60.0

_MOST_CLIENTS = 4096
"""Clients that are remembered at once; the one that has been quiet longest is forgotten first."""


@dataclass(frozen=True)
class Attempts:
    """When which client presented a wrong token, for a minute.

    Attributes:
        clock: Returns seconds that only ever grow.
    """

    clock: Callable[[], float] = time.monotonic
    _failed: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def wait_s(self, client: str) -> int:
        """Return how long a client has to wait, in whole seconds; 0: it need not."""
        failed = self._failed.get(client)
        if failed is None or len(failed) < _MOST:
            return 0
        return max(0, ceil(failed[0] + _PERIOD_S - self.clock()))

    def note(self, client: str) -> None:
        """Note that a client presented a wrong token."""
        self._failed.setdefault(client, deque(maxlen=_MOST)).append(self.clock())
        self._failed.move_to_end(client)
        if len(self._failed) > _MOST_CLIENTS:
            self._failed.popitem(last=False)
