"""The store as the server reads it: what it sends was checked once, whoever asks at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool

from sparkle_motion_dagster.artifacts.store import Store


class StoredFiles:
    """Files of a store, by digest."""

    def __init__(self, root: Path) -> None:
        self._store = Store(root)
        # A lock lives as long as somebody waits for it.
        self._checking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def opened(self, digest: str) -> BinaryIO:
        """Open a file, its bytes checked, unless they have been since this process began.

        What is opened stays what it is, also where the file is removed or replaced meanwhile.

        Raises:
            CorruptFileError: It is missing, or holds other bytes than its name promises.
        """
        checking = self._checking.setdefault(digest, asyncio.Lock())
        async with checking:
            return await run_in_threadpool(self._opened, digest)

    def _opened(self, digest: str) -> BinaryIO:
        return self._store.file(digest).path.open("rb", buffering=0)
