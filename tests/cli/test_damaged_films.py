"""Run folders that somebody edited, damaged, moved: all commands say the same of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from sparkle_motion_dagster.artifacts.actions import ActionLog
from sparkle_motion_dagster.artifacts.store import Store
from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.forecast.explanation import Explanation
from studio import Studio

Damage = Callable[[Studio, Path], object]


def sparkle(studio: Studio, *arguments: str) -> Result:
    environment = {
        name: value for name, value in studio.environment.items() if name.startswith("SPARKLE_")
    }
    return CliRunner().invoke(main, arguments, env=environment)


def explained(studio: Studio) -> Explanation:
    return Explanation.model_validate_json(sparkle(studio, "explain", "film", "--json").stdout)


def stored(studio: Studio, path: Path) -> Path:
    """Return where the store has what a run folder shows."""
    (artifact,) = [
        one for one in studio.manifests()[path.parent.name].artifacts if one.file == path.name
    ]
    return Store(studio.home.store).path_of(artifact.sha256)


def gone(_: Studio, path: Path) -> None:
    path.unlink()


def replaced(_: Studio, path: Path) -> None:
    path.unlink()
    Image.new("RGB", (128, 72), "orange").save(path)


def edited_in_place(studio: Studio, path: Path) -> None:
    """Edit a file that is one with the store's."""
    path.unlink()
    path.hardlink_to(stored(studio, path))
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[data.find(b"mdat") + 500] ^= 255
    with path.open("r+b") as file:
        file.write(data)


def rewritten(_: Studio, path: Path) -> None:
    path.chmod(0o644)
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nAs I like it.\n")


def truncated(_: Studio, path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:3000])


def emptied(_: Studio, path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"")


def scribbled(_: Studio, path: Path) -> None:
    path.write_text("{")


def linked(studio: Studio, path: Path) -> None:
    path.unlink()
    (studio.root / "elsewhere.vtt").write_text("WEBVTT\n")
    path.symlink_to(studio.root / "elsewhere.vtt")


def made_a_folder(_: Studio, path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "note.txt").write_text("mine")


def lost_in_the_store(studio: Studio, path: Path) -> None:
    stored(studio, path).unlink()


def damaged_record(studio: Studio, path: Path) -> None:
    artifact = studio.manifests()[path.parent.name].artifact(path.stem, "image")
    truncated(studio, ActionLog(studio.home.actions).path_of(artifact.fingerprint))
    scribbled(studio, ActionLog(studio.home.actions).path_of(artifact.fingerprint))


KEPT = "was changed since it was published: kept as kept"
BROKEN = "is damaged: empty, truncated or unreadable: moved to set-aside, put back from the store"

EDITED = "lipsync_clips/shot_002.mp4"

TABLE: list[tuple[str, Damage, str]] = [
    ("state.json", scribbled, "will be asked for again: moved to set-aside."),
    ("base_images/frame_000.png", gone, "is gone: put back from the store."),
    ("base_images/frame_001.png", replaced, f"{KEPT}/base_images/frame_001.png, put back"),
    ("base_images/frame_002.png", truncated, f"{BROKEN}."),
    ("shot_clips/shot_002.jpg", emptied, f"{BROKEN}."),
    (EDITED, edited_in_place, f"{KEPT}/{EDITED}, to be made"),
    ("dialogue_wavs/line_0001.wav", lost_in_the_store, "taken back into the store."),
    ("video_final/film.srt", rewritten, f"{KEPT}/video_final/film.srt, put back from the store."),
    ("video_final/film.vtt", linked, "replaced by a link: kept as kept/video_final/film.vtt, put"),
    ("video_final/film.jpg", made_a_folder, "by a folder: kept as kept/video_final/film.jpg, put"),
    (
        "shot_clips/mine.mp4",
        scribbled,
        "none of the film's files: kept as kept/shot_clips/mine.mp4.",
    ),
]


