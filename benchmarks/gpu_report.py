"""What was measured on a GPU: its rows, the file that keeps them, and the section for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from benchmarks.results import machine
from sparkle_motion_dagster.artifacts.atomic import write_atomically
from sparkle_motion_dagster.gpu import nvml
from sparkle_motion_dagster.gpu.presets import DevicePreset

TITLE = "## On a GPU"

PARTS: Mapping[str, str] = {
    "sdxl": "SDXL, 1024x1024: an image",
    "wan-1.3b": "Wan 2.1 VACE 1.3B, 832x480: a clip of 81 frames",
    "wan-14b": "Wan 2.1 FLF2V 14B, 1280x720: a clip of 81 frames",
    "sdxl-speed": "SDXL: what each speed setting gains",
    "wan-1.3b-speed": "Wan 2.1 VACE 1.3B: what each speed setting gains",
    "wan-14b-speed": "Wan 2.1 FLF2V 14B: what each speed setting gains",
}
"""What is measured, in this order, by name."""

MINUTES: Mapping[str, int] = {
    "sdxl": 4,
    "wan-1.3b": 3,
    "wan-14b": 8,
    "sdxl-speed": 4,
    "wan-1.3b-speed": 4,
    "wan-14b-speed": 10,
}
"""How long each part is reckoned to take on an H200, its checkpoint written anew, in minutes."""

_ABOUT = f"""{TITLE}

What models cost, measured by `make bench-gpu` on a machine with a CUDA GPU, which writes this
section and `benchmarks/results/gpu.json`. `python -m benchmarks.gpu wan-14b` measures single parts
and replaces their figures; the parts are
{", ".join(PARTS)}.
`--tiny` runs all of it with tiny models on the CPU in about a minute, which shows that it works and
nothing else.

- The models have the true architecture and random weights, built on the device in the precision of
  its preset and saved as safetensors, so that loads are real; nothing is fetched. Of Wan's text
  encoder (UMT5-XXL, 10.6 GiB in bfloat16) there is one layer of 24: prompts are read once a batch
  of shots, and the encoder is freed before the transformer works. The real one would add its load
  to every batch of ours, and its 10.6 GiB to the memory of the bare pipeline. Weights that are
  published in float32 take twice the reading.
- **ours** is the engine's `make` over all items, as a stage calls it: prompts, model, pictures or
  footage written to files. **bare** is the diffusers pipeline of the same checkpoint, called with
  the same prompts, seeds and settings, whose results stay in memory. Half of its items are made
  before ours and half after, each side alone on the device and warmed up. Their PSNR says that
  both did the same work (clips lose some of it by being encoded).
- **GPU busy** is NVML's utilisation, averaged over the whole of `make`.
- Clips take few steps here (2; `--steps`), since every step costs the same: what a step costs is
  measured, and a clip of 30 steps, the engine's usual number, is reckoned from it. Few steps make
  the ratio harder to meet: what lies around them weighs more.
- Loads: **cold** after the checkpoint's files were dropped from the system's memory, as far as the
  file system does that; **cached** while they are in it; **warm** when the engine finds its model
  still on the device.
- Speed settings: the same engine with and without them; pictures in 30 steps, clips in 8 steps at
  832x480, of 33 frames (14B: 17). With random weights the PSNR against stock shows whether and how
  far a setting changes the numbers, not how good its pictures are; what a cache leaves out depends
  on the weights, too.

On an H200 the parts are reckoned to take {", ".join(map(str, MINUTES.values()))} minutes, in that
order. Each part is written down when it is done, and one that is killed leaves the others' figures
as they were, so that a machine that is rented for minutes can measure them in several calls.
`--keep FOLDER` keeps the checkpoints there for the next call; together they take 46 GiB, reckoned.
"""

Unit = Literal["s", "x", "share", "GiB", "dB", "parameters"]


class Quantity(BaseModel):
    """A measured value; never NaN nor infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float = Field(allow_inf_nan=False)
    unit: Unit

    def __str__(self) -> str:
        match self.unit:
            case "s":
                return f"{self.value:.{_decimals(self.value)}f} s"
            case "x":
                return f"{self.value:.3f} x"
            case "share":
                return f"{self.value:.1%}"
            case "parameters":
                return f"{self.value:,.0f} parameters"
            case _:
                return f"{self.value:.1f} {self.unit}"


