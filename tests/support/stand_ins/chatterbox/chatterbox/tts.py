from __future__ import annotations

from chatterbox.tones import Samples, Tones


class ChatterboxTTS(Tones):
    def generate(
        self,
        text: str,
        repetition_penalty: float = 1.2,
        min_p: float = 0.05,
        top_p: float = 1.0,
        exaggeration: float = 0.5,
        cfg_weight: float = 0.5,
        temperature: float = 0.8,
    ) -> Samples:
        assert cfg_weight > 0, "as the real one fails"
        return self.hum(text, exaggeration=exaggeration, cfg=cfg_weight, temperature=temperature)
