"""The front door for Python users: films, plans and explanations without a command line."""

from __future__ import annotations

import asyncio
import io
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from ruamel.yaml import YAML

import sparkle_motion_dagster as sparkle
from measure import frame_times
from plan_texts import changed
from sparkle_motion_dagster.api.rendering import home_at
from sparkle_motion_dagster.artifacts.addresses import digest_address
from sparkle_motion_dagster.artifacts.changing import changing
from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.artifacts.film_state import Wish
from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.operations.control import ask
from sparkle_motion_dagster.operations.uploads import keep_upload
from studio import REPOSITORY, short_film, write_plan
from waiting import until

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("python")
    write_plan(short_film(), folder / "film.yaml")
    return folder


@pytest.fixture(scope="module")
def film(folder: Path) -> sparkle.Film:
    """The film of the README, as a notebook renders it: in a running loop, without a terminal."""

    async def cell() -> None:
        exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - what it says must work

    [example] = [
        code for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "sparkle." in code
    ]
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SPARKLE_HOME", raising=False)
        patch.setattr(sys, "stdout", io.StringIO())
        asyncio.run(cell())
        assert "SPARKLE_HOME" not in os.environ
    assert names["explanation"].made == 0
    film: sparkle.Film = names["film"]
    return film


def test_a_film_says_what_it_is_and_where(film: sparkle.Film, folder: Path) -> None:
    assert (film.run_id, film.profile) == ("film", "animatic")
    assert film.path == folder / "films" / "runs" / "film" / "video_final" / "film.mp4"
    assert len(frame_times(film.path)) == film.facts.frames == 36
    assert (film.facts.width, film.facts.height) == (128, 72)
    assert film.facts.frame_rate == Fraction(12)
    assert film.poster.read_bytes().startswith(b"\xff\xd8")
    assert "Not tonight." in film.captions["srt"].read_text(encoding="utf-8")
    assert set(film.captions) == {"srt", "vtt"}
    assert film.manifests["base_images"].provenance.made == ("frame_000", "frame_001", "frame_002")


def test_a_film_is_found_and_explained_by_its_name_or_its_plan(
    film: sparkle.Film, folder: Path
) -> None:
    home = folder / "films"
    assert sparkle.find_film("film", home=home) == film
    assert sparkle.explain("film", home=home).made == 0
    plan = short_film()
    plan["base_images"][0]["prompt"] = "a lighthouse at noon"
    (folder / "edited").mkdir()
    edited = write_plan(plan, folder / "edited" / "film.yaml")
    explained = [
        sparkle.explain("film", plan=edited, home=home),
        sparkle.explain(plan=edited, home=home),
    ]
    assert explained[0] == explained[1]
    assert explained[0].made > 0


def test_what_is_wrong_is_raised_as_its_family(film: sparkle.Film, folder: Path) -> None:
    home = folder / "films"
    with pytest.raises(sparkle.InputError, match="there is no such file"):
        sparkle.load_plan(folder / "nothing.yaml")
    with pytest.raises(sparkle.InputError, match="no profile 'dreams'"):
        sparkle.render(folder / "film.yaml", profile="dreams", home=home)
    with pytest.raises(sparkle.InputError, match="There is no film 'nobody'"):
        sparkle.find_film("nobody", home=home)
    held = RunFolder(SparkleHome(home), "held")
    with held.held(doing="archived"), pytest.raises(sparkle.BusyError, match="being archived"):
        sparkle.render(folder / "film.yaml", run_id="held", home=home)


def test_what_was_uploaded_to_a_home_is_found_there(tmp_path: Path) -> None:
    home, picture = SparkleHome(tmp_path / "films"), tmp_path / "lamp.png"
    Image.new("RGB", (160, 90)).save(picture)
    digest = digest_file(picture)
    keep_upload(home, picture, digest, "lamp.png")
    prompt = "    prompt: lamp room\n"
    text = changed((prompt, f"{prompt}    asset_uri: {digest_address(digest)}\n"))
    (plan := tmp_path / "lamp.yaml").write_text(text)
    assert sparkle.explain(plan=plan, home=home.root).made > 0


