"""The mouth reader: what became of the faces of a clip whose mouths were moved."""

import contextlib
from collections.abc import Generator, Sequence
from pathlib import Path

from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.base import Engine, EngineSettings, Made, MadeFile, Request
from sparkle_motion_dagster.faces.readings import read_mouths
from sparkle_motion_dagster.faces.records import ClipFaces
from sparkle_motion_dagster.media.frames import read_frames


class ReadMouthsRequest(Request):
    """A clip before and after its mouths were moved, and its faces as they were followed before."""

    before: StoredFile
    after: StoredFile
    followed: StoredFile


class MouthReader(Engine[ReadMouthsRequest, EngineSettings]):
    """Measures faces anew, whoever moved their mouths.

    Each result holds one output ``mouths`` (``application/json``, a ``MouthReadings`` of
    ``faces/readings.py``).
    """

    name = "mouth-reader"
    version = 2
    settings_model = EngineSettings

    def make(self, requests: Sequence[ReadMouthsRequest], folder: Path) -> Generator[Made]:
        """Look through one pair of clips a request; see ``Engine.make``."""
        for number, request in enumerate(requests):
            faces = ClipFaces.model_validate_json(request.followed.path.read_bytes())
            with (
                contextlib.closing(read_frames(request.before.path)) as before,
                contextlib.closing(read_frames(request.after.path)) as after,
            ):
                readings = read_mouths(before, after, faces)
            path = folder / f"mouths_{number:04d}.json"
            path.write_text(readings.model_dump_json(), encoding="utf-8")
            yield Made({"mouths": MadeFile(path, "application/json")})
