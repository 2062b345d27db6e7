"""Weights that come in packages: found, joined, compared; missing and damaged ones are named."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.machinery.packaged_weights import PackagedFile, PackagedPart
from sparkle_motion_dagster.engines.machinery.weights_errors import (
    DamagedWeightsError,
    MissingWeightsError,
)

PARTS = {"weights-one": b"first half, ", "weights-two": b"second half"}
WHOLE = b"".join(PARTS.values())


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, each with a part of the weights."""
    for name, content in PARTS.items():
        module = tmp_path / name.replace("-", "_")
        module.mkdir()
        (module / "part.bin").write_bytes(content)
        (tmp_path / f"{module.name}-1.0.dist-info").mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (tmp_path / f"{module.name}-1.0.dist-info" / "METADATA").write_text(metadata)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def weights(version: str = "1.0") -> PackagedFile:
    parts = [
        PackagedPart(f"{name}=={version}", f"{name.replace('-', '_')}/part.bin") for name in PARTS
    ]
    return PackagedFile(tuple(parts), sha256(WHOLE).hexdigest())


def test_parts_are_joined_in_order(packages: Path) -> None:
    assert weights().read("singer") == WHOLE


def test_what_is_not_installed_is_named_with_what_to_type(packages: Path) -> None:
    (packages / "weights_two" / "part.bin").unlink()
    with pytest.raises(MissingWeightsError) as error:
        weights().read("singer")
    assert "The weights of singer are not installed." in str(error.value)
    assert str(error.value).endswith(
        "--force-reinstall --no-deps weights-one==1.0 weights-two==1.0"
    )


def test_another_version_is_no_part_of_it(packages: Path) -> None:
    assert weights("1.1").located() is None


def test_damaged_weights_are_refused(packages: Path) -> None:
    (packages / "weights_two" / "part.bin").write_bytes(b"second hall")
    with pytest.raises(DamagedWeightsError, match="are damaged: their sha256 is") as error:
        weights().read("singer")
    assert "weights-one==1.0 weights-two==1.0" in str(error.value)


def test_the_advice_is_a_command_that_runs(packages: Path) -> None:
    with pytest.raises(MissingWeightsError) as error:
        weights("1.1").read("singer")
    command = str(error.value).partition("Type: ")[2]
    ended = subprocess.run(
        [*command.split(), "--dry-run", "--no-index", f"--find-links={packages}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.split()[0] == sys.executable
    assert "No matching distribution found for weights-one==1.1" in ended.stderr
