from __future__ import annotations

import numpy as np

from chatterbox.tones import Samples, Tones


class ChatterboxTurboTTS(Tones):
    def norm_loudness(self, wav: Samples, sr: int) -> Samples:
        return wav * np.float64(2)

    def prepare_conditionals(self, wav_fpath: str, exaggeration: float = 0.5) -> None:
        loud = self.norm_loudness(np.zeros(8, np.float32), self.sr)
        assert loud.dtype == np.float32, "as the real one fails"
        super().prepare_conditionals(wav_fpath, exaggeration)

    def generate(
        self,
        text: str,
        repetition_penalty: float = 1.2,
        min_p: float = 0.0,
        top_p: float = 0.95,
        exaggeration: float = 0.0,
        cfg_weight: float = 0.0,
        temperature: float = 0.8,
    ) -> Samples:
        assert exaggeration == cfg_weight == min_p == 0, "Turbo knows none of them"
        return self.hum(text, temperature=temperature, top_p=top_p)
