"""What models cost on a GPU: ``python -m benchmarks.gpu [PART ...] [--keep FOLDER] [--tiny]``."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import gpu_shapes as shapes
from benchmarks.ending import end_cleanly
from benchmarks.gpu_clips import Clips, clip_variants, footage_requests
from benchmarks.gpu_compare import Bare, compared, loads, speeds
from benchmarks.gpu_images import Images, image_variants
from benchmarks.gpu_models import checkpoint, size_bytes
from benchmarks.gpu_report import (
    MINUTES,
    PARTS,
    Part,
    Quantity,
    Results,
    Row,
    device_facts,
    failures,
    replace_section,
    said,
    table,
)
from sparkle_motion_dagster.engines.images.sdxl.engine import SdxlEngine
from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings
from sparkle_motion_dagster.engines.video.wan.engine import WanEngine
from sparkle_motion_dagster.errors import SparkleError
from sparkle_motion_dagster.gpu.devices import AUTO, device_preset
from sparkle_motion_dagster.gpu.libraries import tell_libraries
from sparkle_motion_dagster.gpu.presets import DevicePreset
from sparkle_motion_dagster.units import FrameSize

RESULTS = Path(__file__).parent / "results" / "gpu.json"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Footage:
    """How clips of a model are measured: how many, of so many frames, at a size, in steps."""

    shape: shapes.WanShape
    clips: int
    frames: int
    size: FrameSize
    steps: int


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Attributes:
        sdxl: Which SDXL.
        image_size: Of its pictures.
        image_steps: Of each.
        images: For each batch size, how many pictures.
        clips: For each part, how clips are measured.
        keep: Where checkpoints stay for the next run; None: nowhere.
    """

    sdxl: shapes.SdxlShape
    image_size: FrameSize
    image_steps: int
    images: Mapping[int, int]
    clips: Mapping[str, Footage]
    keep: Path | None = None


_480P = FrameSize(width=832, height=480)
_720P = FrameSize(width=1280, height=720)
_TINY = FrameSize(width=64, height=64)

FULL = Scale(
    sdxl=shapes.SDXL,
    image_size=FrameSize(width=1024, height=1024),
    image_steps=30,
    images={1: 4, 8: 16},
    clips={
        "wan-1.3b": Footage(shapes.WAN_1_3B, clips=2, frames=81, size=_480P, steps=2),
        "wan-14b": Footage(shapes.WAN_14B, clips=1, frames=81, size=_720P, steps=2),
        "wan-1.3b-speed": Footage(shapes.WAN_1_3B, clips=1, frames=33, size=_480P, steps=8),
        "wan-14b-speed": Footage(shapes.WAN_14B, clips=1, frames=17, size=_480P, steps=8),
    },
)
TINY = Scale(
    sdxl=shapes.TINY_SDXL,
    image_size=_TINY,
    image_steps=2,
    images={1: 2, 8: 8},
    clips={
        "wan-1.3b": Footage(shapes.TINY_WAN_VACE, clips=2, frames=9, size=_TINY, steps=2),
        "wan-14b": Footage(shapes.TINY_WAN_FLF2V, clips=1, frames=9, size=_TINY, steps=2),
        "wan-1.3b-speed": Footage(shapes.TINY_WAN_VACE, clips=1, frames=5, size=_TINY, steps=4),
        "wan-14b-speed": Footage(shapes.TINY_WAN_FLF2V, clips=1, frames=5, size=_TINY, steps=4),
    },
)


def images(scale: Scale, preset: DevicePreset) -> Iterator[Row]:
    """Measure SDXL: loads, and each batch size against the bare pipeline."""
    precision = SdxlEngine.preset_on(preset).precision
    with checkpoint(scale.sdxl, precision, preset.device, scale.keep) as folder:
        yield _model("UNet", scale.sdxl, folder)
        subjects = {
            batch: _images(scale, preset, folder, count, batch)
            for batch, count in scale.images.items()
        }
        first, *_ = subjects.values()
        yield from loads(first)
        bare = Bare(first)
        yield _bare_load(bare.loading.seconds)
        for batch, subject in subjects.items():
            yield from compared(subject, bare, f"batch of {batch}")


def image_speeds(scale: Scale, preset: DevicePreset) -> Iterator[Row]:
    """Measure what SDXL's speed settings gain, one picture at a time."""
    precision = SdxlEngine.preset_on(preset).precision
    with checkpoint(scale.sdxl, precision, preset.device, scale.keep) as folder:
        subject = _images(scale, preset, folder, count=2, batch=1)
        with TemporaryDirectory(prefix="bench-lora-") as loras:
            yield from speeds(subject, image_variants(subject, Path(loras)))


def clips(part: str, scale: Scale, preset: DevicePreset) -> Iterator[Row]:
    """Measure a Wan model: loads, and clips against the bare pipeline."""
    with TemporaryDirectory(prefix="bench-keyframes-") as keyframes:
        how = scale.clips[part]
        precision = WanEngine.preset_on(preset).precision
        with checkpoint(how.shape, precision, preset.device, scale.keep) as folder:
            yield _model("transformer", how.shape, folder)
            subject = clips_of(how, preset, folder, Path(keyframes))
            yield from loads(subject)
            bare = Bare(subject)
            yield _bare_load(bare.loading.seconds)
            yield from compared(
                subject, bare, f"{how.size}, {how.frames} frames, {how.steps} steps"
            )