class Row(BaseModel):
    """Something measured.

    Attributes:
        what: What it is.
        measured: Its value; None where it could not be measured.
        goal: What it should be; empty where it only explains another.
        met: Whether it is that.
        beside: What belongs to it.
        failure: Why it could not be measured.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    measured: Quantity | None
    goal: str = ""
    met: bool | None = None
    beside: dict[str, Quantity] = {}
    failure: str = ""


class Part(BaseModel):
    """What was measured together, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    machine: dict[str, str]
    rows: tuple[Row, ...]


class Results(BaseModel):
    """The last measurement of each part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parts: dict[str, Part] = {}

    @staticmethod
    def read(path: Path) -> Results:
        """Return what a file holds; nothing where there is none."""
        if not path.exists():
            return Results()
        return Results.model_validate_json(path.read_text(encoding="utf-8"))

    def replaced(self, name: str, part: Part) -> Results:
        return Results(parts={**self.parts, name: part})

    def write(self, path: Path) -> None:
        """Write it, whole or not at all."""
        write_atomically(path, f"{self.model_dump_json(indent=1)}\n".encode())


def device_facts(preset: DevicePreset) -> dict[str, str]:
    """Return what the figures depend on."""
    import diffusers
    import torch
    import transformers

    gpu = {}
    if preset.device == "cuda":
        found = torch.cuda.get_device_properties(0)
        gpu = {
            "GPU": f"{found.name}, {found.total_memory / 2**30:.0f} GiB",
            "driver": next((each.driver for each in nvml.devices()), "unknown"),
            "CUDA": str(torch.version.cuda),
        }
    return {
        **gpu,
        "preset": preset.name,
        "torch": torch.__version__,
        "diffusers": diffusers.__version__,
        "transformers": transformers.__version__,
        **machine(),
    }


def section(results: Results) -> str:
    """Return the section of the page that people read."""
    blocks = [_ABOUT]
    missing = [name for name in PARTS if name not in results.parts]
    if missing:
        blocks.append(
            "**Still to be measured**: no machine with a CUDA GPU was at hand for "
            f"{', '.join(missing)}. On one, type `make bench-gpu`.\n"
        )
    for name, part in sorted(results.parts.items(), key=lambda item: list(PARTS).index(item[0])):
        blocks.append(f"### {PARTS[name]}\n\n{table(name, part)}")
    return "\n".join(blocks)


def table(name: str, part: Part) -> str:
    where = ", ".join(f"{fact} {value}" for fact, value in part.machine.items())
    lines = [
        f"Measured by `python -m benchmarks.gpu {name}`: {where}.",
        "",
        "| what | measured | beside it | goal | met |",
        "|---|---|---|---|---|",
        *map(_line, part.rows),
    ]
    return "\n".join(lines) + "\n"


def said(row: Row) -> str:
    """Return a row as a line of text."""
    beside = _beside(row)
    return f"{row.what}: {row.measured or 'not measured'}{f' ({beside})' if beside else ''}"


def replace_section(page: Path, results: Results) -> None:
    """Write the section into the page, in place of the one that is there, at its end."""
    text = page.read_text(encoding="utf-8").split(f"\n{TITLE}\n")[0].rstrip()
    write_atomically(page, f"{text}\n\n{section(results)}".encode())


def failures(rows: Sequence[Row]) -> list[str]:
    return [f"{row.what}: {row.failure}" for row in rows if row.failure]


def _line(row: Row) -> str:
    met = "" if row.met is None else "yes" if row.met else "**no**"
    measured = "not measured" if row.measured is None else str(row.measured)
    return f"| {row.what} | {measured} | {_beside(row)} | {row.goal} | {met} |"


def _beside(row: Row) -> str:
    known = [f"{name} {quantity}" for name, quantity in row.beside.items()]
    return ", ".join([*known, row.failure] if row.failure else known)


def _decimals(seconds: float) -> int:
    return 1 if seconds >= 10 else 2 if seconds >= 1 else 3
