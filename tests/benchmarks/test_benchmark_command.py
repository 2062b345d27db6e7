"""What the benchmark's command refuses."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import main


def test_a_revision_that_is_not_there_is_refused_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["e", "--before", "no-such-revision"]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert "no-such-revision is no folder, and git cannot check it out" in errors


def test_a_part_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["e", "z"])
    assert "there is no part 'z'" in capsys.readouterr().err
