"""Chatterbox as default tests have it: the real worker, on a package of tones."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from clips import stored
from sparkle_motion_dagster.artifacts.models import StoredFile
from sparkle_motion_dagster.engines.machinery.environments import Environments
from sparkle_motion_dagster.engines.speech.base import SpeechRequest, Voice
from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS, ModelName
from worker_environments import STAND_INS, furnished

BUILTIN_PITCH = 110


@functools.cache
def stand_in_environments() -> Environments:
    """Return environments, made once a process, in which Chatterbox is a package of tones."""
    root = Path(tempfile.mkdtemp(prefix="stand-ins-"))
    return furnished(root, "chatterbox", [STAND_INS / "chatterbox"])


@functools.cache
def stand_in_weights() -> Path:
    """Return a folder, made once a process, with weights of the English model."""
    return write_weights(Path(tempfile.mkdtemp(prefix="stand-ins-")))


def write_weights(folder: Path, model: ModelName = "english", pitch: int = BUILTIN_PITCH) -> Path:
    """Write what the tones' `from_local` reads, with a voice of a pitch, in Hz."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in MODELS[model].weights.files:
        (folder / file).write_text(str(pitch), encoding="utf-8")
    (folder / ".diary").touch()
    return folder


def diary(folder: Path) -> list[dict[str, Any]]:
    """Return what the models that were loaded from a folder did."""
    return [json.loads(line) for line in (folder / ".diary").read_text().splitlines()]


def recording(file: Path, pitch: int = 220, seconds: float = 6.0, level: float = 0.3) -> StoredFile:
    """Write a recording of a voice: a tone."""
    times = np.arange(round(seconds * 16000)) / 16000
    soundfile.write(file, level * np.sin(2 * np.pi * pitch * times), 16000)
    return stored(file)


def line(
    text: str,
    *,
    reference: StoredFile | None = None,
    language: str = "en-US",
    seed: int = 1,
    voice: str = "builtin",
    **settings: float,
) -> SpeechRequest:
    """Return the request for a line."""
    spoken = Voice(
        provider_voice=voice, language=language, settings=dict(settings), reference=reference
    )
    return SpeechRequest(text=text, voice=spoken, seed=seed)
