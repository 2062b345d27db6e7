"""Does everything run on this GPU? ``python -m benchmarks.smoke [PART ...] [--keep FOLDER]``.

Every engine that runs its model on a GPU, with random weights of true shape: whether it runs, fits,
gives memory back, and overlaps with what is beside it. Each part is a process of its own, so that
one that crashes or hangs takes nothing along, and what it said is written down when it ends.

Reckoned for an H200 with a disk that writes 1 GiB/s, in seconds, each process's start (10 s)
included: device 15; sdxl 60, 9 GiB to write; wan-1.3b 90, 5 GiB to write; wan-14b 180, 34 GiB to
write; overlap 30; memory 50; watchdog 25; chatterbox 60, 5 where it is skipped. Together 455, or
510 where it is not. What runs on the processor (Whisper, Kokoro, faces and mouths) has no part;
Wav2Lip has none, since nothing of it comes along.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.ending import end_cleanly
from benchmarks.smoke_record import (
    SKIPPED,
    Finding,
    Outcome,
    PartRecord,
    Place,
    read_findings,
    read_records,
    write_records,
)

RECORDS = Path(__file__).parent / "results" / "smoke.json"
_ROOT = Path(__file__).parents[1]

_KILLED_S = 10.0
"""How long a part that was killed may take to be gone, in seconds."""

_MOST_SAID = 6000
"""How much of what a part said of an error is kept, from its end, in bytes."""

_DEVICE = ("filelock", "numpy", "psutil", "pydantic", "pynvml", "ruamel.yaml", "torch", "yaml")
_MODELS = (
    *_DEVICE,
    *("accelerate", "av", "cv2", "diffusers", "ffmpeg", "ftfy", "imageio_ffmpeg", "onnxruntime"),
    *("PIL", "safetensors", "soundfile", "transformers"),
)
_DISTRIBUTIONS = ("torch", "diffusers", "transformers")


@dataclass(frozen=True)
class _PartPlan:
    """How a part is run.

    Attributes:
        needs: The modules that it imports.
        reckoned_s: How long it should take on an H200, in seconds.
    """

    needs: Sequence[str]
    reckoned_s: int

    @property
    def most_s(self) -> int:
        """After how long it counts as hanging: what weights are written to may be slow."""
        return 60 + 4 * self.reckoned_s


PARTS: Mapping[str, _PartPlan] = {
    "device": _PartPlan(_DEVICE, 15),
    "sdxl": _PartPlan(_MODELS, 60),
    "wan-1.3b": _PartPlan(_MODELS, 90),
    "overlap": _PartPlan(_MODELS, 30),
    "memory": _PartPlan(_MODELS, 50),
    "wan-14b": _PartPlan(_MODELS, 180),
    "watchdog": _PartPlan(_DEVICE, 25),
    "chatterbox": _PartPlan((*_DEVICE, "dagster"), 60),
}
"""What is looked at, in this order; what might leave a GPU that no longer answers, late."""


def main(arguments: Sequence[str]) -> int:
    """Run parts, and return an exit code: 1 where one has a fault, or none could run."""
    asked = _asked(arguments)
    end_cleanly()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    _say_what_is_missing(asked.parts or PARTS)
    kept = asked.json or (None if asked.tiny else RECORDS)
    records = {} if kept is None else read_records(kept)
    preset = "cpu" if asked.tiny else asked.preset
    place = Place({"preset": preset, **_machine(tiny=asked.tiny)}, _code())
    outcomes: list[Outcome] = []
    for name in asked.parts or PARTS:
        known = records.get(name)
        if known is not None and known.ran_at(place) and not asked.parts:
            print(f"{name}: {known.outcome}, as recorded; name it to run it again", flush=True)
        else:
            known = records[name] = _run(name, place, asked)
            if kept is not None:
                write_records(kept, records)
        outcomes.append(known.outcome)
    return 0 if "ok" in outcomes and "fault" not in outcomes else 1


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.smoke", description=__doc__)
    reckoned = ", ".join(f"{name} ({plan.reckoned_s})" for name, plan in PARTS.items())
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"of these, with the seconds that each is reckoned to take on an H200: {reckoned}; "
        "without any, all that have not run on this machine, by this preset, with these programs",
    )
    parser.add_argument("--preset", default="auto", help="a device preset of configs/gpu.yaml")
    parser.add_argument("--keep", type=Path, help="a folder where checkpoints stay for other runs")
    parser.add_argument("--json", type=Path, help="where it is recorded; not the usual file")
    parser.add_argument("--tiny", action="store_true", help="tiny models on the CPU, as a test")
    asked = parser.parse_args(arguments)
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(PARTS)}")
    return asked


def _say_what_is_missing(parts: Sequence[str] | Mapping[str, _PartPlan]) -> None:
    """Say before anything runs which packages are not here, and what cannot run without them."""
    for name in parts:
        if lacking := _missing(name):
            print(f"{name} will be skipped: {_without(lacking)}", file=sys.stderr, flush=True)


def _missing(part: str) -> list[str]:
    """Return the modules that a part needs and this Python does not have."""
    return [module for module in PARTS[part].needs if not _is_here(module)]


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _without(modules: Sequence[str]) -> str:
    return (
        f"this Python ({sys.executable}) has no {', '.join(modules)}. Type: pip install "
        "'sparkle-motion-dagster[models]', or in a checkout pip install -c constraints.txt -e "
        "'.[models]'."
    )


def _machine(*, tiny: bool) -> dict[str, str]:
    """Return what decides what parts say, as far as packages are there that tell it."""
    facts = {"python": platform.python_version()}
    for name in _DISTRIBUTIONS:
        try:
            facts[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            facts[name] = "none"
    if tiny:
        return {**facts, "GPU": "none: tiny models on the CPU"}
    if all(map(_is_here, ("pydantic", "pynvml"))):
        from sparkle_motion_dagster.gpu.nvml import devices

        for device in devices():
            facts[f"GPU {device.index}"] = (
                f"{device.name}, {device.total_bytes / 2**30:.0f} GiB, driver {device.driver}"
            )
    return facts


def _code() -> str:
    """Return a digest of all programs that parts run, and of the device presets."""
    files = [
        *(_ROOT / "sparkle_motion_dagster").rglob("*.py"),
        *(_ROOT / "benchmarks").glob("*.py"),
        _ROOT / "configs" / "gpu.yaml",
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.relative_to(_ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _run(name: str, place: Place, asked: argparse.Namespace) -> PartRecord:
    """Run a part in a process of its own, and return what it said."""
    print(f"\n{name}", flush=True)
    started = time.monotonic()
    outcome: Outcome = "skipped"
    findings: list[Finding] = []
    if lacking := _missing(name):
        reason = _without(lacking)
    else:
        with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
            code, said = _process(name, asked, Path(folder))
            findings = read_findings(Path(folder))
        outcome, reason = judged(code, said, findings)
    record = PartRecord(
        outcome=outcome,
        reason=reason,
        seconds=round(time.monotonic() - started, 1),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        place=place,
        findings=findings,
    )
    print(f"{name}: {outcome} after {record.seconds} s. {reason}".rstrip(), flush=True)
    return record


def _process(name: str, asked: argparse.Namespace, folder: Path) -> tuple[int | None, str]:
    """Return a part's exit code, None where it had to be killed, and the end of its stderr."""
    command = [sys.executable, "-m", "benchmarks.smoke_part", name, str(folder)]
    command += ["--preset", "cpu" if asked.tiny else asked.preset]
    if asked.keep is not None:
        command += ["--keep", str(asked.keep.resolve())]
    if asked.tiny:
        command.append("--tiny")
    with (folder / "stderr").open("wb+") as said:
        # A session of its own: what it starts ends with it.
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env=os.environ | {"HF_HUB_OFFLINE": "1"},
            stderr=said,
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(PARTS[name].most_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # Whatever ended it: what it started may go on, and keep the GPU.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            # One that is stuck in the driver stays: the next part is not to wait for it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_KILLED_S)
        said.seek(max(0, said.tell() - _MOST_SAID))
        return code, said.read().decode(errors="replace").strip()


def judged(code: int | None, said: str, findings: Sequence[Finding]) -> tuple[Outcome, str]:
    """Return how a part ended, and why."""
    if code == SKIPPED:
        return "skipped", said
    if code is None:
        return "fault", f"It came to no end in the time that it was given, and was killed. {said}"
    if code != 0:
        return "fault", f"Its process ended with {code}. {said}"
    wrong = [f"{each.what}: {each.seen}" for each in findings if each.holds is False]
    return ("fault", f"Not as it should be: {'; '.join(wrong)}.") if wrong else ("ok", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
