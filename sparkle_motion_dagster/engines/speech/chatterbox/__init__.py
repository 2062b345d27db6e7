"""Speech by Chatterbox, in a worker."""

from pathlib import Path

from sparkle_motion_dagster.engines.declaration import EngineDeclaration, WorkerProgram

_FOLDER = Path(__file__).parent

PROGRAM = WorkerProgram("chatterbox", _FOLDER / "worker.py", _FOLDER / "requirements.txt")

DECLARATION = EngineDeclaration(
    kind="speech",
    name="chatterbox",
    engine=f"{__name__}.engine:ChatterboxEngine",
    weights=f"{__name__}.weights:WEIGHTS",
    program=PROGRAM,
    performance=f"{__name__}.voice:ChatterboxVoice",
    voices=_FOLDER / "voices.yaml",
)
