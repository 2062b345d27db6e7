"""`sparkle write`: what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from sparkle_motion_dagster.cli.main import main


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
