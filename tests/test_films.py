"""Whole films, measured from the file."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

import measure
from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.film.checks.promises import CHECKS
from sparkle_motion_dagster.film.stages import VIDEO_FINAL
from sparkle_motion_dagster.media.frames import read_frames
from sparkle_motion_dagster.plan.shot import TIMED_TRANSITIONS
from sparkle_motion_dagster.plan.timeline.measured import MeasuredTimeline
from studio import (
    REPOSITORY,
    Gallery,
    Plan,
    Studio,
    example,
    five_shots,
    plan_format_example,
    short_film,
)

SHORT_EXAMPLES = ["harbour_light", "silent_garden", "overrun"]
EXAMPLES = [*SHORT_EXAMPLES, "twenty_shots"]


def timeline_of(studio: Studio, run_id: str) -> MeasuredTimeline:
    path = studio.home.runs / run_id / "timeline_track" / "timeline.json"
    return MeasuredTimeline.model_validate_json(path.read_bytes())


def assert_film_is_right(studio: Studio, plan: Plan, run_id: str) -> None:
    """Measure a film against its plan and its timeline."""
    film, timeline = studio.film(run_id), timeline_of(studio, run_id)
    assert_picture_is_right(film, timeline, studio, plan, run_id)
    assert_sound_is_right(film, timeline)
    found = measure.streams(film)
    assert found.title == plan["title"]
    assert len(found.chapters) == len(plan["shots"])
    expected = ["video", "audio"] + (["subtitle"] if timeline.lines else [])
    assert sorted(found.kinds) == sorted(expected)
    assert found.codecs[:2] == ("h264", "aac")
    # Decoded AAC may be up to one AAC frame (1024 samples) longer than what was encoded.
    seconds = float(timeline.frames / timeline.fps)
    assert seconds - 0.001 <= found.duration_s <= seconds + 1024 / measure.RATE + 0.001
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert_captions_are_right(film, timeline)
    assert_poster_is_right(film, studio, run_id)


def assert_poster_is_right(film: Path, studio: Studio, run_id: str) -> None:
    """The poster is a frame of the film, cut and enlarged so that nothing is left of the strip."""
    poster = measure.picture(film.with_suffix(".jpg"))
    assert poster.std() > 8  # it shows something
    folder = studio.home.runs / run_id
    record = json.loads((folder / "video_final" / "manifest.json").read_text())
    action = ActionLog(studio.home.actions).find(record["artifacts"][0]["fingerprint"])
    assert action is not None
    number = action.metadata["poster_frame"]
    assert isinstance(number, int)
    frame = measure.pictures(film, {number})[number]
    assert poster.shape == frame.shape
    scenes = [json.loads(path.read_text()) for path in (folder / "base_images").glob("*.json")]
    strip = max(scene.get("strip_rows", 0) for scene in scenes)
    rows, columns, _ = frame.shape
    margin = strip * columns / rows / 2
    shown = frame[strip:, round(margin) : columns - round(margin)]
    enlarged = cv2.resize(shown, (columns, rows), interpolation=cv2.INTER_CUBIC)
    assert measure.psnr(poster, enlarged.astype(np.uint8)) > 27


def assert_captions_are_right(film: Path, timeline: MeasuredTimeline) -> None:
    """Measure the film's captions, and the files beside it, which hold the same."""
    srt, vtt = film.with_suffix(".srt"), film.with_suffix(".vtt")
    assert srt.exists() == vtt.exists() == bool(timeline.lines)
    if not timeline.lines:
        return
    cues = measure.captions(film)
    assert cues == measure.subtitle_file(srt) == measure.subtitle_file(vtt)
    for _, _, text in cues:
        assert len(text.split("\n")) <= 2
        assert max(map(len, text.split("\n"))) <= 42
    for (start, end, _), (following, *_) in pairwise([*cues, (math.inf, 0.0, "")]):
        assert end <= following
        assert end - start >= min(1.0, following - start) - 0.001
    said = re.sub(r"(?m)^[A-Z][a-z]+( [A-Z][a-z]+)?:\s", "", "\n".join(text for *_, text in cues))
    assert said.split() == [word for line in timeline.lines for word in line.text.split()]
    starts = [round(line.start_sample / measure.RATE, 3) for line in timeline.lines]
    assert set(starts) <= {start for start, _, _ in cues}


