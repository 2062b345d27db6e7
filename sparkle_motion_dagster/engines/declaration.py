"""How an engine declares itself: what is known of it before any of its modules is imported.

An engine is a folder, and its ``__init__.py`` holds its declaration, under the name `DECLARATION`.
A worker program of the engine imports that file too, in an environment that has nothing of this
project's packages: only the standard library is imported here, and there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Kind = Literal["images", "video", "speech", "lipsync", "hearing", "ambience", "writer"]
"""What an engine makes."""

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class WorkerProgram:
    """A program that runs in an environment of its own.

    Attributes:
        environment: The environment's name: that of the engine.
        path: The program's file.
        requirements: The list of pinned packages that the environment holds.
    """

    environment: str
    path: Path
    requirements: Path

    def command(self, python: Path) -> list[str]:
        """Return what starts it: nothing but its environment is on its path."""
        return [str(python), "-s", "-P", str(self.path)]


@dataclass(frozen=True)
class EngineDeclaration:
    """An engine as it declares itself.

    What lies in modules is named as "package.module:name", and imported only when it is needed.

    Attributes:
        kind: What it makes.
        name: What profiles and people call it; no two engines have the same.
        engine: Where its class is, an ``Engine``.
        weights: Where the ``EngineWeights`` are that say which weights it can use; None: it uses
            none.
        packages: The distributions that decide, in this environment, how its results come out (its
            model runs on them): their versions are recorded.
        program: Its worker's program, if it works in an environment of its own.
        readiness: Where the function is that `sparkle doctor` asks whether the engine can work: it
            takes the engine's settings, returns what it found in a sentence, and raises a
            ``SparkleError`` where something is missing. None: there is nothing to ask.
        performance: For speech, where the ``Performance`` is that says how it performs a voice.
        voices: For speech, the file with its part of the voice catalogue: its providers, and how it
            performs the catalogue's voices.
    """

    kind: Kind
    name: str
    engine: str
    weights: str | None = None
    packages: tuple[str, ...] = ()
    program: WorkerProgram | None = None
    readiness: str | None = None
    performance: str | None = None
    voices: Path | None = None
