"""What the three models have in common."""

from __future__ import annotations

import json
import os
import re
import signal
import wave
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import perth
import torch
import torchaudio  # noqa: F401 - as the real one does

RATE = 24000
Samples = npt.NDArray[np.float32]

_SECONDS_A_LETTER = 0.06
_FAULT = re.compile(r"\b(SILENT|CLIPPED|CUT|LONG|NOTHING|MUTE|KILL|RAISE)(\d?)\b")


class Tones:
    """A model that hums its lines."""

    def __init__(self, folder: Path, device: str) -> None:
        self.sr = RATE
        self.watermarker = perth.PerthImplicitWatermarker()
        self.watchers: dict[int, object] = {}
        layer = SimpleNamespace(self_attn=SimpleNamespace(_forward_hooks=self.watchers))
        self.t3 = SimpleNamespace(tfmr=SimpleNamespace(layers=[layer]))
        self.s3gen = SimpleNamespace(inference=_vocode)
        self.conds: float | None = None
        if (folder / "conds.pt").is_file():
            self.conds = float((folder / "conds.pt").read_text())
        self._diary = folder.joinpath(".diary").resolve()
        self._spoken: dict[str, int] = {}
        self._note("loaded", device=device)

    @classmethod
    def from_local(cls, ckpt_dir: Path, device: str) -> Tones:
        return cls(Path(ckpt_dir), device)

    def prepare_conditionals(self, wav_fpath: str, exaggeration: float = 0.5) -> None:
        """Know a voice by its pitch: how often it crosses zero."""
        with wave.open(wav_fpath) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
            crossings = np.count_nonzero(np.diff(np.signbit(samples)))
            self.conds = crossings / 2 / (len(samples) / file.getframerate())
        self._note("heard", pitch=round(self.conds))

    def hum(self, text: str, **delivery: Any) -> npt.NDArray[np.float32]:
        """Return a line, (1, N)."""
        assert self.conds is not None, "Please `prepare_conditionals` first"
        self._note("spoke", text=text, **delivery)
        take = self._spoken[text] = self._spoken.get(text, 0) + 1
        faults = [fault for fault, takes in _FAULT.findall(text) if take <= int(takes or 9)]
        self.s3gen.inference(speech_tokens=[] if "MUTE" in faults else [1], ref_dict={})
        letters = sum(one.isalnum() for one in text)
        times = np.arange(round(_SECONDS_A_LETTER * letters * RATE)) / RATE
        swell = 0.55 - 0.45 * np.cos(2 * np.pi * 5 * times)
        hum = 0.25 * swell * np.sin(2 * np.pi * self.conds * times)
        hum += torch.generator.normal(0, 0.001, len(times))
        line = np.concatenate([np.zeros(RATE // 10), hum, np.zeros(RATE // 5)])
        for fault in faults:
            line = _spoilt(line, fault)
        mark = np.sin(2 * np.pi * 11000 * np.arange(len(line)) / RATE) / 1000
        return (line + np.where(np.abs(line) > 0.003, mark, 0)).astype(np.float32)[None]

    def _note(self, what: str, **facts: Any) -> None:
        with self._diary.open("a") as diary:
            diary.write(json.dumps({"what": what, **facts}) + "\n")


def _vocode(speech_tokens: list[int], ref_dict: dict[str, object]) -> None:
    assert speech_tokens, "as the real one fails"


def _spoilt(line: npt.NDArray[np.float64], fault: str) -> npt.NDArray[np.float64]:
    match fault:
        case "SILENT":
            return np.zeros_like(line)
        case "NOTHING":
            return np.full_like(line, np.nan)
        case "CLIPPED":
            return np.clip(line * 20, -1, 1)
        case "CUT":
            return line[: len(line) * 7 // 10]
        case "LONG":
            return np.tile(line, 5)
        case "KILL":
            os.kill(os.getpid(), signal.SIGKILL)
    message = "the model lost its voice"
    raise RuntimeError(message)
