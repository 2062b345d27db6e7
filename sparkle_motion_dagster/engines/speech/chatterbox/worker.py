"""Speaks lines with Chatterbox, in an environment of its own."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import tempfile
import time
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from sparkle_motion_dagster.engines.machinery.worker_program.protocol import Job, serve
from sparkle_motion_dagster.engines.speech.judging import Judged, Samples, judged, kept

MOST_TAKES = 4
"""How often a line is spoken, at most: once, and three times more with the seeds that follow."""

_SEEDS = 2**32

_CLASSES: Mapping[str, tuple[str, str]] = {
    "english": ("chatterbox.tts", "ChatterboxTTS"),
    "multilingual": ("chatterbox.mtl_tts", "ChatterboxMultilingualTTS"),
    "turbo": ("chatterbox.tts_turbo", "ChatterboxTurboTTS"),
}
"""For each model, where its class is."""

_PACKAGES = (
    *("chatterbox-tts", "torch", "torchaudio", "transformers", "diffusers", "numpy"),
    *("s3tokenizer", "resemble-perth"),
)
"""What decides how a voice sounds."""


class SilentLineError(Exception):
    """A line came out silent, however often it was spoken."""


class _NothingSaidError(Exception):
    """The model had nothing to say: it ended before its first sound."""


def work(job: Job) -> None:
    """Speak the lines of a job.

    The settings are ``model`` (`_CLASSES`) and ``weights`` (its folder). A request holds ``text``,
    ``seed``, ``reference`` (a recording to imitate, or null: the voice that the model comes with)
    and ``delivery`` (what `generate` is given beside the text).
    """
    started = time.monotonic()
    # All that a model needs is in its folder.
    os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    model = _LoadedModel(_loaded(job.settings["model"], Path(job.settings["weights"]), job.device))
    load_s = time.monotonic() - started
    job.log(
        f"Chatterbox's {job.settings['model']} model was loaded on {job.device}: {load_s:.1f} s"
    )
    started = time.monotonic()
    heard_s = 0.0
    for index in range(len(job.requests)):
        heard_s += _say(job, index, model)
    speaking_s = time.monotonic() - started
    job.metrics(
        {
            "load_seconds": round(load_s, 3),
            "lines": len(job.requests),
            "seconds_per_line": round(speaking_s / len(job.requests), 3),
            "real_time_factor": round(speaking_s / heard_s, 3),
        }
    )


def _say(job: Job, index: int, model: _LoadedModel) -> float:
    """Speak a line until it is good, or often enough, and return how long it is, in seconds."""
    request = job.requests[index]
    what = f"the line {_excerpt(request['text'])}"
    job.begin(index, what)
    started = time.monotonic()
    takes: list[_Take] = []
    while len(takes) < MOST_TAKES and not (takes and takes[-1].good):
        takes.append(model.speak(request, (request["seed"] + len(takes)) % _SEEDS))
        job.step(index + 1, len(job.requests), f"{what}, take {len(takes)}")
    best = min(takes, key=_badness)
    if "silent" in best.judged.faults:
        raise SilentLineError(
            f"{len(takes)} takes of it, with the seeds {takes[0].seed} to {takes[-1].seed}, are "
            f"silent. Write it otherwise, or give its character another voice or seed"
        )
    file = job.folder / f"line_{index:04}.wav"
    _write(file, kept(best.samples, model.rate), model.rate)
    samples, rate = _read(file)
    seconds = len(samples) / rate
    job.finished(
        index,
        {"audio": file},
        {
            "sample_rate": rate,
            "watermark": model.watermark(samples, rate),
            "seed": best.seed,
            "faults": list(best.judged.faults),
            "takes": [take.facts() for take in takes],
            "real_time_factor": round((time.monotonic() - started) / seconds, 3),
        },
    )
    return seconds


@dataclass(frozen=True)
class _Take:
    """A line, spoken once."""

    seed: int
    samples: Samples
    judged: Judged

    @property
    def good(self) -> bool:
        return not self.judged.faults

    def facts(self) -> Mapping[str, Any]:
        measured = asdict(self.judged)
        return {
            "seed": self.seed,
            "seconds": round(measured["seconds"], 3),
            "peak": round(measured["peak"], 4),
            "level_db": round(measured["level_db"], 1),
            "faults": list(measured["faults"]),
        }


def _badness(take: _Take) -> tuple[bool, int]:
    """Return what a take is chosen by: silence is worst, then the number of faults."""
    return "silent" in take.judged.faults, len(take.judged.faults)


class _LoadedModel:
    """A loaded model, and the voices that it knows by now."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._voices: dict[str | None, Any] = {None: model.conds}
        self.rate = int(model.sr)

    def speak(self, request: Mapping[str, Any], seed: int) -> _Take:
        """Speak a line once."""
        import torch

        self._model.conds = self._voice(request["reference"])
        torch.manual_seed(seed)
        try:
            spoken = self._model.generate(request["text"], **request["delivery"])
        except _NothingSaidError:
            spoken = ()
        _forget_watchers(self._model)
        samples = np.asarray(spoken, np.float32).reshape(-1)
        return _Take(seed, samples, judged(samples, self.rate, request["text"]))

    def _voice(self, reference: str | None) -> Any:
        """Return how a voice sounds; a recording is listened to once."""
        if reference not in self._voices:
            self._model.prepare_conditionals(reference)
            self._voices[reference] = self._model.conds
        return self._voices[reference]

    def watermark(self, samples: Samples, rate: int) -> float:
        """Return how surely a file has the watermark: from 0 to 1."""
        found = self._model.watermarker.get_watermark(samples, sample_rate=rate, round=False)
        return round(float(np.mean(found)), 3)


