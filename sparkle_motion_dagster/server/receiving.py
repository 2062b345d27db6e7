"""Receiving uploads: streamed to the disk, measured on the way, and kept only if they are whole."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from sparkle_motion_dagster.artifacts.errors import explained_full_disk
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.uploads import Upload
from sparkle_motion_dagster.operations.uploads import UploadKindError, keep_upload
from sparkle_motion_dagster.production.workbench import Workbench
from sparkle_motion_dagster.server.problems import ProblemError

_BLOCK = 2**20
"""Bytes that are written at once, and lie in memory until then."""

_AT_ONCE = 8
"""How many uploads are received at a time; more are told to come again."""

_PATIENCE_S = 60.0
_SLOWEST = 16 * 1024
"""Bytes a second: who has sent less, on the whole, after `_PATIENCE_S` is not waited for."""

_RETRY_S = "10"


@dataclass(frozen=True)
class Expected:
    """What whoever sends a file says of it; None: nothing."""

    name: str
    digest: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None


class Receiver:
    """Takes uploads in, some at a time, and looks into one after the other."""

    def __init__(self, home: SparkleHome, largest_bytes: int) -> None:
        self._home, self._largest = home, largest_bytes
        self._workbench = Workbench(home)
        self._receiving = 0
        # A picture may unpack to a gigabyte: only one at a time does.
        self._looking = asyncio.Lock()

    async def receive(self, request: Request, expected: Expected) -> Upload:
        """Take in the body of a request; of what is refused or cut off, nothing stays.

        Raises:
            ProblemError: It is too large, not what was said, cut off, too slow, or no file that
                films are made of; or too many are being received.
            StorageFullError: The disk is full.
        """
        if expected.size_bytes is not None:
            self._check_size(expected.size_bytes)
        if self._receiving >= _AT_ONCE:
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"{_AT_ONCE} uploads are being received. Wait for one to end, then try again.",
                {"Retry-After": _RETRY_S},
            )
        self._receiving += 1
        try:
            with explained_full_disk(self._home.root), self._workbench.work_folder() as folder:
                file = folder / "upload"
                digest = await self._written(request, file)
                _check_digest(expected, digest)
                async with self._looking:
                    return await run_in_threadpool(self._kept, file, digest, expected)
        finally:
            self._receiving -= 1

    async def _written(self, request: Request, file: Path) -> str:
        """Write a body to a file, and return its digest."""
        digest, size = hashlib.sha256(), 0
        with file.open("wb") as opened:
            async for block in _blocks(request):
                size += len(block)
                self._check_size(size)
                await run_in_threadpool(digest.update, block)
                await run_in_threadpool(opened.write, block)
        return digest.hexdigest()

    def _check_size(self, size: int) -> None:
        if size > self._largest:
            raise ProblemError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"The file is larger than {self._largest} bytes, the most that this server takes.",
            )

    def _kept(self, file: Path, digest: str, expected: Expected) -> Upload:
        try:
            return keep_upload(self._home, file, digest, expected.name, expected.media_type)
        except UploadKindError as error:
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error)) from error


def _check_digest(expected: Expected, digest: str) -> None:
    if expected.digest not in (None, digest):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            f"{expected.name} came with the digest {digest}, and was to have {expected.digest}: it "
            "was changed on its way, or another file was meant. Nothing of it is kept.",
        )


async def _blocks(request: Request) -> AsyncIterator[bytes]:
    """Yield a body in blocks of a size that is worth a write.

    Raises:
        ProblemError: It is cut off, or comes too slowly.
    """
    block, received = bytearray(), 0
    started = time.monotonic()
    stream = aiter(request.stream())
    while True:
        left_s = started + _PATIENCE_S + received / _SLOWEST - time.monotonic()
        try:
            piece = await asyncio.wait_for(anext(stream), left_s)
        except StopAsyncIteration:
            break
        except TimeoutError as error:
            raise ProblemError(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The file came too slowly: {received} bytes in {time.monotonic() - started:.0f} "
                "s. Nothing of it is kept.",
                {"Connection": "close"},
            ) from error
        except ClientDisconnect as error:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, f"The file was cut off after {received} bytes."
            ) from error
        received += len(piece)
        block += piece
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
