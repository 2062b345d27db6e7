"""What a film's page shows, held against what the film's stages left behind."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from itertools import pairwise

import pytest

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.models import content_digest
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import (
    BASE_IMAGES,
    LIPSYNC_CLIPS,
    MOVIE_PLAN,
    SHOT_CLIPS,
    STAGES,
    VIDEO_FINAL,
)
from sparkle_motion_dagster.operations.reviews import reject
from sparkle_motion_dagster.pages.film_view import FilmView, film_view
from studio import Gallery, Studio


def view_of(studio: Studio) -> FilmView:
    return film_view(studio.home, RunFolder(studio.home, "film"))


@pytest.fixture(scope="module")
def finished(gallery: Gallery) -> FilmView:
    return view_of(gallery.short_film())


def test_times_are_those_of_the_measured_timeline(gallery: Gallery, finished: FilmView) -> None:
    folder = gallery.short_film().home.runs / "film"
    timeline = json.loads((folder / "timeline_track" / "timeline.json").read_text())
    rate = Fraction(timeline["fps"])
    assert finished.frame_rate == rate
    assert finished.duration_s == pytest.approx(timeline["frames"] / rate)
    assert [shot.start_frame for shot in finished.shots] == [0, 12]
    for before, after in pairwise(finished.shots):
        assert before.end_s == after.start_s
    (line,), (laid,) = finished.lines, timeline["lines"]
    start_s = laid["start_sample"] / timeline["sample_rate"]
    assert line.start_s == start_s
    assert [word.text for word in line.words] == [word["text"] for word in laid["words"]]
    assert line.words[0].start_s == pytest.approx(start_s + laid["words"][0]["start_s"])
    assert line.words[-1].end_s <= (line.end_s or 0) + 1e-6


def test_files_are_where_it_says_they_are(gallery: Gallery, finished: FilmView) -> None:
    home = gallery.short_film().home
    shown = [finished.film, finished.poster, finished.captions, finished.lines[0].wav]
    shown += [shot.clip for shot in finished.shots]
    shown += [keyframe.picture for keyframe in finished.keyframes]
    for file in shown:
        assert file is not None
        stored = Store(home.store).file(file.sha256)
        assert (home.runs / "film" / file.path).samefile(stored.path)
        run_id, stage, item, name = file.artifact.split("/")
        manifest = RunFolder(home, run_id).read(stage)
        assert manifest is not None
        assert manifest.artifact(item, name).sha256 == file.sha256


def test_each_picture_comes_with_a_small_one_and_with_what_it_cost(finished: FilmView) -> None:
    for keyframe in finished.keyframes:
        assert keyframe.thumbnail is not None
        assert keyframe.making is not None
        assert keyframe.making.engine.startswith("storyboard")
    for shot in finished.shots:
        assert shot.strip is not None
        assert shot.making is not None
        assert shot.making.seconds > 0
        assert not shot.making.taken


def test_mouths_are_told_of_the_shot_in_which_they_were_moved(finished: FilmView) -> None:
    silent, speaking = finished.shots
    assert silent.mouths is None
    assert speaking.mouths is not None
    (stretch,) = speaking.mouths.stretches
    assert stretch.character == "mara"
    assert (stretch.start_s, stretch.end_s) == (finished.lines[0].start_s, finished.lines[0].end_s)


def test_what_was_promised_was_measured(finished: FilmView) -> None:
    assert {"picture", "length", "sync", "captions"} <= {check.name for check in finished.checks}
    assert all(check.passed for check in finished.checks)
    assert [stage.stage for stage in finished.stages] == list(STAGES)
    assert [chapter.start_s for chapter in finished.chapters] == [0.0, finished.shots[1].start_s]


def test_of_a_rerun_it_says_what_came_from_the_store(rendered: Studio) -> None:
    assert rendered.make(_plan(rendered)).made == {}
    view = view_of(rendered)
    assert all(shot.making and shot.making.taken for shot in view.shots)
    assert view.lines[0].making
    assert view.lines[0].making.taken


def test_what_has_not_been_made_is_none(rendered: Studio) -> None:
    for stage in (SHOT_CLIPS, LIPSYNC_CLIPS, VIDEO_FINAL, "timeline_track"):
        shutil.rmtree(rendered.home.runs / "film" / stage)
    view = view_of(rendered)
    assert {view.film, view.poster, view.captions, view.duration_s, view.frame_rate} == {None}
    assert (view.checks, view.chapters) == ((), ())
    for shot in view.shots:
        assert {shot.start_s, shot.end_s, shot.clip, shot.strip, shot.making} == {None}
    (line,) = view.lines
    assert {line.start_s, line.tempo, line.action} == {None}
    assert line.wav is not None
    assert all(keyframe.picture for keyframe in view.keyframes)


def test_of_a_film_without_a_plan_it_knows_the_name_alone(rendered: Studio) -> None:
    for stage in STAGES:
        shutil.rmtree(rendered.home.runs / "film" / stage)
    view = view_of(rendered)
    assert (view.title, view.profile, view.shots, view.lines) == ("film", None, (), ())


def test_a_record_that_is_lost_takes_nothing_else_along(rendered: Studio) -> None:
    manifest = RunFolder(rendered.home, "film").read(BASE_IMAGES)
    assert manifest is not None
    lost, damaged = (manifest.artifact(f"frame_00{number}", "image") for number in (0, 1))
    actions = ActionLog(rendered.home.actions)
    actions.path_of(lost.fingerprint).unlink()
    actions.path_of(damaged.fingerprint).write_text("{")
    for keyframe in view_of(rendered).keyframes[:2]:
        assert {keyframe.making, keyframe.thumbnail} == {None}
        assert keyframe.picture is not None


def test_a_decision_holds_for_what_it_was_made_on(rendered: Studio) -> None:
    folder = RunFolder(rendered.home, "film")
    reject(folder, BASE_IMAGES, "too dark")
    (review,) = view_of(rendered).reviews
    assert (review.decision, review.note, review.holds) == ("rejected", "too dark", True)
    manifest = folder.read(BASE_IMAGES)
    assert manifest is not None
    fewer = manifest.artifacts[:-1]
    made_anew = {"artifacts": fewer, "content_digest": content_digest(fewer)}
    folder.publish(manifest.model_copy(update=made_anew), Store(rendered.home.store))
    (review,) = view_of(rendered).reviews
    assert not review.holds


def _plan(studio: Studio) -> dict[str, object]:
    folder = studio.home.runs / "film" / MOVIE_PLAN
    plan: dict[str, object] = json.loads((folder / "movie_plan.json").read_text())
    return plan
