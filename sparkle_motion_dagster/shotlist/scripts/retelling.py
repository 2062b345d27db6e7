"""An element of a plan that a script tells otherwise now: what no script tells stays in it."""

from collections.abc import Mapping
from typing import Any

from sparkle_motion_dagster.plan.reading.files import RECORDING
from sparkle_motion_dagster.shotlist.provenance import PICTURE, REFERENCE, PlanText
from sparkle_motion_dagster.shotlist.references import START
from sparkle_motion_dagster.shotlist.rewriting.people import speaking

_OF_ONES_OWN = (
    *(REFERENCE, "treatment"),
    *(PICTURE, "asset_uri", "mime_type", "negative_prompt"),
    *("seed", "grade", "on_screen_text"),
)
"""The fields of characters, keyframes and shots that no script tells, and that go with any."""


def made_anew(now: PlanText, old: PlanText) -> PlanText:
    """Return a character, keyframe or shot as a script tells it now.

    Args:
        now: What the script makes.
        old: The same as the plan has it; empty: it has not.
    """
    anew = {**now, **{name: old[name] for name in _OF_ONES_OWN if name in old}}
    if notes := {**_notes(now, old), **now.get("metadata", {})}:
        anew["metadata"] = notes
    if (voice := old.get("voice_profile")) is not None:
        language = now.get("voice_profile", {}).get("language")
        anew = speaking(
            {**anew, "voice_profile": voice},
            None if language == voice.get("language") else language,
        )
    if "on_screen_text" in old:  # there is time for it
        anew["duration_sec"] = max(now["duration_sec"], old["duration_sec"])
    if "clip" in old:
        anew |= {"clip": old["clip"], "duration_sec": old["duration_sec"]}
        del anew[START]
    if "dialogue" in now:
        recordings = {said_in(line): line[RECORDING] for line in _lines(old) if RECORDING in line}
        anew["dialogue"] = [
            {**line, RECORDING: recordings[said_in(line)]} if said_in(line) in recordings else line
            for line in _lines(now)
        ]
    return anew


def said_in(line: Mapping[str, Any]) -> tuple[str, str]:
    """Return who says a line, and what."""
    return line["character_id"], line["text"]


def _notes(now: PlanText, old: PlanText) -> PlanText:
    """Return what somebody noted; whose face is where, if the same people speak at that place."""
    was, is_now = (
        ({line["character_id"] for line in _lines(one)}, one.get("setting")) for one in (old, now)
    )
    notes = old.get("metadata", {})
    return {name: notes[name] for name in notes if name != "faces" or was == is_now}


def _lines(shot: PlanText) -> list[PlanText]:
    return list(shot.get("dialogue", ()))
