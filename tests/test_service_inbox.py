"""The inbox with its real daemon: what is dropped there becomes what `sparkle render` makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gates import GatedStudio
from service import Service, film, service, spoken
from studio import Plan, Rendered, Studio, write_plan
from waiting import until

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(GatedStudio(tmp_path_factory.mktemp("inbox"))) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A home that films are rendered in with `sparkle render`, to compare with."""
    return Studio(tmp_path_factory.mktemp("elsewhere"))


def drop(daemon: Service, plan: Plan, name: str) -> Path:
    """Put a plan into the inbox as people do: written elsewhere, and moved in."""
    written = write_plan(plan, daemon.studio.root / f"{name}.yaml")
    return written.replace(daemon.studio.plans / f"{name}.yaml")


def made_by_daemon(daemon: Service, name: str, after: tuple[str, ...] = ()) -> Rendered:
    """Wait until the daemon has rendered a film."""
    run = daemon.succeeds(daemon.next_run(name, after))
    assert run.tags["sparkle/started_by"] == "inbox"
    assert run.tags["sparkle/state"] == "rendered"
    return daemon.studio.rendered(name)


def assert_equal(of_daemon: Rendered, of_command: Rendered) -> None:
    """Check that all files of all stages are the same."""
    assert of_daemon.digests == of_command.digests
    assert of_daemon.content == of_command.content
    assert "video_final" in of_daemon.content


def test_a_dropped_plan_becomes_the_film_that_the_command_makes(
    daemon: Service, elsewhere: Studio
) -> None:
    drop(daemon, film("Harbour"), "harbour")

    of_daemon = made_by_daemon(daemon, "harbour")
    assert_equal(of_daemon, elsewhere.render(film("Harbour"), "harbour"))
    assert daemon.studio.film("harbour").is_file()


def test_a_wrong_plan_is_rejected_beside_a_good_one_and_taken_when_it_is_mended(
    daemon: Service, elsewhere: Studio
) -> None:
    good, mended = film("Good"), film("Wrong")
    wrong = mended | {"shots": [mended["shots"][0] | {"duration_sec": -1.0}, mended["shots"][1]]}
    dropped = drop(daemon, wrong, "wrong")
    lines = dropped.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "duration_sec: -1.0" in text)
    drop(daemon, good, "good")

    assert_equal(made_by_daemon(daemon, "good"), elsewhere.render(good, "good"))
    report = daemon.studio.plans / "rejected" / "wrong.yaml.txt"
    until("the wrong plan is rejected", lambda: report.exists() and not dropped.exists())
    assert (report.parent / dropped.name).read_text().splitlines() == lines
    said = report.read_text()
    assert f"line {line}" in said
    assert "shots[0].duration_sec" in said
    assert daemon.runs("wrong") == []

    drop(daemon, mended, "wrong")
    assert_equal(made_by_daemon(daemon, "wrong"), elsewhere.render(mended, "wrong"))


def test_an_edit_waits_for_its_films_run_and_is_rendered_then(
    daemon: Service, elsewhere: Studio
) -> None:
    plan = film("Edited")
    edit = spoken(plan, "Tonight.")
    with daemon.studio.gate_closed():
        drop(daemon, plan, "edited")
        first = daemon.caught_at("edited", "shot_clips").dagster_run
        assert first is not None
        drop(daemon, edit, "edited")
        until(
            "the edit is told to wait",
            lambda: "runs that their films have end: edited." in daemon.why_nothing("inbox"),
        )

    daemon.succeeds(first)
    of_edit = made_by_daemon(daemon, "edited", after=(first,))
    assert_equal(of_edit, elsewhere.render(edit, "edited"))
    assert len(daemon.runs("edited")) == 2
