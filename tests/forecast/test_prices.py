"""The price of a film that was not rendered yet, beside what its render really does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sparkle_motion_dagster.api.pricing import price, takes_price
from sparkle_motion_dagster.artifacts.actions import ActionLog, read_action
from sparkle_motion_dagster.artifacts.choices import Recipe
from sparkle_motion_dagster.artifacts.film_price import total
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.measurements import Measurements, measurement_of
from sparkle_motion_dagster.artifacts.models import ActionRecord
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.film.stages import BASE_IMAGES, LIPSYNC_CLIPS, SHOT_CLIPS
from sparkle_motion_dagster.forecast.explanation import ItemState
from sparkle_motion_dagster.forecast.price.guard import PricedRun
from sparkle_motion_dagster.forecast.price.models import Known, Price
from studio import Gallery, Plan, Studio, short_film


@pytest.fixture(scope="module")
def film(gallery: Gallery) -> Studio:
    """A studio with a film that was rendered in one go, into an empty home. Nobody changes it."""
    return gallery.short_film()


@pytest.fixture(scope="module")
def unpaid(film: Studio, tmp_path_factory: pytest.TempPathFactory) -> Price:
    """What that film would have cost where nothing had ever been made."""
    return price(plan=film.plans / "film.yaml", home=tmp_path_factory.mktemp("empty"))


def everything_in(home: SparkleHome) -> Mapping[str, tuple[int, int]]:
    paths = (path for path in home.root.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def records(studio: Studio) -> list[ActionRecord]:
    return [read_action(path) for path in ActionLog(studio.home.actions).paths()]


def longer(studio: Studio, root: Path) -> Path:
    """Write a plan of other pictures, lines and lengths than the film's, of the same kind."""
    return Studio(root).write(another_film(), "longer")


def another_film() -> Plan:
    plan = short_film()
    for keyframe in plan["base_images"]:
        keyframe["prompt"] += ", in the morning"
    del plan["dialogue_timeline"]
    for shot in plan["shots"]:
        shot["duration_sec"] *= 3
    return plan


def test_calls_are_listed_in_the_order_in_which_a_render_makes_them(
    film: Studio, unpaid: Price
) -> None:
    finished = RunFolder(film.home, "film").finished.all()
    made = [(one.stage, one.item) for one in finished if one.made]
    listed = [(call.stage, call.item) for call in unpaid.calls]
    certain = [(call.stage, call.item) for call in unpaid.calls if call.state is ItemState.MADE]
    came_true = [call for call in listed if call in made]
    assert [stage for stage, _ in came_true] == [stage for stage, _ in made]
    assert sorted(came_true) == sorted(made)  # several of a stage are made at the same time
    assert set(certain) <= set(made) <= set(listed)


def test_calls_say_what_they_are_asked_for(unpaid: Price) -> None:
    clips = [call for call in unpaid.calls if call.stage == SHOT_CLIPS]
    assert [call.asked for call in clips] == [
        {"size": "128x72", "frames": 12},
        {"size": "128x72", "frames": 24},
    ]
    # The second shot talks: its clip is made with its mouths.
    assert [(call.engine, call.device) for call in clips] == [
        ("camera", "cpu"),
        ("move_planner", "cpu"),
    ]


def test_where_nothing_was_measured_engines_estimate_and_say_so(unpaid: Price) -> None:
    assert {call.seconds_from for call in unpaid.calls} == {Known.ESTIMATED}
    assert not unpaid.unknown
    assert 0 < unpaid.seconds <= unpaid.seconds_likely <= unpaid.seconds_most
    assert unpaid.gpu_minutes_most == unpaid.usd_most == 0
    sums = [call.seconds or 0 for call in unpaid.calls] + [one.seconds for one in unpaid.starts]
    assert unpaid.seconds_most == pytest.approx(sum(sums))


def test_a_film_of_the_same_kind_is_priced_by_what_the_first_one_took(
    film: Studio, tmp_path: Path
) -> None:
    found = price(plan=longer(film, tmp_path), home=film.home.root)
    assert {call.seconds_from for call in found.calls if call.likely} == {Known.MEASURED}
    makings = [
        (record.seconds, record.making)
        for record in records(film)
        if record.engine.name == "storyboard" and record.making is not None
    ]
    # The first keyframe holds what an engine starts with; all have one size.
    steady_s = [seconds for seconds, making in makings if not making.starts]
    assert len(steady_s) == 2
    keyframes = [call for call in found.calls if call.stage == BASE_IMAGES]
    assert len(keyframes) == 3
    assert [call.seconds for call in keyframes] == pytest.approx([sum(steady_s) / 2] * 3)
    # Its shots are three times as long, and of each kind of clip one was made.
    took = {record.engine.name: record.seconds for record in records(film)}
    clips = [call for call in found.calls if call.stage in (SHOT_CLIPS, LIPSYNC_CLIPS)]
    assert [call.engine for call in clips] == ["camera", "move_planner", "talking_clips"]
    assert [call.seconds for call in clips] == pytest.approx([3 * took[c.engine] for c in clips])


