"""`sparkle write`: what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from PIL import Image

from sparkle_motion_dagster.cli.main import main
from sparkle_motion_dagster.plan.reading.loading import load_plan


def test_a_script_that_cannot_be_read_is_wrong_input(tmp_path: Path) -> None:
    script = tmp_path / "film.fountain"
    missing = CliRunner().invoke(main, ["write", "--from", str(script)])
    assert missing.exit_code == 2
    assert f"{script} cannot be read: No such file" in missing.stderr
    script.write_text("> THE END <")
    empty = CliRunner().invoke(main, ["write", "--from", str(script)])
    assert empty.exit_code == 2
    assert f"{script}: It has neither action nor speech" in empty.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["film.fountain"]


def test_it_says_what_it_wrote_and_what_became_of_it(tmp_path: Path) -> None:
    script = tmp_path / "film.fountain"
    script.write_text("EXT. PIER\n\nRain.\n\nMARA\nNot tonight.\n")
    wrote = CliRunner().invoke(main, ["write", "--from", str(script)])
    assert wrote.exit_code == 0
    assert f"{tmp_path / 'film.yaml'}: 2 shots, 2 keyframes, 1 characters." in wrote.stdout
    script.write_text("EXT. PIER\n\nRain.\n\nMARA\nTonight.\n")
    again = CliRunner().invoke(main, ["write", "--from", str(script)])
    assert "1 shots stay as they are. Told otherwise: pier_02. New: none." in again.stdout


def test_it_says_where_pictures_went(tmp_path: Path) -> None:
    script = tmp_path / "film.fountain"
    script.write_text("EXT. PIER\n\nRain.\n\nMARA\nNot tonight.\n")
    (tmp_path / "stills").mkdir()
    Image.new("RGB", (64, 36), "grey").save(tmp_path / "stills" / "1-1.png")
    (tmp_path / "stills" / "notes.txt").write_text("later")
    wrote = CliRunner().invoke(
        main, ["write", "--from", str(script), "--pictures", str(tmp_path / "stills")]
    )
    assert wrote.exit_code == 0, wrote.output
    said = [" ".join(line.split()) for line in wrote.stdout.splitlines()]
    assert "stills/1-1.png shot 1-1 its name; no face is found" in said
    assert any(line.startswith("Not used: stills/notes.txt: it is no picture") for line in said)
    assert "Drawn: shots 1-2." in said
    assert load_plan(tmp_path / "film.yaml").plan.base_images[0].picture == "stills/1-1.png"
