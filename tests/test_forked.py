"""The process that the tests' commands are forked from has imported what it is meant to."""

from __future__ import annotations

from forked import PRELOADED
from studio import Studio

MISSING = "import sys; print(*(name for name in sys.argv[1:] if name not in sys.modules))"


def test_everything_is_there_before_a_command_begins(studio: Studio) -> None:
    program = studio.root / "missing.py"
    program.write_text(MISSING, encoding="utf-8")
    asked = studio.python(program, *PRELOADED)
    assert (asked.returncode, asked.stdout.split(), asked.stderr) == (0, [], "")