def test_what_is_there_costs_nothing(film: Studio) -> None:
    found = price(plan=film.plans / "film.yaml", home=film.home.root)
    assert (found.calls, found.made, found.maybe) == ((), 0, 0)
    assert found.seconds_most == found.disk_bytes_most == 0
    assert found.taken == len({record.fingerprint for record in records(film)})


def test_a_dry_run_says_it_to_people_and_programs_and_writes_nothing(
    film: Studio, tmp_path: Path
) -> None:
    plan, before = longer(film, tmp_path), everything_in(film.home)
    said = film.sparkle_here("render", plan, "--dry-run", "--calls")
    printed = film.sparkle_here("render", plan, "--dry-run", "--json")
    assert everything_in(film.home) == before
    found = PricedRun.model_validate_json(printed.stdout).price
    assert found == price(plan=plan, home=film.home.root)
    for call in found.calls:
        assert f"{call.stage}/{call.item}: {call.engine}" in said.stdout
    assert "measured (3 items)" in said.stdout
    assert "about" in said.stdout


def test_a_dry_run_says_what_the_limits_would_object_to(film: Studio, tmp_path: Path) -> None:
    plan = longer(film, tmp_path)
    little, enough = ("--budget", "disk_gb=1e-6"), ("--budget", "disk_gb=10")
    refused = film.sparkle_here("render", plan, "--dry-run", *little)
    printed = film.sparkle_here("render", plan, "--dry-run", "--json", *little)
    (objection,) = PricedRun.model_validate_json(printed.stdout).objections
    assert objection.what == "disk_gb"
    assert str(objection) in refused.stdout
    assert "limit" not in film.sparkle_here("render", plan, "--dry-run", *enough).stdout
    new = ("redo", "film", "frame_000", "--prompt", "a calm sea", "--dry-run")
    assert "its limit is 1 kB" in film.sparkle_here(*new, *little).stdout


def test_further_takes_are_priced_before_they_are_made(film: Studio) -> None:
    keyframe = next(one for one in records(film) if one.engine.name == "storyboard")
    before = everything_in(film.home)
    found = takes_price("film", "frame_000", Recipe(prompt="a calm sea"), 1, home=film.home.root)
    said = film.sparkle_here("redo", "film", "frame_000", "--prompt", "a calm sea", "--dry-run")
    assert everything_in(film.home) == before
    (call,) = found.calls
    assert (call.engine, call.asked) == (str(keyframe.engine.name), {"size": "128x72"})
    assert call.seconds_from is Known.MEASURED
    assert "1 item to make" in said.stdout


def test_a_dry_run_of_a_new_home_makes_none(film: Studio, tmp_path: Path) -> None:
    new = Studio(tmp_path)
    said = new.sparkle_here("render", film.plans / "film.yaml", "--dry-run")
    assert "estimated by the engine" in said.stdout
    assert not new.home.root.exists()


def test_after_a_render_its_estimate_lies_beside_what_it_took(film: Studio) -> None:
    found = RunFolder(film.home, "film").price.read()
    assert found is not None
    assert found.was is not None
    made = records(film)
    was, estimated = total(found.was.values()), total(found.estimated.values())
    assert was.items == len(made)
    assert was.seconds == pytest.approx(sum(record.seconds for record in made))
    files = [file for one in made for file in (*one.outputs.values(), *one.previews.values())]
    assert was.disk_bytes == sum(file.size_bytes for file in files)
    assert estimated.items == was.items
    assert estimated.unknown == 0
    assert str(found) in film.sparkle_here("status", "film").stdout


def test_a_render_that_makes_nothing_leaves_the_last_ones_figures(rendered: Studio) -> None:
    folder = RunFolder(rendered.home, "film")
    before = folder.price.path.read_bytes()
    # A film that is up to date is not rendered, unless its name is taken anew.
    assert rendered.render(short_film(), "film", "--replace").made == {}
    assert folder.price.path.read_bytes() == before


def test_measurements_are_made_anew_from_the_records(film: Studio, tmp_path: Path) -> None:
    engines = {str(record.engine) for record in records(film)}
    elsewhere = SparkleHome(tmp_path)
    elsewhere.actions.symlink_to(film.home.actions)
    anew = Measurements(elsewhere)
    kept, looked_up = Measurements(film.home).recent(), anew.recent()
    assert not elsewhere.measurements.exists()
    anew.ensure()
    for engine in engines:
        assert kept.of(engine) == looked_up.of(engine) == anew.recent().of(engine) != []


def test_a_torn_line_is_passed_over_and_the_next_one_is_not(tmp_path: Path, film: Studio) -> None:
    first, second, *_ = records(film)
    home = SparkleHome(tmp_path)
    home.measurements.write_text('{"engine": "pain', encoding="utf-8")
    measurements = Measurements(home)
    measurements.add(first)
    measurements.add(second)
    found = measurements.recent()
    for record in (first, second):
        assert measurement_of(record) in found.of(str(record.engine))


def test_records_of_before_are_read_and_tell_nothing(film: Studio) -> None:
    record, *_ = records(film)
    older = record.model_copy(update={"making": None})
    assert "making" not in older.model_dump(mode="json")
    assert ActionRecord.model_validate_json(older.model_dump_json()) == older
    assert measurement_of(older) is None
