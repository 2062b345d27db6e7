"""Mouths of filmed faces, moved by the user's own Wav2Lip, in a worker."""

from pathlib import Path

from sparkle_motion_dagster.engines.declaration import EngineDeclaration, WorkerProgram

_FOLDER = Path(__file__).parent

PROGRAM = WorkerProgram("wav2lip", _FOLDER / "worker.py", _FOLDER / "requirements.txt")

DECLARATION = EngineDeclaration(
    kind="lipsync",
    name="wav2lip",
    engine=f"{__name__}.engine:Wav2LipEngine",
    program=PROGRAM,
    readiness=f"{__name__}.readiness:can_work",
)
