"""What a person would listen for in the takes of a film: measured, and shown as checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg

from sparkle_motion_dagster.assets.checks import warning
from sparkle_motion_dagster.film.casting.speaking import Spoken
from sparkle_motion_dagster.plan.lines import planned_lines
from sparkle_motion_dagster.plan.models import MoviePlan

ALL_SPOKEN = warning(
    "all_spoken", "All that is written is spoken: no line holds emoji or marks of markup."
)
VOICES_APART = warning(
    "voices_apart",
    "No two characters speak with the same voice. One who does can be given a voice of its own in "
    "the plan's voice_profile: a reference_wav to imitate, another voice_id, or a pitch.",
)
VOICES_STAY = warning(
    "voices_stay",
    "Nobody changes from one provider's voice to another's. One who does can be given a provider "
    "in the plan: voice_profile.provider.",
)
TAKES_GOOD = warning(
    "takes_good",
    "Every take is as it should be: not clipped, not cut short, about as long as its text. Another "
    "seed (voice_profile.seed), or other words, may help one that is not.",
)

_TELLS_APART = ("pitch", "rate")
"""Settings of a voice by which characters are told apart by ear; how it plays does not do it."""


def all_spoken(takes: Sequence[Spoken]) -> dg.AssetCheckResult:
    """Look for what is written and not spoken."""
    passed_over = _found_in(takes, "unspoken", between=" ")
    measured = {"lines": len(takes), "passed_over": passed_over or "nothing"}
    return ALL_SPOKEN.result(measured, kept=not passed_over)


def takes_good(takes: Sequence[Spoken]) -> dg.AssetCheckResult:
    """Look for takes that are faulty, though they are the best of several."""
    faulty = _found_in(takes, "faults", between=", ")
    measured = {"lines": len(takes), "faulty": faulty or "none"}
    return TAKES_GOOD.result(measured, kept=not faulty)


def voices_apart(plan: MoviePlan, takes: Sequence[Spoken]) -> dg.AssetCheckResult:
    """Look for characters that nobody can tell apart by ear."""
    speaking = _grouped(
        (_timbre(take), line.character_id)
        for line, take in zip(planned_lines(plan), takes, strict=True)
    )
    alike = [" and ".join(characters) for characters in speaking.values() if len(characters) > 1]
    measured = {"voices": len(speaking), "the_same": "; ".join(alike) or "none"}
    return VOICES_APART.result(measured, kept=not alike)


def voices_stay(plan: MoviePlan, takes: Sequence[Spoken]) -> dg.AssetCheckResult:
    """Look for characters that speak with more than one provider's voice."""
    providers = _grouped(
        (line.character_id, take.bid.speaker.name)
        for line, take in zip(planned_lines(plan), takes, strict=True)
    )
    changing = [
        f"{character}: {' and '.join(names)}"
        for character, names in providers.items()
        if len(names) > 1
    ]
    measured = {"characters": len(providers), "changing": "; ".join(changing) or "none"}
    return VOICES_STAY.result(measured, kept=not changing)


def _timbre(take: Spoken) -> str:
    """Return all that makes a voice sound as it does, for the ear."""
    voice = take.bid.request.voice
    imitated = None if voice.reference is None else voice.reference.sha256
    apart = [voice.settings.get(name) for name in _TELLS_APART]
    return str((take.bid.speaker.name, imitated or voice.provider_voice, *apart))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return what goes with each first one of pairs, each once, in order."""
    groups: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        if second not in groups[first]:
            groups[first].append(second)
    return groups


def _found_in(takes: Sequence[Spoken], name: str, between: str) -> str:
    """Return what the metadata of takes lists under a name, line by line."""
    lists = [take.produced.record.metadata.get(name) for take in takes]
    return "; ".join(
        f"line {number}: {between.join(map(str, found))}"
        for number, found in enumerate(lists, start=1)
        if isinstance(found, list) and found
    )
