from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_texts import changed, write
from sparkle_motion_dagster.plan.film_format import film_format, rate_of
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.units import FrameSize

HD = FrameSize(width=1920, height=1080)
RESOLUTION = "  metadata: {resolution: 1280x720}\n"
NO_CAP = ("    max_fps: 24\n", "")


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (24, Fraction(24)),
        (16.0, Fraction(16)),
        (1, Fraction(1)),
        (12.5, Fraction(25, 2)),
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (24000 / 1001, Fraction(24000, 1001)),
        (29.97, Fraction(30000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (23.9, Fraction(239, 10)),
        (1e-9, Fraction(1, 1001)),
    ],
)
def test_exact_rates(fps: float, rate: Fraction) -> None:
    assert rate_of(fps) == rate


@given(st.floats(min_value=0.5, max_value=1000))
def test_a_rate_lies_near_its_number(fps: float) -> None:
    assert abs(float(rate_of(fps)) - fps) < 0.006


def rate(tmp_path: Path, cap: str, profile: Fraction) -> Fraction:
    plan = load_plan(write(tmp_path, changed((NO_CAP[0], cap)))).plan
    return film_format(plan, profile, HD).frame_rate


def test_the_plan_caps_the_profiles_rate(tmp_path: Path) -> None:
    assert rate(tmp_path, "", Fraction(24)) == 24
    assert rate(tmp_path, "    max_fps: 60\n", Fraction(24)) == 24
    assert rate(tmp_path, "    max_fps: 12\n", Fraction(24)) == 12
    assert rate(tmp_path, "    max_fps: 23.976\n", Fraction(24)) == Fraction(24000, 1001)
    assert rate(tmp_path, "    max_fps: 23.976\n", Fraction(16)) == 16
    assert rate(tmp_path, "    max_fps: 1e300\n", Fraction(16)) == 16


def size(tmp_path: Path, *changes: tuple[str, str]) -> str:
    plan = load_plan(write(tmp_path, changed(*changes))).plan
    return str(film_format(plan, Fraction(24), HD).size)


def test_where_the_size_comes_from(tmp_path: Path) -> None:
    in_metadata = ("  plan_id: harbour-light\n", "  resolution: 640x360\n")
    assert size(tmp_path, in_metadata) == "1280x720"
    assert size(tmp_path, in_metadata, (RESOLUTION, "")) == "640x360"
    assert size(tmp_path, (RESOLUTION, "")) == "1920x1080"


def test_a_format_reads_as_json(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, changed(("max_fps: 24", "max_fps: 23.976")))).plan
    assert film_format(plan, Fraction(24), HD).model_dump(mode="json") == {
        "frame_rate": "24000/1001",
        "size": {"width": 1280, "height": 720},
    }
