"""An engine that somebody else's distribution brings: installed, and a film rendered with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from ruamel.yaml import YAML
from uv import find_uv_bin

from sparkle_motion_dagster.config_files import CONFIGS
from studio import REPOSITORY, Studio, silent_shot

PACKAGE = Path(__file__).parent / "support" / "engine_package"


def installed(folder: Path) -> Path:
    """Return the Python of an environment like this one, in which the package is installed.

    What this environment holds, and the checkout, are found from there.
    """
    uv: list[str | Path] = [find_uv_bin(), "--quiet", "--offline"]
    subprocess.run([*uv, "venv", "--python", sys.executable, folder], check=True)
    python = folder / "bin" / "python"
    version = f"python{sysconfig.get_python_version()}"
    around = folder / "lib" / version / "site-packages" / "around.pth"
    around.write_text(f"{REPOSITORY}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    # Building writes into the source.
    source = shutil.copytree(PACKAGE, folder / "source")
    options: list[str | Path] = ["--python", python, "--no-deps", "--no-build-isolation"]
    subprocess.run([*uv, "pip", "install", *options, source], check=True)
    return python


def test_a_film_is_rendered_with_an_engine_that_is_only_installed(tmp_path: Path) -> None:
    python = installed(tmp_path / "environment")
    yaml = YAML(typ="safe", pure=True)
    profile = yaml.load(CONFIGS / "profiles" / "animatic.yaml")
    profile["resources"]["film"]["config"]["profile"] = "sketched"
    profile["resources"]["images"]["config"] = {"engine": "sketch", "settings": {"line_width": 3}}
    (tmp_path / "profiles").mkdir()
    yaml.dump(profile, tmp_path / "profiles" / "sketched.yaml")

    studio = Studio(tmp_path / "studio")
    sparkle = "from sparkle_motion_dagster.cli.main import main; main()"
    render: list[str | Path] = [
        "render",
        "--profile",
        "sketched",
        "--run-id",
        "film",
        studio.write(silent_shot()),
    ]
    result = subprocess.run(
        [python, "-c", sparkle, *render],
        env=studio.environment | {"SPARKLE_PROFILES": str(tmp_path / "profiles")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    keyframes = studio.manifests()["base_images"]
    assert keyframes.engine is not None
    assert keyframes.engine.name == "sketch"
    assert keyframes.engine.settings == {"line_width": 3}
    assert studio.film().is_file()
