"""The planner of moves: what a shot will show, where its clip is not made before mouths are drawn.

A talking close-up whose mouths can be drawn on its frames as they come is encoded once, with them.
What is there of it before is its move: enough to make its frames, and to be looked at.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.engines.base import (
    Engine,
    EngineSettings,
    Examined,
    Made,
    MadeFile,
)
from sparkle_motion_dagster.engines.video.base import FrameEngine, MoveRequest
from sparkle_motion_dagster.media.frames import YuvFrame
from sparkle_motion_dagster.media.probe import probe
from sparkle_motion_dagster.units import Record

_SHOWN = 5
_SHOWN_COLUMNS = 200
_QUALITY = 70


class PlannedMove(Record):
    """What a shot's frames will be: who makes them, and of what, without what is of no use there.

    Equal moves of equal engines have equal frames.
    """

    video: EngineIdentity
    move: dict[str, JsonValue]

    @classmethod
    def of(cls, video: FrameEngine[Any], move: MoveRequest) -> "PlannedMove":
        """Return the move of a shot that a video engine makes."""
        used = move.model_dump(mode="json", exclude=set(video.unused_fields))
        return cls(video=video.identity(), move=used)


class MovePlanner(Engine[MoveRequest, EngineSettings]):
    """Plans shots.

    Each result holds an output ``move`` (``application/json``, a `PlannedMove`), an output
    ``strip`` (``image/jpeg``): five frames side by side, from the first to the last, and where
    faces were drawn, an output ``scene`` like the one of a clip.
    """

    name: ClassVar[str] = "move_planner"
    version: ClassVar[int] = 1
    settings_model: ClassVar[type[EngineSettings]] = EngineSettings
    usual_pace: ClassVar[float] = 0.001
    """0.09 to 0.14 s a shot of 5 to 6 s, 1280x720, on two cores of an Intel Xeon."""
    usual_bytes: ClassVar[float] = 1e3

    def __init__(self, video: FrameEngine[Any]) -> None:
        super().__init__(EngineSettings())
        self._video = video
        self.unused_fields = video.unused_fields
        self.at_once = video.at_once

    def introduction(self) -> EngineIdentity:
        """Return who this is, and whose shots it plans."""
        video = self._video.identity().model_dump(mode="json")
        return super().introduction().model_copy(update={"settings": {"video": video}})

    def make(self, requests: Sequence[MoveRequest], folder: Path) -> Generator[Made, None, None]:
        """Plan one shot a request; see ``Engine.make``."""
        for index, request in enumerate(requests):
            move, strip = folder / f"move_{index:04d}.json", folder / f"strip_{index:04d}.jpg"
            move.write_text(PlannedMove.of(self._video, request).model_dump_json(), "utf-8")
            self._draw_strip(request, strip)
            outputs = {
                "move": MadeFile(move, "application/json"),
                "strip": MadeFile(strip, "image/jpeg"),
            }
            if (found := self._video.scene(request)) is not None:
                scene = folder / f"scene_{index:04d}.json"
                scene.write_text(found, "utf-8")
                outputs["scene"] = MadeFile(scene, "application/json")
            yield Made(outputs)

    def examine(self, output: MadeFile, folder: Path) -> Examined:
        """Measure a file; the strip is a preview, too, as the one of a clip is."""
        facts = probe(output.path, output.media_type)
        if output.media_type != "image/jpeg":
            return Examined(facts)
        preview = folder / output.path.name
        preview.write_bytes(output.path.read_bytes())
        return Examined(facts, {"strip": MadeFile(preview, "image/jpeg")})

    def _draw_strip(self, request: MoveRequest, path: Path) -> None:
        from PIL import Image

        last = request.frames - 1
        wanted = [round(k * last / (_SHOWN - 1)) for k in range(_SHOWN)]
        frames = self._video.frames(request, wanted)
        strip = np.hstack([_small(frame) for frame in frames])
        Image.fromarray(strip).save(path, quality=_QUALITY)


def _small(frame: YuvFrame) -> NDArray[np.uint8]:
    """Return a frame as a small picture: RGB, (rows, columns, 3)."""
    import cv2

    rows, columns = frame.shape
    size = (_SHOWN_COLUMNS, max(round(rows * _SHOWN_COLUMNS / columns), 1))
    return np.asarray(cv2.resize(frame.to_rgb(), size, interpolation=cv2.INTER_AREA), np.uint8)
