"""The frames that a shot has before its mouths are drawn, where no clip holds them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.models import StageManifest
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.engines.video.base import MoveRequest
from sparkle_motion_dagster.engines.video.camera.engine import CameraEngine, CameraSettings


def frames_of_move(home: SparkleHome, shots: StageManifest, shot: str) -> list[NDArray[np.uint8]]:
    """Return the camera's frames of a shot that was planned: RGB, (rows, columns, 3)."""
    store = Store(home.store)
    planned = json.loads(store.file(shots.artifact(shot, "move").sha256).path.read_bytes())
    camera = CameraEngine(CameraSettings(**planned["video"]["settings"]))
    move: dict[str, Any] = {"visual_description": "", "seed": 0, **planned["move"]}
    for name in ("start", "start_scene", "end", "end_scene"):
        if move.get(name) is not None:
            move[name] = store.file(move[name]["sha256"])
    return [frame.to_rgb() for frame in camera.frames(MoveRequest.model_validate(move))]
