"""A memo: what was found out of stored files, so that nobody finds it out twice of the same bytes.

It lies beside what it tells of, hidden, and goes with the film. Nothing is made from it, and no
manifest names it: where a part of it is missing or damaged, that is found out again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.digests import digest_bytes, digest_json
from sparkle_motion_dagster.artifacts.errors import StorageError, explained_full_disk


class Memo:
    """The answers to questions, one a file: the last question that was asked under its name.

    A file begins with two lines: the digest of the question, and that of the answer below them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, name: str, question: JsonValue, find: Callable[[], bytes]) -> bytes:
        """Return the answer to a question: as it is known, else as it is found out now.

        Args:
            name: A file name; whoever asks something else under it has the answer replaced.
            question: All that the answer hangs on: digests of files, how they are looked at, and
                the version of that.
            find: Finds the answer.

        Raises:
            StorageFullError: The disk is full.
            StorageError: The answer cannot be kept there, as where a folder stands in its place.
        """
        path, asked = self._folder / name, digest_json(question).encode()
        known = _read(path, asked)
        if known is None:
            known = find()
            self._keep(path, [asked, digest_bytes(known).encode(), known])
        return known

    def measured(
        self, name: str, question: JsonValue, measure: Callable[[], JsonValue]
    ) -> JsonValue:
        """Return what is measured, as JSON has it; see `answer`."""
        known = self.answer(name, question, lambda: json.dumps(measure()).encode())
        measured: JsonValue = json.loads(known)
        return measured

    def _keep(self, path: Path, lines: Sequence[bytes]) -> None:
        try:
            with explained_full_disk(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)  # a link would have its target written
                # A power cut may tear it: then its digest says so.
                path.write_bytes(b"\n".join(lines))
        except OSError as error:
            place = next(place for place in (path, *path.parents) if os.path.lexists(place))
            # A folder that is above it holds other things, too.
            is_above = place != path and place.is_dir()
            what_to_do = f"make {place} writable" if is_above else f"remove {place}"
            raise StorageError(
                f"{path} cannot be written ({error.strerror}). It only remembers what was found "
                f"out of stored files: {what_to_do}, and run the same command again."
            ) from error


def _read(path: Path, asked: bytes) -> bytes | None:
    try:
        question, digest, answer = path.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return None
    is_whole = question == asked and digest == digest_bytes(answer).encode()
    return answer if is_whole else None