def _forget_watchers(model: Any) -> None:
    """Take away what the multilingual model hangs into its layers with each line, and leaves there.

    It watches the attention for where in the text it is; every line's watchers go on watching all
    lines that follow, which makes each slower than the one before.
    """
    for layer in getattr(model.t3.tfmr, "layers", ()):
        layer.self_attn._forward_hooks.clear()  # noqa: SLF001 - Chatterbox keeps no handles


def _loaded(name: str, folder: Path, device: str) -> Any:
    module, kind = _CLASSES[name]
    model = getattr(importlib.import_module(module), kind)
    with _as_found_by_hub(folder) as whole:
        loaded = model.from_local(whole, device)
    loaded.s3gen.inference = _of_something(loaded.s3gen.inference)
    if hasattr(loaded, "norm_loudness"):
        loaded.norm_loudness = _in_single_precision(loaded.norm_loudness)
    return loaded


def _of_something(inference: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes a model's tokens sound, but for none of them.

    With none, as when a model ends at once, it fails: "Kernel size can't be greater than actual
    input size".
    """

    def sounding(*, speech_tokens: Any, **others: Any) -> Any:
        if not len(speech_tokens):
            raise _NothingSaidError
        return inference(speech_tokens=speech_tokens, **others)

    return sounding


def _in_single_precision(normalise: Callable[..., Samples]) -> Callable[..., Samples]:
    """Return what makes Turbo's recordings equally loud, for numpy 2.

    Since then a single-precision recording times a double-precision gain is in double precision,
    which Turbo's tokenizer cannot read.
    """

    def normalised(samples: Samples, rate: int) -> Samples:
        return normalise(samples, rate).astype(np.float32)

    return normalised


@contextlib.contextmanager
def _as_found_by_hub(folder: Path) -> Iterator[Path]:
    """Give a folder with the same files, in which the multilingual model finds its Chinese table.

    It asks the hub's client for that, as if the model's folder were the hub's cache.
    """
    with tempfile.TemporaryDirectory(prefix="chatterbox-") as scratch:
        whole = Path(scratch)
        cache = whole / "models--ResembleAI--chatterbox"
        snapshot = cache / "snapshots" / "here"
        snapshot.mkdir(parents=True)
        for file in folder.iterdir():
            for place in (whole, snapshot):
                (place / file.name).symlink_to(file.resolve())
        (cache / "refs").mkdir()
        (cache / "refs" / "main").write_text("here", encoding="utf-8")
        yield whole


def _write(file: Path, samples: Samples, rate: int) -> None:
    """Write mono samples as a WAV of 16 bits."""
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def _read(file: Path) -> tuple[Samples, int]:
    with wave.open(str(file), "rb") as wav:
        samples = np.frombuffer(wav.readframes(wav.getnframes()), "<i2").astype(np.float32)
        return samples / np.float32(32768), wav.getframerate()


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


def ready() -> dict[str, str]:
    """Mend the environment where it must be, and return the versions of what is in it.

    torchaudio's compiled parts are built for one release of CUDA. Beside a torch for another one,
    or for processors, torchaudio refuses to be imported with them; without them it leaves out
    aligning, the RNN-T loss and the CTC decoder, of which Chatterbox uses nothing.
    """
    torchaudio = importlib.util.find_spec("torchaudio")
    for folder in (torchaudio and torchaudio.submodule_search_locations) or ():
        for compiled in Path(folder, "lib").glob("*torchaudio*.so"):
            compiled.unlink()
    for module, kind in _CLASSES.values():
        getattr(importlib.import_module(module), kind)
    importlib.import_module("perth").PerthImplicitWatermarker()
    return {package: metadata.version(package) for package in _PACKAGES}


if __name__ == "__main__":
    serve(work, ready)
