"""A film with a narrator, a phone call and a recorded line: looked at, listened to, edited."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from joined import read_captions
from measure import pictures, sound
from sounds import speech, write_wav
from sparkle_motion_dagster.film.stages import (
    DIALOGUE_WAVS,
    LIPSYNC_CLIPS,
    SHOT_CLIPS,
    TIMELINE_TRACK,
    VIDEO_FINAL,
)
from studio import Plan, Studio

PLAN = """
title: Rosa speaks
characters:
  - {id: narrator, name: Narrator, description: "an old man with a deep, calm voice"}
  - {id: rosa, name: Rosa, description: "baker, sixties, grey bun, white apron"}
  - {id: tom, name: Tom, treatment: telephone}
base_images:
  - {id: f0, prompt: "close-up of Rosa in the bakery", characters: [rosa]}
  - {id: f1, prompt: "medium close-up of Rosa in the bakery, smiling", characters: [rosa]}
  - {id: f2, prompt: "close-up of Rosa in the bakery", characters: [rosa]}
shots:
  - id: one
    duration_sec: 2.5
    visual_description: Rosa at work
    start_base_image_id: f0
    end_base_image_id: f1
    is_talking_closeup: true
    dialogue:
      - {character_id: narrator, text: "This is Rosa.", treatment: hall}
  - id: two
    duration_sec: 4
    visual_description: Rosa on the phone
    start_base_image_id: f1
    end_base_image_id: f2
    is_talking_closeup: true
    dialogue:
      - {character_id: tom, text: "It is me.", off_screen: true}
      - {character_id: rosa, text: "Hello.", audio: takes/rosa.wav}
render_profile:
  video: {model_id: wan-2.1, max_fps: 10}
  metadata: {resolution: 320x180}
"""


def plan() -> Plan:
    plan: Plan = YAML(typ="safe", pure=True).load(PLAN)
    return plan


def frames(clip: Path, count: int) -> list[np.ndarray]:
    return [one.astype(int) for one in pictures(clip, set(range(count))).values()]


def unmoved(studio: Studio) -> Path:
    """Return the folder of the same film, in which nobody is seen to speak."""
    quiet = plan()
    for shot in quiet["shots"]:
        shot["is_talking_closeup"] = False
    studio.make(quiet, "unmoved")
    return studio.home.runs / "unmoved"


def test_a_film_with_voices_that_are_not_seen(studio: Studio) -> None:
    (studio.plans / "takes").mkdir()
    write_wav(studio.plans / "takes" / "rosa.wav", speech(1))
    checked = studio.sparkle_here("plan", "check", studio.write(plan()))
    assert "characters[0]: narrator is in no picture, and so is only heard" in checked.stdout
    assert "characters[2]" not in checked.stdout, "of Tom the plan says so itself"
    foreseen = studio.sparkle_here("explain", studio.plans / "film.yaml").stdout
    assert "line_0001 faster " in foreseen

    first = studio.make(plan())
    manifests = first.manifests
    assert [one.id for one in manifests[DIALOGUE_WAVS].artifacts if one.name == "audio"] == [
        "line_0001",
        "line_0002",
        "line_0003",
    ]
    # Nobody is seen to speak in the first shot: its clip passes through.
    passed, shown_first = (
        manifests[stage].artifact("one", "clip") for stage in (SHOT_CLIPS, LIPSYNC_CLIPS)
    )
    assert shown_first.sha256 == passed.sha256
    moved = manifests[LIPSYNC_CLIPS].artifact("two", "clip")
    assert moved.metadata["portraits"] == []

    folder = studio.home.runs / "film"
    before, after = (
        frames(of / LIPSYNC_CLIPS / moved.file, moved.facts.frames or 0)
        for of in (unmoved(studio), folder)
    )
    changes = [np.abs(one - other).max(axis=2) for one, other in zip(before, after, strict=True)]
    timeline = json.loads((folder / TIMELINE_TRACK / "timeline.json").read_text())
    rosa = timeline["lines"][2]
    begins = int(rosa["start_sample"] / 4800) - timeline["shots"][1]["start_frame"]
    on_the_phone, speaking = changes[1 : begins - 3], changes[begins + 1 : -1]
    assert max(int((change > 60).sum()) for change in on_the_phone) < 20  # a blink at most
    assert max(int((change > 60).sum()) for change in speaking) > 60
    corners = np.s_[140:, [*range(60), *range(260, 320)]]
    assert max(int(change[corners].max()) for change in changes) < 60

    shown = {caption.text: caption.italic for caption in read_captions(studio.film())}
    assert shown == {
        "Narrator: This is Rosa.": True,
        "Tom: It is me.": True,
        "Rosa: Hello.": False,
    }
    srt = (folder / VIDEO_FINAL / "film.srt").read_text(encoding="utf-8")
    assert "<i>Narrator: This is Rosa.</i>" in srt
    assert "\nRosa: Hello.\n" in srt

    # The narrator's hall is heard after the line, and has died away before the next one but one.
    heard = sound(studio.film())[:, 0]
    end = timeline["lines"][0]["end_sample"]
    assert np.abs(heard[end + 2400 : end + 12_000]).max() > 0.005
    tom = timeline["lines"][1]
    spectrum = np.abs(np.fft.rfft(heard[tom["start_sample"] : tom["end_sample"]])) ** 2
    hertz = np.fft.rfftfreq(tom["end_sample"] - tom["start_sample"], 1 / 48_000)
    assert spectrum[hertz > 4500].sum() < 1e-3 * spectrum.sum()

    edited = plan()
    edited["shots"][0]["dialogue"][0]["treatment"] = "thought"
    edited["shots"][1]["dialogue"][1]["text"] = "Hello, you."
    again = studio.make(edited)
    assert again.made == {
        TIMELINE_TRACK: ["line_0001@treated", "timeline"],
        VIDEO_FINAL: ["film", "sound"],
    }