def test_all_commands_say_the_same_of_a_damaged_film_and_render_mends_it(rendered: Studio) -> None:
    run = rendered.home.runs / "film"
    before = rendered.rendered()
    damaged_record(rendered, run / "base_images" / "frame_000.png")
    for name, damage, _ in TABLE:
        damage(rendered, run / name)
    edited = (run / EDITED).read_bytes()
    mends = explained(rendered).mends
    for name, _, words in TABLE:
        assert sum(line.startswith(name) and words in line for line in mends) == 1, (name, mends)
    again = [line for line in mends if "is to be made again" in line]
    assert len(mends) == len(TABLE) + len(again)
    assert again == [
        "base_images: frame_000 is to be made again: its action record is damaged.",
        "lipsync_clips: shot_002 is to be made again: its stored clip is missing or damaged.",
    ]
    status, verified = (sparkle(rendered, command, "film") for command in ("status", "verify"))
    assert (status.exit_code, verified.exit_code) == (0, 1)
    for line in set(mends) - set(again):
        assert f"Not as published: {line}" in status.stdout
        assert line in verified.stdout
    assert "`sparkle render PLAN --run-id film` mends that." in status.stdout
    render = rendered.sparkle("render", rendered.plans / "film.yaml")
    assert render.returncode == 0, render.stderr
    said = [line.partition("Mended: ")[2] for line in render.stderr.splitlines()]
    assert [line for line in said if line] == [
        *sorted(set(mends) - set(again), key=mends.index),
        *again,
    ]
    assert rendered.rendered().digests == before.digests
    assert (run / "kept" / EDITED).read_bytes() == edited
    assert (run / "kept/video_final/film.jpg/note.txt").read_text() == "mine"
    assert (run / "kept/video_final/film.vtt").readlink() == rendered.root / "elsewhere.vtt"
    assert "As I like it." in (run / "kept/video_final/film.srt").read_text()
    verified = sparkle(rendered, "verify")
    assert verified.exit_code == 0, verified.stdout
    assert explained(rendered).mends == ()
    pruned = sparkle(rendered, "prune", "--films", "--older-than", "PT0S")
    assert "kept/video_final/film.srt" in pruned.stdout


def test_another_edit_never_takes_the_place_of_one_that_is_kept(rendered: Studio) -> None:
    path = rendered.home.runs / "film" / "base_images" / "frame_001.png"
    for _ in range(2):
        replaced(rendered, path)
        assert sparkle(rendered, "verify", "film", "--repair").exit_code == 0
    kept = path.parents[1] / "kept" / "base_images"
    assert sorted(one.name for one in kept.iterdir()) == ["frame_001.2.png", "frame_001.png"]
    assert explained(rendered).made == 0


def renamed(run: Path) -> None:
    run.rename(run.with_name("other"))


def copied(run: Path) -> None:
    shutil.copytree(run, run.with_name("other"))


def linked_as_another(run: Path) -> None:
    run.with_name("other").symlink_to(run)


@pytest.mark.parametrize(
    ("move", "words"),
    [
        (renamed, "is the folder of film under another name. Name it back: `mv "),
        (copied, "is a copy of the folder of film, or a link to it"),
        (linked_as_another, "is a copy of the folder of film, or a link to it"),
    ],
)
def test_a_run_folder_under_another_name_is_recognised(
    rendered: Studio, move: Callable[[Path], None], words: str
) -> None:
    move(rendered.home.runs / "film")
    plan = str(rendered.plans / "film.yaml")
    for command in (
        ("status",),
        ("status", "other"),
        ("explain", "other"),
        ("verify", "other"),
        ("verify", "other", "--repair"),
        ("render", plan, "--run-id", "other"),
    ):
        result = sparkle(rendered, *command)
        assert result.exit_code == 1, command
        assert f"{rendered.home.runs / 'other'} {words}" in result.output, command
    assert (rendered.home.runs / "other" / "movie_plan" / "manifest.json").exists()


@pytest.mark.parametrize("damage", [gone, emptied])
def test_a_film_whose_file_is_gone_is_not_named(rendered: Studio, damage: Damage) -> None:
    damage(rendered, rendered.film())
    assert "Film, of" not in sparkle(rendered, "status", "film").stdout
    assert "not as published" in sparkle(rendered, "status").stdout


def test_a_frozen_plan_that_is_lost_is_asked_for(rendered: Studio) -> None:
    plan = rendered.home.runs / "film" / "movie_plan" / "movie_plan.json"
    lost_in_the_store(rendered, plan)
    (rendered.plans / "film.yaml").rename(rendered.root / "film.yaml")
    assert explained(rendered).made == 0  # it is still in the run folder
    emptied(rendered, plan)
    result = sparkle(rendered, "explain", "film")
    assert result.exit_code == 2
    assert "`sparkle render PLAN --run-id film`" in result.output
    given = sparkle(rendered, "explain", "film", "--plan", str(rendered.root / "film.yaml"))
    assert given.exit_code == 0
    assert "movie_plan/movie_plan.json is damaged" in given.stdout
