"""A screenplay and a folder of generated pictures become a talking film: `make test-footage`.

What people see of it is in ``test-output/script-pictures/``.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from PIL import Image

import picture_wheels
from listening_studio import ListeningStudio
from sparkle_motion_dagster.media.frames import read_frames

pytestmark = pytest.mark.footage

SCRIPT = Path(__file__).parent / "data" / "scripts" / "last_coffee.fountain"
OUTPUT = Path(__file__).parents[1] / "test-output" / "script-pictures"
STILLS = {
    "1-1 diner": "image_flux2_text_to_image_9b-1",
    "a rita": "image_z_image_turbo-1",
    "b sam": "image_kandinsky5_t2i-1",
    "scene 3 shot 1": "utility-topaz_landscape_upscaler-1",
}
"""The pictures, by the names that they have in the folder."""


class Spoken(ListeningStudio):
    """A studio whose people speak with the voices of the animatic, and are listened to."""

    @property
    def environment(self) -> dict[str, str]:
        return {name: to for name, to in super().environment.items() if name != "SPARKLE_VOICES"}


def test_a_script_and_pictures_become_a_film_that_passes_its_checks(tmp_path: Path) -> None:
    studio = Spoken(tmp_path)
    (studio.plans / "stills").mkdir()
    for name, source in STILLS.items():
        Image.fromarray(picture_wheels.still(source)).save(studio.plans / "stills" / f"{name}.png")
    script = shutil.copy(SCRIPT, studio.plans)
    wrote = studio.sparkle("write", "--from", script, "--pictures", studio.plans / "stills")
    assert wrote.returncode == 0, wrote.stderr
    assert "Not used" not in wrote.stdout
    plan = studio.plans / "last_coffee.yaml"
    plan.write_text(f"{plan.read_text().rstrip()}\n  resolution: 640x360\n")
    profile = ("--profile", "listening", "--run-id", "film")
    rendered = studio.command("sparkle", "render", plan, *profile, timeout_s=1800)
    assert rendered.returncode == 0, rendered.stderr
    OUTPUT.mkdir(parents=True, exist_ok=True)
    shutil.copy(studio.film(), OUTPUT)
    for number, frame in enumerate(itertools.islice(read_frames(studio.film()), 0, None, 24)):
        Image.fromarray(frame.to_rgb()).save(OUTPUT / f"{number:03d}.png")
    checks = studio.checks()
    failed = {name: check.metadata for name, check in checks.items() if not check.passed}
    # What the drawn keyframes leave out of their prompts is said.
    assert failed.keys() <= {"prompt_read"}
    assert checks["faces_kept"].metadata["faces"].value == 6
    assert checks["words_heard"].metadata["lines"].value == 7
