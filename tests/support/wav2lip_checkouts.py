"""Checkouts of Wav2Lip: one of the tests' own, which paints instead of moving mouths."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sparkle_motion_dagster.engines.lipsync.wav2lip.engine import Wav2LipEngine
from sparkle_motion_dagster.engines.lipsync.wav2lip.settings import Wav2LipSettings
from worker_environments import STAND_INS, furnished, with_workers

YELLOW = (0, 255, 255)
"""Blue, green and red, in the order in which OpenCV has them."""


def write_checkpoint(path: Path) -> Path:
    """Write what the stand-in's model is loaded from."""
    path.write_text(json.dumps({"state_dict": {"colour": YELLOW}}), encoding="utf-8")
    return path


def write_checkout(folder: Path) -> Path:
    """Write a checkout."""
    shutil.copytree(STAND_INS / "wav2lip", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def stand_in_wav2lip(folder: Path, **settings: object) -> Wav2LipEngine:
    """Return the engine with a checkout of the tests' own, in an environment of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    known = {"checkout": folder / "checkout", "checkpoint": folder / "weights.pth", **settings}
    if not (folder / "checkout").exists():
        write_checkout(folder / "checkout")
        write_checkpoint(folder / "weights.pth")
    environments = furnished(folder / "environments", "wav2lip", [])
    return Wav2LipEngine(Wav2LipSettings.model_validate(known), with_workers(environments))
