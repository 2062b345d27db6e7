"""The checks of takes: what a person would listen for in them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sparkle_motion_dagster.film.casting.failover import DialogueTake
from sparkle_motion_dagster.film.checks.hearing import words_heard
from sparkle_motion_dagster.film.checks.promises import (
    ALL_SPOKEN,
    TAKES_GOOD,
    VOICES_APART,
    VOICES_STAY,
)
from sparkle_motion_dagster.film.checks.verdict import Verdict
from sparkle_motion_dagster.film.hearing.respeaking import LineTake
from sparkle_motion_dagster.film.pinned_lines import PinnedTake
from sparkle_motion_dagster.film.sound.dialogue import Dialogue
from sparkle_motion_dagster.film.stage import Stage
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.plan.timeline.lines import PlannedLine, planned_lines

_TELLS_APART = ("pitch", "rate", "size", "effect")
"""Settings of a voice by which characters are told apart by ear; how it plays does not do it."""


def verdicts(stage: Stage, dialogue: Dialogue) -> Iterator[Verdict]:
    """Listen to the takes of a film."""
    yield all_spoken(dialogue.takes)
    yield voices_apart(stage.plan, dialogue.takes)
    yield voices_stay(stage.plan, dialogue.takes)
    yield takes_good(dialogue.takes)
    yield words_heard(dialogue.heard)


def all_spoken(takes: Sequence[LineTake]) -> Verdict:
    """Look for what is written and not spoken."""
    passed_over = _found_in(takes, "unspoken", between=" ")
    return ALL_SPOKEN.verdict(
        {
            "lines": len(takes),
            "passed_over": passed_over or "nothing",
            "directions": _found_in(takes, "directions", between=" ") or "none",
        },
        kept=not passed_over,
    )


def takes_good(takes: Sequence[LineTake]) -> Verdict:
    """Look for takes that are faulty, though they are the best of several."""
    faulty = _found_in(takes, "faults", between=", ")
    return TAKES_GOOD.verdict({"lines": len(takes), "faulty": faulty or "none"}, kept=not faulty)


def voices_apart(plan: MoviePlan, takes: Sequence[LineTake]) -> Verdict:
    """Look for characters that nobody can tell apart by ear, in the takes that somebody spoke."""
    speaking = _grouped((_timbre(take), line.character_id) for line, take in _spoken(plan, takes))
    alike = [" and ".join(characters) for characters in speaking.values() if len(characters) > 1]
    return VOICES_APART.verdict(
        {"voices": len(speaking), "the_same": "; ".join(alike) or "none"}, kept=not alike
    )


def voices_stay(plan: MoviePlan, takes: Sequence[LineTake]) -> Verdict:
    """Look for characters that speak with more than one provider's voice, in those takes."""
    providers = _grouped((line.character_id, take.provider) for line, take in _spoken(plan, takes))
    changing = [
        f"{character}: {' and '.join(names)}"
        for character, names in providers.items()
        if len(names) > 1
    ]
    return VOICES_STAY.verdict(
        {"characters": len(providers), "changing": "; ".join(changing) or "none"}, kept=not changing
    )


def _spoken(
    plan: MoviePlan, takes: Sequence[LineTake]
) -> Iterator[tuple[PlannedLine, DialogueTake | PinnedTake]]:
    """Yield the lines that somebody spoke for the film, which no recording is."""
    for line, take in zip(planned_lines(plan), takes, strict=True):
        if isinstance(take, DialogueTake) or (isinstance(take, PinnedTake) and take.voice):
            yield line, take


def _timbre(take: DialogueTake | PinnedTake) -> str:
    """Return all that makes a voice sound as it does, for the ear."""
    voice = take.voice
    settings, reference = voice.get("settings"), voice.get("reference")
    apart = [settings.get(name) for name in _TELLS_APART] if isinstance(settings, dict) else []
    return str((take.provider, reference or voice.get("provider_voice"), *apart))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return what goes with each first one of pairs, each once, in order."""
    groups: dict[str, list[str]] = defaultdict(list)
    for first, second in pairs:
        if second not in groups[first]:
            groups[first].append(second)
    return groups


def _found_in(takes: Sequence[LineTake], name: str, between: str) -> str:
    """Return what the metadata of takes lists under a name, line by line."""
    lists = [take.produced.record.metadata.get(name) for take in takes]
    return "; ".join(
        f"line {number}: {between.join(map(str, found))}"
        for number, found in enumerate(lists, start=1)
        if isinstance(found, list) and found
    )