def assert_picture_is_right(
    film: Path, timeline: MeasuredTimeline, studio: Studio, plan: Plan, run_id: str
) -> None:
    times = measure.frame_times(film)
    assert len(times) == timeline.frames == sum(shot.frames for shot in timeline.shots)
    assert times == [Fraction(number) / timeline.fps for number in range(len(times))]
    firsts = {shot.start_frame: shot.id for shot in timeline.shots}
    last = len(times) - 1
    shown = measure.pictures(film, {*firsts, last})
    keyframes = studio.home.runs / run_id / "base_images"
    starts = {shot["id"]: shot["start_base_image_id"] for shot in plan["shots"]}
    mixed = {
        shot["id"]
        for before, shot in pairwise(plan["shots"])
        if before.get("transition") in TIMED_TRANSITIONS
    }
    for frame, shot in firsts.items():
        if shot in mixed:
            continue
        keyframe = measure.picture(keyframes / f"{starts[shot]}.png")
        assert measure.psnr(shown[frame], keyframe) > 30, f"first frame of {shot}"
    if (ending := plan["shots"][-1].get("end_base_image_id")) is not None:
        end = measure.picture(keyframes / f"{ending}.png")
        assert measure.psnr(shown[last], end) > 30, "last frame of the film"


def assert_sound_is_right(film: Path, timeline: MeasuredTimeline) -> None:
    samples = measure.sound(film)
    assert samples.shape[1] == 2
    assert timeline.samples <= len(samples) <= timeline.samples + 1024
    if not timeline.lines:
        assert np.max(np.abs(samples)) < 1e-4
        return
    assert measure.loudness(samples) == pytest.approx(-16, abs=0.5)
    assert measure.true_peak(samples) <= -1.0
    quiet_from = 0
    # AAC smears a little around the edges of a sound; 40 ms of it are left out of the silence.
    margin = measure.RATE // 25
    for line in timeline.lines:
        assert measure.rms_db(samples[line.start_sample : line.end_sample]) > -35
        silence = samples[quiet_from : max(quiet_from, line.start_sample - margin)]
        assert measure.rms_db(silence) < -60, f"before line {line.index}"
        quiet_from = line.end_sample + margin
    assert measure.rms_db(samples[quiet_from:]) < -60, "after the last line"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.service if name == "harbour_light" else ())
        for name in SHORT_EXAMPLES
    ],
)
def test_an_example_becomes_the_film_that_its_plan_says(gallery: Gallery, name: str) -> None:
    assert_film_is_right(gallery.example(name), example(name), "film")


@pytest.mark.service
def test_a_film_whose_lines_have_no_times_is_as_long_as_its_shots(gallery: Gallery) -> None:
    assert_film_is_right(gallery.five_shots(), five_shots(), "film")


@pytest.mark.full_size
@pytest.mark.parametrize(("aspect", "size"), [("16:9", "1280x720"), ("9:16", "720x1280")])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_wide_and_upright(studio: Studio, name: str, aspect: str, size: str) -> None:
    plan = example(name, resolution=None)
    plan["render_profile"] |= {"aspect": aspect, "metadata": {}}
    studio.render(plan, name)
    assert_film_is_right(studio, plan, name)
    found = studio.checks()
    assert [check.name for check in CHECKS[VIDEO_FINAL] if not found[check.name].passed] == []
    assert found["picture"].metadata["size"].value == size


@pytest.mark.full_size
@pytest.mark.parametrize("name", ["night_ferry", "night_ferry_upright"])
def test_every_check_of_the_film_that_uses_everything_passes(studio: Studio, name: str) -> None:
    path = REPOSITORY / "examples" / "plans" / f"{name}.yaml"
    result = studio.sparkle("render", path)
    assert result.returncode == 0, result.stderr
    assert [check for check, found in studio.checks().items() if not found.passed] == []


