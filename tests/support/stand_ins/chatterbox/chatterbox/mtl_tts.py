from __future__ import annotations

from pathlib import Path

from huggingface_hub import hf_hub_download

from chatterbox.tones import Samples, Tones


class ChatterboxMultilingualTTS(Tones):
    def __init__(self, folder: Path, device: str) -> None:
        super().__init__(folder, device)
        table = hf_hub_download("ResembleAI/chatterbox", "Cangjie5_TC.json", cache_dir=folder)
        self._note("looked up", table=Path(table).read_text())

    def generate(
        self,
        text: str,
        language_id: str,
        exaggeration: float = 0.5,
        cfg_weight: float = 0.5,
        temperature: float = 0.8,
        repetition_penalty: float = 2.0,
        min_p: float = 0.05,
        top_p: float = 1.0,
    ) -> Samples:
        self.watchers[id(text)] = text  # as the real one, it never takes them away
        watchers = len(self.watchers)
        return self.hum(text, language=language_id, penalty=repetition_penalty, watchers=watchers)
