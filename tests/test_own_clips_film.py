"""A film of clips that people bring: upright, in the film's rate and shape, made again alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import measure
from own_clips import QUARTERS, make_clip, turned
from sparkle_motion_dagster.media.frames import read_frames
from studio import Plan, Rendered, Studio

SIZE = (90, 160)


def film(begin: float = 0.5) -> Plan:
    return {
        "title": "Own clips",
        "characters": [{"id": "mara", "name": "Mara"}],
        "base_images": [],
        "shots": [
            {
                "id": "phone",
                "duration_sec": 1.0,
                "visual_description": "as the phone was held",
                "clip": "phone.mp4",
            },
            {
                "id": "boat",
                "duration_sec": 1.0,
                "visual_description": "a boat",
                "clip": {"file": "boat.mkv", "in": begin, "out": 1.9},
                "dialogue": [
                    {
                        "character_id": "mara",
                        "text": "She is the last of the boats that came home in the storm.",
                    }
                ],
            },
        ],
        "render_profile": {
            "video": {"model_id": "wan-2.1", "max_fps": 12},
            "metadata": {"resolution": "90x160"},
            "aspect": "9:16",
        },
    }


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> tuple[Studio, Rendered]:
    """A studio with the clips, and what was made of them."""
    studio = Studio(tmp_path_factory.mktemp("clips"))
    flat = make_clip(studio.root / "flat.mp4", size="160x90", rate="30", filters=QUARTERS)
    turned(flat, studio.plans / "phone.mp4", "-display_rotation:v:0", "90")
    make_clip(studio.plans / "boat.mkv", rate="25", seconds=4, size="128x96")
    return studio, studio.make(film())


@pytest.fixture(scope="module")
def studio(master: tuple[Studio, Rendered]) -> Studio:
    return master[0]


def test_the_film_shows_the_clips(studio: Studio) -> None:
    frames = list(read_frames(studio.film()))
    quarters = [frames[6].y[row, column] for row in (40, 120) for column in (22, 67)]
    assert [round((float(luma) - 60) / 40) for luma in quarters] == [1, 3, 0, 2]
    numbers = [round((float(frame.y.mean()) - 20) / 3) for frame in frames[12:]]
    expected = [int((0.5 + (number + 0.5) / 12) * 25) for number in range(len(numbers))]
    seen = int((1.9 - 0.5) * 12)  # what lies between the two points
    assert len(numbers) > seen + 2  # the line is longer
    assert numbers[:seen] == expected[:seen]
    assert set(numbers[seen + 1 :]) == {numbers[seen]}


def test_a_clip_that_a_line_outgrew_is_said(master: tuple[Studio, Rendered]) -> None:
    checks = master[1].checks
    held = checks["own_clips_last"]
    assert not held.passed
    assert str(held.metadata["held"].value).startswith("boat for its last")
    assert held.metadata["own_clips"].value == 2
    assert checks["frame_counts"].passed
    assert checks["captions"].passed


def test_the_plan_keeps_the_clips_it_was_made_of(studio: Studio) -> None:
    kept = studio.manifests()["movie_plan"].artifact("phone.mp4", "file")
    assert (kept.media_type, kept.facts.width, kept.facts.height) == ("video/mp4", 90, 160)
    boat = studio.manifests()["movie_plan"].artifact("boat.mkv", "file")
    assert (boat.media_type, Path(boat.file).suffix) == ("video/x-matroska", ".mkv")


@pytest.mark.service
def test_another_part_of_a_clip_makes_that_shot_again(studio: Studio) -> None:
    assert studio.make(film(begin=0.4)).made == {
        "shot_clips": ["boat"],
        "video_final": ["film"],
    }


def test_captions_are_broken_for_the_narrow_frame(studio: Studio) -> None:
    texts = [text for *_, text in measure.captions(studio.film())]
    assert texts
    assert all(len(row) <= 32 for text in texts for row in text.split("\n"))


def test_a_clip_is_no_longer_needed_where_its_plan_is_frozen(studio: Studio) -> None:
    (studio.plans / "boat.mkv").rename(Path(studio.root / "away.mkv"))
    (studio.plans / "film.yaml").unlink()
    explained = studio.sparkle_here("explain", "film")
    assert explained.returncode == 0, explained.stderr
