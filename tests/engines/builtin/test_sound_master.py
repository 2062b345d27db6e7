"""The sound master: what it makes of a track, and what is found in it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from clips import stored
from sounds import peaky, silence, speech, write_track
from sparkle_motion_dagster.engines.base import EngineSettings, MadeFile
from sparkle_motion_dagster.engines.builtin.sound_master import (
    MasteredLine,
    MasterRequest,
    SoundMaster,
)
from sparkle_motion_dagster.media.errors import ProbeError
from sparkle_motion_dagster.media.report import Report
from sparkle_motion_dagster.media.sound.listening import Listener, level_dbfs
from sparkle_motion_dagster.media.sound.mastering import MasteringTarget
from sparkle_motion_dagster.production.loop import fingerprint

ENGINE = SoundMaster(EngineSettings())


def request(folder: Path, *, late: float = 0.0) -> MasterRequest:
    """Return the request for a track on which a line begins after half a second, or later."""
    track = write_track(folder / "track.wav", silence(0.5 + late), speech(1), silence(0.5 - late))
    return MasterRequest(
        track=stored(track),
        samples=96_000,
        frame_rate=Fraction(24),
        lines=(MasteredLine(start=24_000, end=72_000),),
        target=MasteringTarget(),
    )


def test_a_track_becomes_a_sound_and_what_was_measured_of_it(tmp_path: Path) -> None:
    (made,) = ENGINE.make([request(tmp_path)], tmp_path)
    report = Report.model_validate_json(made.outputs["report"].path.read_bytes())
    assert report.passed, report
    mastering = made.metadata["mastering"]
    assert isinstance(mastering, dict)
    assert report.find("loudness").measured["integrated_lufs"] == mastering["integrated_lufs"]
    facts = ENGINE.examine(made.outputs["audio"], tmp_path).facts
    assert (facts.duration_s, facts.sample_rate, facts.channels) == (2.0, 48_000, 2)


def test_what_is_said_of_a_sound_is_what_was_heard_in_the_last_attempt(tmp_path: Path) -> None:
    track = write_track(tmp_path / "peaky.wav", peaky(speech(1.5), 3.6))
    lines = (MasteredLine(start=0, end=72_000),)
    asked = request(tmp_path).model_copy(
        update={"track": stored(track), "samples": 72_000, "lines": lines}
    )
    (made,) = ENGINE.make([asked], tmp_path)
    mastering = made.metadata["mastering"]
    assert isinstance(mastering, dict)
    assert mastering["attempts"] != 1
    report = Report.model_validate_json(made.outputs["report"].path.read_bytes())
    loud_dbfs = report.find("speech").measured["quietest_line_dbfs"]
    sound = Listener(made.outputs["audio"].path).window(0, 72_000)
    assert loud_dbfs == level_dbfs(sound)


def test_what_sounds_where_no_line_was_laid_is_reported_and_made_all_the_same(
    tmp_path: Path,
) -> None:
    (made,) = ENGINE.make([request(tmp_path, late=0.4)], tmp_path)
    report = Report.model_validate_json(made.outputs["report"].path.read_bytes())
    assert [check.name for check in report.checks if not check.passed] == ["speech"]


def test_a_sound_that_is_cut_off_or_none_is_refused(tmp_path: Path) -> None:
    (made,) = ENGINE.make([request(tmp_path)], tmp_path)
    sound = made.outputs["audio"]
    # Its index lies behind its packets; whoever cuts it off there cuts off the index.
    index = sound.path.read_bytes().index(b"moov") - 4
    sound.path.write_bytes(sound.path.read_bytes()[:index])
    with pytest.raises(ProbeError, match=r"m4a cannot be read as audio/mp4"):
        ENGINE.examine(sound, tmp_path)
    with pytest.raises(ProbeError, match="cannot be read as audio/mp4"):
        ENGINE.examine(MadeFile(made.outputs["report"].path, "audio/mp4"), tmp_path)


def test_what_says_nothing_is_no_part_of_the_request(tmp_path: Path) -> None:
    asked = request(tmp_path)
    said = json.loads(asked.model_dump_json())
    assert said.keys() == {"track", "samples", "frame_rate", "lines", "target"}
    assert said["lines"] == [{"start": 24_000, "end": 72_000}]
    alone = asked.model_copy(update={"is_mixed": True, "is_levelled": False})
    assert fingerprint(ENGINE, alone) != fingerprint(ENGINE, asked)
