"""The control panel on a film that is there: its widgets are clicked through code, and read.

The server is a real one, as a process; nobody renders for its home, so that nothing changes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ipywidgets import HTML, Button, Video, Widget
from PIL import Image

from film_server import FilmServer, film_server, free_port
from notebook_steps import click, text
from sparkle_motion_dagster.artifacts.run_folder import RunFolder
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.film.stages import FILM, STAGES, VIDEO_FINAL
from sparkle_motion_dagster.notebook.client import Client
from sparkle_motion_dagster.notebook.panel import ControlPanel
from sparkle_motion_dagster.notebook.problems import (
    NotThereError,
    RefusedError,
    ServerUnreachableError,
)
from sparkle_motion_dagster.notebook.server import Server, connect
from studio import Gallery, Studio, short_film, write_plan
from waiting import until

_PICTURE = re.compile(r'src="data:(?P<type>[a-z/0-9-]+);base64,(?P<data>[^"]+)"')


@pytest.fixture(scope="module")
def studio(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Return a studio with a film, and a second take of a keyframe."""
    studio = gallery.short_film().copy(tmp_path_factory.mktemp("notebook"))
    assert studio.sparkle_here("redo", "film", "frame_002").returncode == 0
    return studio


@pytest.fixture(scope="module")
def served(studio: Studio) -> Iterator[FilmServer]:
    with film_server(studio) as server:
        yield server


@pytest.fixture(scope="module")
def server(served: FilmServer, studio: Studio) -> Iterator[Server]:
    with connect(served.address, served.token, studio.home.root) as server:
        yield server


@pytest.fixture
def panel(server: Server) -> Iterator[ControlPanel]:
    panel = ControlPanel(server)
    panel.films.choose("film")
    until("the plan is shown", lambda: panel.plan.shots.value)
    yield panel
    panel.close()


def test_what_is_not_there_is_said_in_a_sentence(server: Server) -> None:
    with pytest.raises(NotThereError, match="There is no film 'nothing'"):
        server.client.standing("nothing")
    address = f"http://127.0.0.1:{free_port()}"
    nobody = Client(address)
    with pytest.raises(ServerUnreachableError, match=f"No server of films answers at {address}"):
        nobody.films()
    nobody.close()


def test_who_writes_without_the_token_is_told_where_it_is(served: FilmServer) -> None:
    stranger = Client(served.address, "not-the-token-at-all")
    with pytest.raises(RefusedError, match="token"):
        stranger.control("film", "pause")
    stranger.close()


def test_the_plan_is_shown_as_a_table(panel: ControlPanel) -> None:
    shown = text(panel.plan.shots)
    assert shown.startswith("Harbour Light: 2 shots, 3.0 s")
    assert "shot_002 2.0 Mara speaks to the storm Mara: Not tonight." in shown


def test_the_editor_names_field_and_line_of_what_is_wrong(panel: ControlPanel) -> None:
    good = str(panel.plan.editor.value)
    line = next(n for n, one in enumerate(good.splitlines(), 1) if "duration_sec" in one)
    panel.plan.editor.value = re.sub(r"duration_sec: [\d.]+", "duration_sec: soon", good, count=1)
    click(panel.plan.check)
    assert re.search(rf"line {line}, \S*duration_sec", text(panel.plan.verdict))
    assert panel.plan.is_edited
    panel.plan.editor.value = good
    click(panel.plan.check)
    assert "2 shots, 3.0 s, 1 lines. It keeps all rules" in text(panel.plan.verdict)


def test_what_a_plan_says_is_shown_and_never_run(panel: ControlPanel, tmp_path: Path) -> None:
    title = "<img src=x onerror=alert(1)>"
    plan = short_film() | {"title": title}
    path = write_plan(plan, tmp_path / "plan.yaml")
    panel.plan.editor.value = path.read_text(encoding="utf-8")
    assert title in text(panel.plan.shots)
    assert "<img" not in panel.plan.shots.value


