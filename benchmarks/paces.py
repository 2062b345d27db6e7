"""How fast the voices speak: ``python -m benchmarks.paces [ENGINE]``, some minutes.

Each voice of a language says lines of ``benchmarks/lines``. What is printed, letters a second at
a rate of 1, stands in the engine's ``voices.yaml`` (``paces``).
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from benchmarks.films import write
from benchmarks.heard import plan_of
from benchmarks.plain import PlainFilm
from sparkle_motion_dagster.engines.hearing.base import language_code
from sparkle_motion_dagster.engines.speech.performances import Role
from sparkle_motion_dagster.film.sound.dialogue import kept_take
from sparkle_motion_dagster.film.stages import DIALOGUE_WAVS, TIMELINE_TRACK
from sparkle_motion_dagster.plan.timeline.lines import planned_lines
from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.shotlist.pace import letters_in
from sparkle_motion_dagster.units import SAMPLE_RATE

_LINES = Path(__file__).parent / "lines"
_ENGINES = ("kokoro", "espeak")
_LINES_A_VOICE = 3


def paces(engine: str) -> Mapping[str, float]:
    """Return how many letters a second the voices of an engine say, by language."""
    catalogue = voice_catalogue()
    spoken = catalogue.provider(engine).languages
    letters: dict[str, float] = defaultdict(float)
    seconds: dict[str, float] = defaultdict(float)
    for file in sorted(_LINES.glob("*.txt")):
        language = language_code(file.stem)
        if spoken is None or language in spoken:
            found = measured(engine, file)
            letters[language] += found[0]
            seconds[language] += found[1]
    return {language: round(letters[language] / seconds[language], 1) for language in letters}


def measured(engine: str, file: Path) -> tuple[float, float]:
    """Return the letters of lines that the voices of a language say, and their seconds."""
    catalogue = voice_catalogue()
    lines = file.read_text("utf-8").splitlines()
    voices = sum(voice.language == file.stem for voice in catalogue.voices.values())
    turns = [
        lines[(turn + turn // voices * _LINES_A_VOICE) % len(lines)]
        for turn in range(voices * _LINES_A_VOICE)
    ]
    letters = seconds = 0.0
    with tempfile.TemporaryDirectory(prefix="paces-") as folder:
        film = PlainFilm(Path(folder, "home"), engine)
        plan = write(plan_of(turns, file.stem), Path(folder, "film.yaml"))
        film.make(plan, last=DIALOGUE_WAVS)
        stage = film.stage(TIMELINE_TRACK)
        for line in planned_lines(stage.plan):
            role = Role(character_id=line.character_id, voice_id=line.character_id)
            voice = catalogue.cast([role], engine)[line.character_id]
            rate = float(str(voice.settings.get("rate", 1.0)))
            letters += letters_in(line.text)
            seconds += rate * stage.take_samples(kept_take(stage, line)["audio"]) / SAMPLE_RATE
    return letters, seconds


if __name__ == "__main__":
    for name in sys.argv[1:] or _ENGINES:
        told = ", ".join(f"{language}: {pace:g}" for language, pace in paces(name).items())
        print(f"{name}: {{{told}}}")
