"""A film of pictures and clips that models made, each somebody's own: `make test-footage`.

What people see of it is in ``test-output/footage/``.
"""

from __future__ import annotations

import itertools
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import picture_wheels
from sparkle_motion_dagster.media.encode import write_clip
from sparkle_motion_dagster.media.frames import YuvFrame, read_frames
from sparkle_motion_dagster.units import FrameSize
from speaking_pictures import DELIVERY
from studio import Plan, Studio

pytestmark = pytest.mark.footage

STILLS = {"krea": "flux1_krea_dev-1", "smile": "image_hidream_o1-1"}
CLIPS = {"pearls": "video_wan_vace_outpainting-1", "fox": "text_to_video_wan-1"}
OUTPUT = Path(__file__).parents[1] / "test-output" / "footage"
FILMED = Fraction(16)
"""Frames a second of the clips, as Wan makes them."""

HEIGHT = 360


class Spoken(Studio):
    """A studio whose people speak with the voices of the animatic, not with those of the tests."""

    @property
    def environment(self) -> dict[str, str]:
        return {name: to for name, to in super().environment.items() if name != "SPARKLE_VOICES"}


def film_of_footage() -> Plan:
    return {
        "title": "Three people",
        "characters": [
            {"id": name, "name": name.title(), "description": "a woman"}
            for name in ("vera", "pia", "ruth")
        ],
        "base_images": [
            {
                "id": name,
                "prompt": "a woman looks at us",
                "characters": [person],
                "local_path": f"{name}.png",
            }
            for name, person in (("krea", "vera"), ("smile", "ruth"))
        ],
        "shots": [
            {"id": "fox", "visual_description": "a fox runs", "clip": "fox.mp4"} | _cut(1.5),
            _talking("first", "vera", "My mother came back on Monday.")
            | {"start_base_image_id": "krea", "motion_prompt": "slow push in"},
            _talking("second", "pia", "Maybe she'll be leaving.") | {"clip": "pearls.mp4"},
            _talking("third", "ruth", "People do, but both of them?")
            | {"start_base_image_id": "smile", "motion_prompt": "slow pan left"},
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1", "max_fps": 24},
            "metadata": {"resolution": "640x360"},
            "burned_captions": "lines",
        },
    }


def _cut(seconds: float) -> Plan:
    return {"duration_sec": seconds, "transition": "cut"}


def _talking(shot: str, speaker: str, text: str) -> Plan:
    return {
        "id": shot,
        "visual_description": "somebody speaks",
        "is_talking_closeup": True,
        "dialogue": [{"character_id": speaker, "text": text}],
    } | _cut(2.4)


def _write_footage(folder: Path) -> None:
    for name, source in STILLS.items():
        Image.fromarray(picture_wheels.still(source)).save(folder / f"{name}.png")
    for name, source in CLIPS.items():
        first = picture_wheels.still(source, HEIGHT)
        size = FrameSize(width=first.shape[1] // 2 * 2, height=HEIGHT)
        frames = picture_wheels.frames(source, HEIGHT)
        shown = (YuvFrame.from_rgb(np.asarray(one[:, : size.width])) for one in frames)
        write_clip(folder / f"{name}.mp4", shown, size=size, frame_rate=FILMED, encoding=DELIVERY)


def test_a_film_of_real_pictures_and_clips_passes_all_its_checks(tmp_path: Path) -> None:
    studio = Spoken(tmp_path)
    _write_footage(studio.plans)
    studio.render(film_of_footage())
    OUTPUT.mkdir(parents=True, exist_ok=True)
    shutil.copy(studio.film(), OUTPUT)
    for number, frame in enumerate(itertools.islice(read_frames(studio.film()), 0, None, 12)):
        Image.fromarray(frame.to_rgb()).save(OUTPUT / f"{number:03d}.png")
    checks = studio.checks()
    assert {name: check.metadata for name, check in checks.items() if not check.passed} == {}
    assert checks["faces_kept"].metadata["faces"].value == 3
