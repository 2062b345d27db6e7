"""Films to measure: any number of shots, with a speaking close-up in every third of them."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

PLACES = (
    "a stone lighthouse on a cliff at dusk, wide shot",
    "a narrow town street in the morning, market stalls, wide shot",
    "a fir forest in fog, a path between the trees",
    "a bright kitchen at noon, a table at the window",
    "mountains in the first snow, golden hour, wide shot",
    "a railway platform at night, wet cobbles, lamplight",
)
MOVES = ("slow push in", "pan left", "slow crane up", "gentle pull back", "pan right", "tilt down")
LINES = (
    "We leave before the tide turns, whatever the weather says.",
    "I counted every window on the way, and one of them was lit.",
    "Then tell me again, and leave nothing out this time.",
)
SPEAKERS = (("ada", "Ada", "sixty, grey bun, blue coat"), ("ben", "Ben", "young, red scarf, curls"))


MUSIC = "tones.wav"

_SOUND_HZ = 48_000
_MUSIC_S = 4.0
_CHORD_HZ = (220.0, 277.5, 330.0)
"""A major: whole numbers of waves in the music's time, so that it loops without a click."""


def film(
    shots: int, seconds_a_shot: float, resolution: str, frame_rate: int = 24
) -> dict[str, Any]:
    """Return a plan whose shots all last as long, lines included."""
    return {
        "title": f"{shots} shots",
        "characters": [
            {"id": id_, "name": name, "description": description}
            for id_, name, description in SPEAKERS
        ],
        "base_images": [_keyframe(number) for number in range(shots + 1)],
        "shots": [_shot(number, seconds_a_shot) for number in range(shots)],
        "render_profile": {
            "video": {"model_id": "wan-2.1", "max_fps": frame_rate},
            "metadata": {"resolution": resolution},
        },
        "metadata": {"seed": 7},
    }


def with_music(plan: dict[str, Any], gain_db: float) -> dict[str, Any]:
    """Return a plan under all of which music plays; `write_music` writes that into its folder."""
    cue = {"file": MUSIC, "loop": True, "gain_db": gain_db}
    return {**plan, "soundtrack": {"music": [cue]}}


def write_music(folder: Path) -> Path:
    """Write a few seconds of tones, 48 kHz, 16 bits, two channels, that swell and fade."""
    seconds = np.arange(int(_MUSIC_S * _SOUND_HZ)) / _SOUND_HZ
    swell = 0.6 - 0.4 * np.cos(2 * np.pi * seconds / _MUSIC_S)
    chord = sum(np.sin(2 * np.pi * hertz * seconds) for hertz in _CHORD_HZ) / len(_CHORD_HZ)
    mono = np.round(16_000 * swell * chord).astype("<i2")
    path = folder / MUSIC
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(_SOUND_HZ)
        file.writeframes(np.repeat(mono, 2).tobytes())
    return path


def write(plan: dict[str, Any], path: Path) -> Path:
    """Write a plan as YAML."""
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(plan, file)
    return path


def _keyframe(number: int) -> dict[str, Any]:
    speaker = SPEAKERS[number // 3 % len(SPEAKERS)][0]
    keyframe: dict[str, Any] = {
        "id": f"frame_{number:03d}",
        "prompt": f"{PLACES[number % len(PLACES)]}, number {number}",
    }
    if number % 3 == 2:
        keyframe["prompt"] = f"close-up of a face, {PLACES[number % len(PLACES)]}, number {number}"
        keyframe["characters"] = [speaker]
    return keyframe


def _shot(number: int, seconds: float) -> dict[str, Any]:
    shot: dict[str, Any] = {
        "id": f"shot_{number:03d}",
        "duration_sec": seconds,
        "visual_description": f"Shot number {number}.",
        "start_base_image_id": f"frame_{number:03d}",
        "end_base_image_id": f"frame_{number + 1:03d}",
        "motion_prompt": MOVES[number % len(MOVES)],
    }
    if number % 3 == 2:
        text = LINES[number // 3 % len(LINES)] if seconds >= 5 else "Now."
        shot["is_talking_closeup"] = True
        shot["dialogue"] = [
            {"character_id": SPEAKERS[number // 3 % len(SPEAKERS)][0], "text": text}
        ]
    return shot
