"""The benchmark of the models: run as it is on a GPU, with tiny models on the CPU."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks import gpu, gpu_shapes
from benchmarks.gpu_compare import speeds
from benchmarks.gpu_models import BenchmarkError, check, checkpoint
from benchmarks.gpu_report import (
    MINUTES,
    PARTS,
    Part,
    Quantity,
    Results,
    Row,
    replace_section,
    section,
)
from benchmarks.gpu_subject import Variant
from signals import hear_signals
from sparkle_motion_dagster.config_files import CONFIGS
from sparkle_motion_dagster.gpu.presets import load_presets

_ROOT = Path(__file__).parents[1]
_LOADS = ("load, cold", "load, cached", "load, warm", "load, cached, bare")
_COMPARED = ("bare", "ours", "ours over bare", "GPU busy", "peak memory, ours")
_SPEEDS = {
    "sdxl-speed": {"attention math", "layerwise casting to 8 bits", "distilled LoRA, 4 steps"},
    "wan-1.3b-speed": {"TaylorSeer cache", "distilled LoRA, 4 steps"},
    "wan-14b-speed": {"TaylorSeer cache", "first-block cache", "MagCache"},
}
_HANGS_S = 1800
"""After how long a command hangs, in seconds; a quiet machine takes half a minute for each."""

pytestmark = pytest.mark.models


@dataclass(frozen=True)
class Figures:
    """What runs of the script wrote down.

    Attributes:
        results: All of it.
        checkpoints: The folder in which it kept checkpoints.
    """

    results: Results
    checkpoints: Path


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """What two runs of the script, of some parts each, write down, with tiny models."""
    folder = tmp_path_factory.mktemp("figures")
    page = (_ROOT / "docs" / "benchmarks.md").read_bytes()
    speeds_apart = [part for part in PARTS if part.endswith("-speed")]
    for parts in ([part for part in PARTS if part not in speeds_apart], speeds_apart):
        where = ["--json", str(folder / "gpu.json"), "--keep", str(folder / "checkpoints")]
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.gpu", "--tiny", *where, *parts],
            cwd=_ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=_HANGS_S,
        )
        assert ran.returncode == 0, ran.stderr
    assert (_ROOT / "docs" / "benchmarks.md").read_bytes() == page
    return Figures(Results.read(folder / "gpu.json"), folder / "checkpoints")


@pytest.fixture(scope="module")
def tiny(figures: Figures) -> Results:
    """What is known of tiny models."""
    return figures.results


def test_every_part_has_every_figure(tiny: Results) -> None:
    assert tiny.parts.keys() == PARTS.keys()
    for part in tiny.parts.values():
        assert all(row.measured is not None and row.measured.value >= 0 for row in part.rows)
        assert part.machine["preset"] == "cpu"
        assert part.machine.keys() >= {"date", "torch", "diffusers", "transformers"}
    for name in ("sdxl", "wan-1.3b", "wan-14b"):
        said = [row.what for row in tiny.parts[name].rows]
        assert set(_LOADS) <= set(said)
        assert all(any(what.endswith(end) for what in said) for end in _COMPARED)
    for name, settings in _SPEEDS.items():
        assert settings <= {row.what for row in tiny.parts[name].rows}


def test_engine_and_bare_pipeline_do_the_same_work(tiny: Results) -> None:
    alike = {
        name: [row.beside["PSNR of both"].value for row in part.rows if "over bare" in row.what]
        for name, part in tiny.parts.items()
        if not name.endswith("-speed")
    }
    assert alike["sdxl"] == [100, 100]
    # Footage was encoded, the bare pipeline's frames were not.
    assert min(alike["wan-1.3b"] + alike["wan-14b"]) > 58


def test_settings_that_change_the_numbers_show_it(tiny: Results) -> None:
    likeness = {
        row.what: row.beside["PSNR"].value
        for row in tiny.parts["wan-14b-speed"].rows
        if "PSNR" in row.beside
    }
    assert likeness["attention math"] > 60
    assert max(likeness["MagCache"], likeness["layerwise casting to 8 bits"]) < 60


def test_a_checkpoint_is_written_once_for_all_parts(figures: Figures) -> None:
    models = sorted(folder.name.rsplit("-", 2)[0] for folder in figures.checkpoints.iterdir())
    assert models == ["sdxl", "wan-2.1", "wan-2.1-vace-1.3b"]


def test_a_checkpoint_that_is_kept_is_found_and_what_a_killed_run_left_is_removed(
    tmp_path: Path,
) -> None:
    half = tmp_path / ".unfinished-killed"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    shape = gpu_shapes.TINY_WAN_VACE
    with checkpoint(shape, "float32", "cpu", tmp_path) as folder:
        written = folder.stat().st_mtime_ns
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    with checkpoint(shape, "float32", "cpu", tmp_path) as found:
        assert (found, found.stat().st_mtime_ns) == (folder, written)
    with checkpoint(shape, "bfloat16", "cpu", tmp_path) as other:
        assert other != folder


def test_a_run_that_is_ended_leaves_nothing_behind(tmp_path: Path) -> None:
    figures, temporary = tmp_path / "gpu.json", tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "benchmarks.gpu", "--tiny", "--json", str(figures), "sdxl"]
    with subprocess.Popen(
        command,
        cwd=_ROOT,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        preexec_fn=hear_signals,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the checkpoint is there, and is being measured
        assert list(temporary.glob("bench-gpu-*"))
        process.terminate()
        process.stdout.read()
    assert process.returncode == 128 + signal.SIGTERM
    assert not list(temporary.glob("bench-*"))
    assert not figures.exists()


def test_every_part_says_how_long_it_is_reckoned_to_take() -> None:
    assert MINUTES.keys() == PARTS.keys()


@pytest.mark.parametrize("name", ["SDXL", "WAN_1_3B", "WAN_14B"])
def test_models_have_the_published_number_of_parameters(name: str) -> None:
    check(getattr(gpu_shapes, name))


def test_a_model_of_another_size_is_refused() -> None:
    with pytest.raises(BenchmarkError, match=r"35,760 parameters, not 36,000"):
        check(replace(gpu_shapes.TINY_WAN_FLF2V, parameters=36_000))


def test_a_setting_that_does_not_run_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    preset = load_presets(CONFIGS / "gpu.yaml")["cpu"]
    how = gpu.TINY.clips["wan-1.3b-speed"]
    ways = {
        "impossible": Variant(preset={"attention": "telepathy"}),
        "possible": Variant(preset={"attention": "_native_math"}),
    }
    with checkpoint(how.shape, "float32", "cpu") as folder:
        subject = gpu.clips_of(how, preset, folder, tmp_path)
        stock, impossible, possible = speeds(subject, ways)
    assert stock.measured is not None
    assert impossible.measured is None
    assert "telepathy" in impossible.failure
    assert possible.measured is not None
    # Of the last run; those of warming up do not count.
    assert len(subject.steps.seconds) == how.clips * (how.steps - 1)


def test_the_page_is_what_was_measured() -> None:
    page = (_ROOT / "docs" / "benchmarks.md").read_text()
    assert page.endswith(section(Results.read(gpu.RESULTS)))


def test_a_part_that_is_measured_again_replaces_its_table_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Benchmarks\n\nWhat films cost.\n")

    def measured(seconds: float) -> Part:
        took = Quantity(value=seconds, unit="s")
        return Part(machine={"GPU": "one"}, rows=(Row(what="an image, ours", measured=took),))

    results = Results().replaced("wan-14b", measured(1.25)).replaced("sdxl", measured(20))
    replace_section(page, results)
    replace_section(page, results.replaced("sdxl", measured(30)))
    text = page.read_text()
    assert text.startswith("# Benchmarks\n\nWhat films cost.\n\n## On a GPU\n")
    assert text.count("## On a GPU") == 1
    assert "| an image, ours | 30.0 s |" in text
    assert "| an image, ours | 1.25 s |" in text
    assert "20.0 s" not in text
    assert "at hand for wan-1.3b, sdxl-speed, wan-1.3b-speed, wan-14b-speed." in text


def test_figures_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Quantity(value=float("nan"), unit="dB")


def test_without_a_gpu_nothing_is_measured_and_the_way_out_is_named() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.gpu", "--preset", "cpu"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_HANGS_S,
    )
    assert ran.returncode == 2
    assert "--tiny" in ran.stderr
