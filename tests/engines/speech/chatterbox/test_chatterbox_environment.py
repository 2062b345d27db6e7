"""Chatterbox's environment is whole beside any build of torch."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.machinery.workers import worker_variables
from sparkle_motion_dagster.engines.speech.chatterbox import PROGRAM
from worker_environments import STAND_INS, furnished

COMPILED = ("_torchaudio.abi3.so", "libtorchaudio.abi3.so", "torchaudio_prefixctc.abi3.so")
"""The compiled parts of torchaudio 2.11."""

PACKAGES = ("chatterbox-tts", "torchaudio", "s3tokenizer", "resemble-perth")


def write_packages(folder: Path) -> Path:
    """Write the stand-ins as they are installed: with torchaudio's compiled parts, and versions."""
    shutil.copytree(STAND_INS / "chatterbox", folder, ignore=shutil.ignore_patterns("__pycache__"))
    library = folder / "torchaudio" / "lib"
    library.mkdir()
    for name in COMPILED:
        (library / name).touch()
    for package in PACKAGES:
        described = folder / f"{package.replace('-', '_')}-1.0.dist-info"
        described.mkdir()
        described.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        )
    return folder


@pytest.mark.parametrize("cuda", [None, "12.8"])
def test_it_is_whole_beside_any_build_of_torch(
    cuda: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cuda is not None:
        monkeypatch.setenv("STAND_IN_CUDA", cuda)
    packages = write_packages(tmp_path / "packages")
    environment = furnished(tmp_path, "chatterbox", [packages]).of(PROGRAM)

    ready = subprocess.run(
        [*PROGRAM.command(environment.python), "--ready"],
        env=worker_variables(PROGRAM, tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ready.returncode == 0, ready.stderr
    assert json.loads(ready.stdout)["torchaudio"] == "1.0"
    assert list((packages / "torchaudio" / "lib").iterdir()) == []