@pytest.mark.service
def test_the_plan_of_the_format_says_the_same_in_yaml_and_json(studio: Studio) -> None:
    plan = plan_format_example()
    plan["render_profile"]["metadata"]["resolution"] = "320x180"
    in_yaml = studio.render(plan, "harbour")
    assert_film_is_right(studio, plan, "harbour")
    assert [shot.frames for shot in timeline_of(studio, "harbour").shots] == [96, 120]
    path = studio.root / "as_json.json"
    path.write_text(json.dumps(plan, indent="\t"), encoding="utf-8")
    elsewhere = Studio(studio.root / "elsewhere")
    result = elsewhere.sparkle("render", path, "--run-id", "harbour")
    assert result.returncode == 0, result.stderr
    assert elsewhere.rendered("harbour").digests == in_yaml.digests
    assert elsewhere.rendered("harbour").content == in_yaml.content
    assert result.stdout.strip() == str(elsewhere.film("harbour"))


@pytest.mark.full_size
def test_the_plan_of_the_format_at_its_own_size(studio: Studio) -> None:
    plan = plan_format_example()
    studio.render(plan)
    assert_film_is_right(studio, plan, "film")
    frame = measure.pictures(studio.film(), {0})[0]
    assert frame.shape == (720, 1280, 3)


def test_only_the_last_shot_is_asked_to_end_on_its_own_keyframe(gallery: Gallery) -> None:
    studio = gallery.short_film()
    shots = {one.id: one.fingerprint for one in studio.manifests()["shot_clips"].artifacts}
    log = ActionLog(studio.home.actions)
    records = [log.find(print_) for print_ in shots.values()]
    assert [record and record.request["ends_on_keyframe"] for record in records] == [False, True]
    # Only there the caption strip changes: no other clip's request says anything of it.
    assert [record and record.request.get("strip_changes") for record in records] == [None, True]


@pytest.mark.parametrize(
    ("fps", "expected"),
    [(23.976, Fraction(24000, 1001)), pytest.param(16, Fraction(16), marks=pytest.mark.service)],
)
def test_max_fps_caps_the_films_rate(studio: Studio, fps: float, expected: Fraction) -> None:
    """And at that rate a dissolve takes its frames, and leaves all others as they were."""
    plan = short_film()
    plan["render_profile"]["video"]["max_fps"] = fps
    plan["shots"][0] |= {"transition": "dissolve", "transition_sec": 0.5}
    made = studio.make(plan)
    timeline = timeline_of(studio, "film")
    assert timeline.fps == expected
    assert_film_is_right(studio, plan, "film")

    half = round(expected / 4)
    cut = timeline.shots[1].start_frame
    folder = studio.home.runs / "film" / "lipsync_clips"
    film, leaving, entering = (
        [frame.y for frame in read_frames(path)]
        for path in (studio.film(), folder / "shot_001.mp4", folder / "shot_002.mp4")
    )
    assert len(leaving) == cut + half
    # The one that enters has as many frames before the cut.
    without = [*leaving[: cut - half], *entering[2 * half :]]
    kept = [*film[: cut - half], *film[cut + half :]]
    assert all(np.array_equal(one, other) for one, other in zip(kept, without, strict=True))
    mixed = range(cut - half, cut + half)
    assert not any(np.array_equal(film[number], leaving[number]) for number in mixed)
    assert made.checks["copied"].metadata["pieces"].value == 3


def test_the_examples_show_what_their_names_say(gallery: Gallery) -> None:
    actions = {line.action for line in timeline_of(gallery.example("overrun"), "film").lines}
    assert actions == {"as_planned", "into_silence", "faster", "lengthened"}
    assert (REPOSITORY / "examples" / "plans" / "harbour_light.yaml").is_file()
    harbour = example("harbour_light")
    assert harbour["dialogue_timeline"][0]["type"] == "silence"
    assert len({entry.get("character_id") for entry in harbour["dialogue_timeline"]} - {None}) == 2
    assert len(example("twenty_shots")["shots"]) == 20
    assert not example("silent_garden").get("dialogue_timeline")
