from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan_texts import changed, write
from sparkle_motion_dagster.plan.aspects import size_in, unread_aspects
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.film_format import film_format, rate_of
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.values import Aspect
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


@pytest.mark.parametrize(
    ("aspect", "expected"),
    [
        ("16:9", "1920x1080"),
        ("9:16", "1080x1920"),
        ("1:1", "1080x1080"),
        ("4:5", "1080x1350"),
        ("2.39:1", "1920x804"),
    ],
)
def test_an_aspect_by_name(tmp_path: Path, aspect: str, expected: str) -> None:
    assert size(tmp_path, (RESOLUTION, f"  aspect: {aspect}\n")) == expected


@given(st.sampled_from(get_args(Aspect)), st.integers(32, 2048), st.integers(32, 2048))
def test_an_aspect_fills_a_frame_as_far_as_it_can(aspect: Aspect, width: int, height: int) -> None:
    frame = FrameSize(width=max(2 * width, 256), height=max(2 * height, 256))
    found = size_in(aspect, frame)
    assert min(found.width, found.height) <= min(frame.width, frame.height)
    assert max(found.width, found.height) <= max(frame.width, frame.height)
    across, down = map(float, aspect.split(":"))
    assert found.width * down == pytest.approx(found.height * across, abs=across + down)
    fills = {found.width, found.height} & {frame.width, frame.height}
    assert fills


@pytest.mark.parametrize("resolution", ["1080x1920", "720x1280", "404x720", "180x320"])
def test_an_aspect_beside_its_own_resolution(tmp_path: Path, resolution: str) -> None:
    both = f"  aspect: 9:16\n  metadata: {{resolution: {resolution}}}\n"
    assert size(tmp_path, (RESOLUTION, both)) == resolution


@pytest.mark.parametrize(
    ("aspect", "said"),
    [
        ("9:16", "9:16 is 0.562 times as wide as high, but the resolution, 1280x720, is 1.78"),
        ("2.39:1", "keep one of the two"),
        ("3:2", "should be '16:9', '9:16', '1:1', '4:5' or '2.39:1', not '3:2'"),
        ("16/9", "not '16/9'"),
        ("1.78", "not 1.78"),
        ("[16, 9]", "not a list"),
        ("''", "not ''"),
    ],
)
def test_an_aspect_that_cannot_be(tmp_path: Path, aspect: str, said: str) -> None:
    text = changed((RESOLUTION, f"  aspect: {aspect}\n{RESOLUTION}"))
    with pytest.raises(PlanError) as refusal:
        load_plan(write(tmp_path, text))
    (problem,) = refusal.value.problems
    assert problem.field == "render_profile.aspect"
    assert problem.line == 1 + text.splitlines().index(f"  aspect: {aspect}")
    assert said in problem.message
    assert "in quotes" not in problem.message, "it is none in quotes, either"


def test_an_aspect_among_notes_is_told(tmp_path: Path) -> None:
    noted = (RESOLUTION, "  metadata: {aspect: 9:16}\n")
    plan = load_plan(write(tmp_path, changed(noted))).plan
    assert [field for field, _ in unread_aspects(plan)] == ["render_profile.metadata.aspect"]
    assert film_format(plan, Fraction(24), HD).size == HD
    assert not list(unread_aspects(load_plan(write(tmp_path, changed())).plan))


def test_a_format_reads_as_json(tmp_path: Path) -> None:
    plan = load_plan(write(tmp_path, changed(("max_fps: 24", "max_fps: 23.976")))).plan
    assert film_format(plan, Fraction(24), HD).model_dump(mode="json") == {
        "frame_rate": "24000/1001",
        "size": {"width": 1280, "height": 720},
    }