def test_a_home_may_lie_in_the_users_own() -> None:
    assert home_at("~/films").root == Path.home().resolve() / "films"


def test_a_run_that_fails_says_why(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "weightless"
    profile["resources"]["images"]["config"] = {
        "engine": "sdxl", "settings": {"weights": str(folder / "nothing")},
    }  # fmt: skip
    yaml.dump(profile, folder / "weightless.yaml")
    monkeypatch.setenv("SPARKLE_PROFILES", str(folder))
    broken = write_plan(short_film(), folder / "broken.yml")
    with pytest.raises(sparkle.RunFailedError) as caught:
        sparkle.render(broken, profile="weightless", run_id="broken", home=folder / "films")
    assert "base_images" in str(caught.value)
    assert caught.value.exit_code == 1
    with pytest.raises(sparkle.NoFilmError, match="broken has no film yet"):
        sparkle.find_film("broken", home=folder / "films")


def test_a_plan_is_a_record_that_programs_change_and_render(
    film: sparkle.Film, folder: Path
) -> None:
    plan = sparkle.load_plan(str(folder / "film.yaml"))
    assert [shot.id for shot in plan.shots] == ["shot_001", "shot_002"]
    renamed = plan.model_copy(update={"title": "Another Light"})
    with pytest.raises(sparkle.InputError, match="give a run_id"):
        sparkle.render(renamed, home=folder / "films")
    another = sparkle.render(renamed, run_id="another", home=folder / "films")
    assert another.manifests["video_final"].provenance.made == ("film",)
    assert another.manifests["lipsync_clips"].provenance.made == ()


def test_what_is_doubtful_in_a_film_is_logged(
    film: sparkle.Film, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plan = short_film()
    for line in (plan["shots"][1]["dialogue"][0], plan["dialogue_timeline"][1]):
        line["text"] = "Not tonight 😀."
    sparkle.render(write_plan(plan, folder / "doubtful.yaml"), home=folder / "films")
    spoken, drawn = [
        record.message
        for record in caplog.records
        if record.name == "sparkle_motion_dagster.api.rendering"
    ]
    assert spoken.startswith("dialogue_wavs: all_spoken")
    assert "line 1: 😀" in spoken
    assert drawn.startswith("base_images: prompt_read")


def test_a_film_that_waits_for_a_person_is_not_finished(film: sparkle.Film, folder: Path) -> None:
    plan = short_film()
    plan["render_profile"]["review"] = ["movie_plan"]
    (folder / "reviewed").mkdir()
    reviewed = write_plan(plan, folder / "reviewed" / "film.yaml")
    with pytest.raises(sparkle.NoFilmError, match="movie_plan of film waits for a person's review"):
        sparkle.render(reviewed, home=folder / "others")


def test_a_process_renders_one_film_at_a_time_until_somebody_pauses_it(folder: Path) -> None:
    plan, home = folder / "film.yaml", SparkleHome(folder / "others")
    paused, waits = RunFolder(home, "paused"), threading.Event()

    def meanwhile() -> None:
        with changing(home):
            waits.set()
            until("the render begins", paused.is_held)
            with pytest.raises(sparkle.BusyError, match="renders a film already"):
                sparkle.render(plan, run_id="meanwhile", home=folder / "films")
            ask(paused, Wish.PAUSE)

    with ThreadPoolExecutor() as threads:
        asking = threads.submit(meanwhile)
        assert waits.wait(60)
        with pytest.raises(sparkle.NoFilmError, match="dialogue_wavs: Paused before"):
            sparkle.render(plan, run_id="paused", home=home.root)
        asking.result()


def test_what_it_offers_is_loaded_when_it_is_used() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "import sparkle_motion_dagster as sparkle\n"
        "print(*set(sys.modules) - before)\n"
        "assert 'pydantic' not in sys.modules\n"
        "assert all(getattr(sparkle, name) for name in sparkle.__all__)\n"
        "assert 'dagster' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    ours = [name for name in done.stdout.split() if name.startswith("sparkle")]
    assert ours == ["sparkle_motion_dagster"]