def test_a_plan_is_saved_over_the_one_that_it_was_made_from(
    panel: ControlPanel, studio: Studio
) -> None:
    before = str(panel.plan.editor.value)
    panel.plan.editor.value = before.replace("Harbour Light", "Harbour Night")
    click(panel.plan.save)
    assert "Harbour Night" in (studio.plans / "film.yaml").read_text(encoding="utf-8")
    assert not panel.plan.is_edited
    panel.plan.editor.value = before
    click(panel.plan.save)


def test_a_dry_run_says_what_would_be_made(panel: ControlPanel) -> None:
    click(panel.dry_run)
    assert "film (animatic): 0 items will be made" in text(panel.listing)
    assert "Nothing is made: everything is in the store." in text(panel.listing)


def test_status_and_artifacts_are_listed(panel: ControlPanel, studio: Studio) -> None:
    click(panel.status)
    assert panel.messages.texts[0] == "film: rendered: a film of 3.0 s"
    assert "video_final 2 2" in text(panel.listing)  # the mastered sound, and the film
    click(panel.list_artifacts)
    manifests = RunFolder(studio.home, "film").manifests()
    amount = sum(len(one.artifacts) for one in manifests.values())
    assert text(panel.listing).startswith(f"film: {amount} files.")
    assert manifests[VIDEO_FINAL].artifact(FILM, "film").sha256[:12] in text(panel.listing)


@pytest.mark.parametrize("stage", STAGES)
def test_every_artifact_has_a_preview_of_its_kind(
    panel: ControlPanel, studio: Studio, stage: str
) -> None:
    panel.artifacts.stage.value = stage
    click(panel.artifacts.show)
    while panel.artifacts.more.layout.display != "none":
        click(panel.artifacts.more)
    made = {one.sha256: one for one in studio.manifests()[stage].artifacts}
    shown = panel.artifacts.gallery.children
    assert len(shown) == sum(1 for _ in studio.manifests()[stage].artifacts)
    kinds = sorted(one.media_type.partition("/")[0] for one in made.values())
    pictures = sum("<img" in one.value and "<audio" not in one.value for one in _pages(shown))
    sounds = [one for one in _pages(shown) if "<audio" in one.value]
    clips = [one for child in shown for one in getattr(child, "children", ())
             if isinstance(one, Video)]  # fmt: skip
    assert len(clips) == kinds.count("video")
    assert {hashlib.sha256(clip.value).hexdigest() for clip in clips} <= made.keys()
    assert len(sounds) == kinds.count("audio")
    assert pictures == kinds.count("image")
    waves = [sound for sound in sounds if "audio/wav" in sound.value]
    assert len(waves) == sum(one.media_type == "audio/wav" for one in made.values())
    assert all(map(_is_waveform, waves))


def _pages(shown: tuple[Widget, ...]) -> list[HTML]:
    return [one for one in shown if isinstance(one, HTML)]


def _is_waveform(sound: HTML) -> bool:
    """Tell whether a sound is shown with a picture of its wave, in which something is loud."""
    found = _PICTURE.search(sound.value)
    assert found is not None
    with Image.open(io.BytesIO(base64.b64decode(found["data"]))) as picture:
        colours = picture.convert("RGB").getcolors(picture.width * picture.height)
    return found["type"] == "image/png" and colours is not None and len(colours) > 1


def test_the_finished_film_is_embedded_byte_for_byte(panel: ControlPanel, studio: Studio) -> None:
    click(panel.final.show)
    player, facts = panel.final.result.children
    assert isinstance(player, Video)
    assert Store(studio.home.store).write(player.value).sha256 in text(facts)
    assert player.value == studio.film().read_bytes()
    assert panel.final.finalize.layout.display == "none"


