"""Answers as they come, within limits."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2


class TooMuchError(Exception):
    """An answer has more bytes than it may have."""


class TooLateError(Exception):
    """An answer takes longer than it may take."""


@dataclass(frozen=True)
class Limits:
    """How many bytes an answer may have, and when it must have ended, by the monotonic clock."""

    most_bytes: int
    deadline: float


class BoundStream(httpx2.SyncByteStream):
    """An answer as it comes, within limits: the client's timeout begins anew with each byte.

    Iterating raises `TooMuchError` and `TooLateError`.
    """

    def __init__(self, stream: httpx2.SyncByteStream, limits: Limits) -> None:
        self._stream, self._limits = stream, limits

    def __iter__(self) -> Iterator[bytes]:
        came = 0
        for chunk in self._stream:
            came += len(chunk)
            if came > self._limits.most_bytes:
                raise TooMuchError
            if time.monotonic() > self._limits.deadline:
                raise TooLateError
            yield chunk

    def close(self) -> None:
        """Let the connection go."""
        self._stream.close()
