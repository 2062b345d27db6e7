"""What is known of a plan's own clips before anything is rendered."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from own_clips import make_clip
from sparkle_motion_dagster.film.intake import opened_plan
from sparkle_motion_dagster.film.own_clips import clip_remarks, length_problems
from sparkle_motion_dagster.media.ffmpeg import run_ffmpeg
from sparkle_motion_dagster.plan.errors import PlanError
from sparkle_motion_dagster.plan.film_format import FilmFormat
from sparkle_motion_dagster.plan.reading.loading import load_plan
from sparkle_motion_dagster.plan.soundtrack import FileCue, Soundtrack
from sparkle_motion_dagster.units import FrameSize

FILM = FilmFormat(frame_rate=Fraction(24), size=FrameSize(width=64, height=64))

PLAN = """\
title: A boat
base_images: []
shots:
  - id: boat
    visual_description: a boat
    duration_sec: {seconds}
    clip: {clip}
render_profile: {{video: {{model_id: wan-2.1}}}}
"""


def plan_of(folder: Path, clip: str, seconds: float = 2) -> Path:
    path = folder / "plan.yaml"
    path.write_text(PLAN.format(clip=clip, seconds=seconds))
    return path


@pytest.mark.parametrize(
    ("clip", "seconds", "told"),
    [
        ("boat.mp4", 2, []),
        ("boat.mp4", 2.04, []),  # a frame too short
        ("{file: boat.mp4, in: 1, out: 2}", 1, []),
        (
            "boat.mp4",
            2.5,
            [("shots[0].duration_sec", "is 2 s long, but the shot lasts 2.5 s")],
        ),
        (
            "{file: boat.mp4, in: 1.5}",
            1,
            [("shots[0].duration_sec", "leaves 0.5 s of it, but the shot lasts 1 s")],
        ),
        ("{file: boat.mp4, in: 3}", 1, [("shots[0].clip.in", "has nothing at 3 s")]),
        ("{file: boat.mp4, out: 2.5}", 1, [("shots[0].clip.out", "it ends before 2.5 s")]),
    ],
)
def test_a_clip_is_as_long_as_its_plan_wants(
    tmp_path: Path, clip: str, seconds: float, told: list[tuple[str, str]]
) -> None:
    make_clip(tmp_path / "boat.mp4")
    opened = opened_plan(load_plan(plan_of(tmp_path, clip, seconds)))
    found = list(length_problems(opened, FILM))
    assert [problem.field for problem in found] == [field for field, _ in told]
    for problem, (_, said) in zip(found, told, strict=True):
        assert said in problem.message


def test_what_is_no_clip_is_named_as_the_plan_names_it(tmp_path: Path) -> None:
    (tmp_path / "boat.mp4").write_text("no clip")
    with pytest.raises(PlanError) as refusal:
        opened_plan(load_plan(plan_of(tmp_path, "boat.mp4")))
    (problem,) = refusal.value.problems
    assert (problem.field, problem.line) == ("shots[0].clip.file", 7)
    assert problem.message.startswith("boat.mp4 is no clip that can be read")


def test_damage_is_found_where_a_shot_shows_it(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "boat.mp4", filters="geq=random(1)*255:128:128,format=yuv420p")
    data = bytearray(clip.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = b"\x55" * 2000
    clip.write_bytes(data)
    opened_plan(load_plan(plan_of(tmp_path, "boat.mp4", 0.5)))
    with pytest.raises(PlanError, match=r"clip\.file: boat\.mp4 (is damaged|cannot be shown)"):
        opened_plan(load_plan(plan_of(tmp_path, "boat.mp4", 2)))


def test_sound_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    silent = make_clip(tmp_path / "boat.mp4")
    loaded = load_plan(plan_of(tmp_path, "boat.mp4"))
    assert not list(clip_remarks(loaded.plan, loaded.files))
    sound = ["-f", "lavfi", "-i", "sine=d=2", "-i", f"file:{silent}", "-c:v", "copy"]
    run_ffmpeg([*sound, f"file:{tmp_path / 'loud.mp4'}"], timeout_s=60)
    loud = load_plan(plan_of(tmp_path, "loud.mp4"))
    assert list(clip_remarks(loud.plan, loud.files)) == [
        ("shots[0].clip", "loud.mp4 has sound, which is left out")
    ]
    played = Soundtrack(effects=(FileCue(file="loud.mp4"),))
    assert not list(clip_remarks(loud.plan.model_copy(update={"soundtrack": played}), loud.files))
