"""A film with music, ambience and effects, measured from its files, and edited."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from measure import loudness, sound, true_peak
from sounds import write_wav
from sparkle_motion_dagster.api.rendering import explain
from sparkle_motion_dagster.forecast.explanation import ItemState
from studio import Plan, Studio, short_film

RATE = 48_000


def chord(seconds: float, rate: int = 44_100) -> npt.NDArray[np.float32]:
    time = np.arange(round(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 277, 330))
    return np.asarray(0.2 * tones, np.float32)


def with_sounds() -> Plan:
    """The short film (a line from 1 s on, three seconds) with a cue of each kind.

    Nothing is planned for its last third of a second, or more.
    """
    return short_film() | {
        "soundtrack": {
            "music": [
                {"file": "chord.wav", "until": 1.9, "loop": True, "fade_out_sec": 0.3},
            ],
            "ambience": [
                {"mood": "Room Tone", "at": {"shot": "shot_002"}, "until": {"line": 1}},
            ],
            "effects": [{"file": "knock.wav", "at": {"line": 1, "offset_sec": -0.4}}],
        }
    }


def foreseen(studio: Studio, plan: Plan) -> dict[str, list[str]]:
    """Return what is to be made, by stage, as `sparkle explain` says.

    What waits for something that is made first may come out as it was.
    """
    told = explain(plan=studio.write(plan), home=studio.home.root)
    made = {
        stage.stage: sorted(
            item.id for item in stage.items if item.state in {ItemState.MADE, ItemState.MAYBE}
        )
        for stage in told.stages
    }
    return {stage: items for stage, items in made.items() if items}


def read(studio: Studio, name: str) -> npt.NDArray[np.float64]:
    samples, rate = soundfile.read(studio.home.runs / "film" / "timeline_track" / f"{name}.wav")
    assert rate == RATE
    return np.asarray(samples)


def test_a_film_with_a_soundtrack(rendered: Studio) -> None:
    studio, plan = rendered, with_sounds()
    before = studio.manifests()["timeline_track"].artifact("timeline", "audio").sha256
    write_wav(studio.plans / "chord.wav", chord(0.7), rate=44_100)
    knock = np.random.default_rng(1).uniform(-1, 1, 4800) * np.exp(-np.arange(4800) / 600)
    write_wav(studio.plans / "knock.wav", knock.astype(np.float32))

    track = ["ambience@stem", "effects@stem", "mara@dialogue", "mix", "music@stem"]
    first_made = {
        "timeline_track": [*track, "room_tone@ambience"],
        "video_final": ["film", "sound"],
    }
    assert foreseen(studio, plan) == first_made
    made = studio.make(plan)
    assert made.made == first_made
    assert all(check.passed for name, check in made.checks.items() if "track" in name)
    assert {name for name, check in made.checks.items() if not check.passed} <= {
        "as_long_as_planned",
        "prompt_read",
    }

    # Speech is as it was, and what all stems add up to is what the film sounds like.
    manifest = studio.manifests()["timeline_track"]
    assert manifest.artifact("timeline", "audio").sha256 == before
    stems = {name: read(studio, name) for name in track if name != "mix"}
    mix = read(studio, "mix")
    assert np.abs(mix - sum(stems.values())).max() < 2**-15
    assert np.array_equal(stems["mara@dialogue"], read(studio, "timeline"))

    # The knock is where it was asked for, music ends where it should, and then there is silence.
    spoken = np.flatnonzero(stems["mara@dialogue"].any(axis=1))
    knocked = np.flatnonzero(stems["effects@stem"].any(axis=1))
    assert knocked[0] == pytest.approx(spoken[0] - 0.4 * RATE, abs=0.02 * RATE)
    music = np.flatnonzero(np.abs(stems["music@stem"]).max(axis=1) > 1e-4)
    assert music[-1] / RATE == pytest.approx(1.9, abs=0.05)
    ambience = np.flatnonzero(stems["ambience@stem"].any(axis=1))
    assert ambience[0] / RATE == pytest.approx(1.0, abs=0.02)
    assert not mix[max(music[-1], ambience[-1]) + 1000 :].any()

    # It begins again after 0.695 s, and at no moment of it is a step: not there, nor at its ends.
    steps = np.abs(np.diff(stems["music@stem"][:, 0], prepend=0.0))
    assert steps.max() < 1.3 * steps[RATE // 4 : RATE // 2].max()

    # Under speech, music has stepped back by 12 dB, from the first word on.
    under = stems["music@stem"][spoken[0] : spoken[0] + 4800]
    free = stems["music@stem"][RATE // 4 : RATE // 2]
    back_db = 20 * np.log10(np.sqrt(np.mean(free**2) / np.mean(under**2)))
    assert back_db == pytest.approx(12, abs=1)

    decoded = sound(studio.film())
    assert loudness(decoded) == pytest.approx(-16, abs=0.55)
    assert true_peak(decoded) <= -1
    assert heard_of(studio.film(), mix) > 0.95

    # One gain makes its stem again, what that is mixed into, and nothing else.
    plan["soundtrack"]["music"][0]["gain_db"] = -3.0
    gain_made = {"timeline_track": ["mix", "music@stem"], "video_final": ["film", "sound"]}
    assert foreseen(studio, plan) == gain_made
    edited = studio.make(plan)
    assert (edited.made, edited.new_actions) == (gain_made, 4)
    quieter = read(studio, "music@stem")
    assert np.abs(quieter - 10 ** (-3 / 20) * stems["music@stem"]).max() < 2**-18

    # Without a soundtrack it is the film that it was: nothing is made.
    assert studio.make(short_film()).made == {}
    assert "mix" not in {one.id for one in studio.manifests()["timeline_track"].artifacts}


def heard_of(film: Path, mix: npt.NDArray[np.float64]) -> float:
    """Return how much alike a film's sound and a mix are, mastering aside."""
    with av.open(str(film)) as container:
        decoded = np.concatenate(
            [frame.to_ndarray().mean(axis=0) for frame in container.decode(audio=0)]
        )
    count = min(len(decoded), len(mix))
    return float(np.corrcoef(decoded[:count], mix[:count].mean(axis=1))[0, 1])