def clip_speeds(part: str, scale: Scale, preset: DevicePreset) -> Iterator[Row]:
    """Measure what a Wan model's speed settings gain."""
    with TemporaryDirectory(prefix="bench-keyframes-") as keyframes:
        how = scale.clips[part]
        precision = WanEngine.preset_on(preset).precision
        with checkpoint(how.shape, precision, preset.device, scale.keep) as folder:
            subject = clips_of(how, preset, folder, Path(keyframes))
            yield from speeds(subject, clip_variants(subject, Path(keyframes)))


MEASURES: Mapping[str, Callable[[Scale, DevicePreset], Iterator[Row]]] = {
    "sdxl": images,
    "wan-1.3b": partial(clips, "wan-1.3b"),
    "wan-14b": partial(clips, "wan-14b"),
    "sdxl-speed": image_speeds,
    "wan-1.3b-speed": partial(clip_speeds, "wan-1.3b-speed"),
    "wan-14b-speed": partial(clip_speeds, "wan-14b-speed"),
}


def main(arguments: list[str]) -> int:
    """Measure parts, write down those that were measured on a GPU, and return an exit code."""
    asked = _asked(arguments)
    try:
        preset = device_preset("cpu" if asked.tiny else asked.preset)
    except SparkleError as error:
        print(error, file=sys.stderr)
        return 1
    if preset.device != "cuda" and not asked.tiny:
        print("Models of full size need a CUDA GPU; --tiny runs on the CPU.", file=sys.stderr)
        return 2
    # Whoever allows it so many minutes ends it so; what it has written for itself goes.
    end_cleanly()
    tell_libraries()  # before anything imports torch
    _speak_only_of_errors()
    scale = replace(TINY if asked.tiny else _in_steps(FULL, asked.steps), keep=asked.keep)
    failed = []
    for name in asked.parts or PARTS:
        try:
            part = _measured(name, scale, preset)
        except Exception:  # noqa: BLE001 - said here; the other parts are measured all the same
            traceback.print_exc()
            failed.append(name)
            continue
        failed += failures(part.rows)
        print(f"\n{table(name, part)}", flush=True)
        _write_down(name, part, asked.json or (None if asked.tiny else RESULTS))
    for what in failed:
        print(f"Not measured: {what}", file=sys.stderr)
    return 1 if failed else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    minutes = ", ".join(f"{part} ({MINUTES[part]})" for part in PARTS)
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"of these, with the minutes that each is reckoned to take on an H200: {minutes}; or "
        "all",
    )
    parser.add_argument(
        "--keep", type=Path, help="a folder where checkpoints stay for the next run"
    )
    parser.add_argument("--steps", type=int, default=2, help="of a clip that is compared; from 2")
    parser.add_argument("--preset", default=AUTO, help="a device preset of configs/gpu.yaml")
    parser.add_argument("--json", type=Path, help="where figures are kept; not the usual file")
    parser.add_argument("--tiny", action="store_true", help="tiny models on the CPU, as a test")
    asked = parser.parse_args(arguments)
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    if asked.steps < 2:
        parser.error("a step is what lies between two of them: --steps must be at least 2")
    return asked


def _speak_only_of_errors() -> None:
    """Keep the libraries' warnings off the terminal, and the libraries off the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    warnings.simplefilter("ignore", FutureWarning)
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()


def _measured(name: str, scale: Scale, preset: DevicePreset) -> Part:
    rows = []
    for row in MEASURES[name](scale, preset):
        print(f"{name}  {said(row)}", flush=True)
        rows.append(row)
    return Part(machine=device_facts(preset), rows=tuple(rows))


def _write_down(name: str, part: Part, kept: Path | None) -> None:
    """Replace a part's figures in the file that keeps them; the usual one's are on the page."""
    if kept is None:
        return
    results = Results.read(kept).replaced(name, part)
    results.write(kept)
    if kept == RESULTS:
        replace_section(PAGE, results)


def _in_steps(scale: Scale, steps: int) -> Scale:
    """Return a scale with other steps for the clips that are compared."""
    return replace(
        scale,
        clips={
            name: how if name.endswith("-speed") else replace(how, steps=steps)
            for name, how in scale.clips.items()
        },
    )


def _images(scale: Scale, preset: DevicePreset, folder: Path, count: int, batch: int) -> Images:
    how = SdxlSettings(steps=scale.image_steps, batch=batch, native_area=0, reference_strength=0)
    return Images(folder, preset, count, scale.image_size, how)


def clips_of(how: Footage, preset: DevicePreset, folder: Path, keyframes: Path) -> Clips:
    """Return a Wan model as a subject, with its checkpoint's folder and one for keyframes."""
    requests = footage_requests(how.clips, how.frames, how.size, keyframes)
    return Clips(folder, preset, how.shape, requests, how.steps)


def _model(what: str, shape: shapes.SdxlShape | shapes.WanShape, folder: Path) -> Row:
    size = Quantity(value=size_bytes(folder) / 2**30, unit="GiB")
    return Row(
        what=what,
        measured=Quantity(value=shape.parameters, unit="parameters"),
        beside={"checkpoint": size},
    )


def _bare_load(seconds: float) -> Row:
    return Row(what="load, cached, bare", measured=Quantity(value=seconds, unit="s"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