def test_takes_are_seen_chosen_and_pinned(panel: ControlPanel) -> None:
    click(panel.takes.show)
    assert panel.takes.item.value == "keyframe frame_002"
    shown = text(panel.takes.result)
    assert "1 in the film as the plan says" in shown
    assert panel.takes.result.value.count("data:image/jpeg;base64,") == 2
    panel.takes.number.value = 2
    click(panel.takes.choose)
    until("take 2 is chosen", lambda: "2 chosen" in text(panel.takes.result))
    click(panel.takes.pin)
    until("it is pinned", lambda: "2 chosen, pinned" in text(panel.takes.result))
    click(panel.takes.unpin)
    until("it is unpinned", lambda: "pinned" not in text(panel.takes.result))
    panel.takes.number.value = 1
    click(panel.takes.choose)
    until("take 1 is chosen", lambda: "1 in the film, chosen" in text(panel.takes.result))


def test_a_film_is_archived_and_restored(
    panel: ControlPanel, studio: Studio, tmp_path_factory: pytest.TempPathFactory
) -> None:
    panel.drive.folder.value = str(tmp_path_factory.mktemp("drive"))
    digests = studio.rendered().digests
    click(panel.drive.archive)
    assert "Archived film in" in text(panel.drive.result)
    assert panel.drive.bar.value == 1.0
    shutil.rmtree(studio.home.runs / "film")
    until("it is gone", lambda: panel.films.standing is None)
    panel.drive.run_id.value = "film"
    click(panel.drive.restore)
    assert "All of it is whole." in text(panel.drive.result)
    assert studio.rendered().digests == digests
    assert panel.films.run_id == "film"


def test_a_render_over_its_limits_is_refused_and_has_a_button(
    panel: ControlPanel, studio: Studio
) -> None:
    plan = short_film()
    plan["base_images"][0]["prompt"] = "calm sea before a stone lighthouse, noon, 35mm"
    plan["render_profile"]["limits"] = {"disk_gb": 1e-9}
    before = (studio.plans / "film.yaml").read_bytes()
    studio.write(plan)
    assert panel.render_over_limits.layout.display == "none"
    click(panel.dry_run)
    assert "items to make" in text(panel.listing)
    assert "its limit is 0 kB" in text(panel.listing)
    click(panel.render)
    assert "film is over its limits" in panel.messages.texts[0]
    assert panel.render_over_limits.layout.display is None
    click(panel.render_over_limits)
    assert "film is ordered (render_movie)" in panel.messages.texts[0]
    assert panel.render_over_limits.layout.display == "none"
    click(panel.pause)
    (studio.plans / "film.yaml").write_bytes(before)


def test_what_goes_wrong_is_said_and_the_button_works_again(panel: ControlPanel) -> None:
    panel.prompt.value = " "
    click(panel.generate)
    assert panel.messages.texts[0] == "Write into the prompt what the film is to be about."
    click(panel.pause)
    assert "Error" in text(panel.messages.widget)
    assert not panel.pause.disabled


def test_all_of_it_is_in_the_panel(panel: ControlPanel) -> None:
    labels = {one.description for one in _buttons(panel.widget)}
    assert labels >= {"Generate plan", "Render", "Dry run", "Pause", "Resume", "Stop", "Status",
                      "Artifacts"}  # fmt: skip


def _buttons(widget: Widget) -> Iterator[Button]:
    if isinstance(widget, Button):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from _buttons(child)


def test_without_a_film_the_reason_and_a_button_are_shown(
    panel: ControlPanel, studio: Studio
) -> None:
    shutil.rmtree(studio.home.runs / "film" / VIDEO_FINAL)
    click(panel.final.show)
    assert "film has no finished film" in text(panel.final.result)
    assert panel.final.finalize.layout.display == ""
    click(panel.final.finalize)
    assert "film is ordered (finalize_movie)" in panel.messages.texts[0]
    until("it is heard of", lambda: "queued" in text(panel.live.summary))
