"""A plan and a changed shot list become the plan that tells what the list does.

Three are compared: the plan as it is, the shot list that was read from it, and the one that came
back. What both lists say alike stays as it is in the plan, whatever that says beyond them; what
they say otherwise is made anew, under the id that it has.
"""

from collections.abc import Mapping, Sequence

from sparkle_motion_dagster.plan.cards import END_CARD, TITLE_CARD
from sparkle_motion_dagster.plan.models import MoviePlan
from sparkle_motion_dagster.shotlist.building import plan_of
from sparkle_motion_dagster.shotlist.models import ShotList
from sparkle_motion_dagster.shotlist.pace import (
    LETTERS_A_SECOND,
    NO_PACES,
    Paces,
    spoken_seconds,
)
from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES, PlanText
from sparkle_motion_dagster.shotlist.references import START, characters_named
from sparkle_motion_dagster.shotlist.rewriting.changes import changed
from sparkle_motion_dagster.shotlist.rewriting.lines import hold_lines, lines_of
from sparkle_motion_dagster.shotlist.rewriting.people import (
    ids_of,
    merged_characters,
    renamed_list,
    renamed_plan,
    renames,
    spoken_otherwise,
    with_ids,
)
from sparkle_motion_dagster.shotlist.rewriting.pictures import pictured, shown
from sparkle_motion_dagster.shotlist.rewriting.seams import chained, seamed
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot, merged_shots, tellings
from sparkle_motion_dagster.shotlist.rewriting.soundtrack import sounding
from sparkle_motion_dagster.shotlist.rewriting.timeline import timed


def merged(
    file: PlanText, plan: MoviePlan, before: ShotList, listed: ShotList, paces: Paces = NO_PACES
) -> PlanText:
    """Return the plan that a changed shot list makes of the one in a file.

    Args:
        file: The plan as its file has it.
        plan: The same plan.
        before: What it tells: `listing.listed_of` it.
        listed: The same, changed.
        paces: How fast its characters speak.
    """
    old = file
    if called := renames(before, listed):
        old, before = renamed_plan(file, before, called), renamed_list(before, called)
    ids = ids_of(old, before, listed)
    was = with_ids(plan_of(before, paces), before, ids)
    now = with_ids(plan_of(listed, paces), listed, ids)
    shots = merged_shots(
        old["shots"],
        lines_of(old, plan),
        tellings(before, was, KEYFRAMES),
        tellings(listed, now, KEYFRAMES),
    )
    chains = chained(shots, old["shots"])
    keyframes, shots = pictured(old[KEYFRAMES], shots, chains)
    shots = seamed(shots, chains, end_card=old.get(END_CARD) is not None)
    timeline, timed_shots = timed(old, shots, _seconds(listed, paces))
    new = changed(old, was, now, ("title", "style")) | {
        KEYFRAMES: shown(keyframes, timed_shots, old[KEYFRAMES]),
        "shots": [_with_lines(one, in_shots=hold_lines(old)) for one in timed_shots],
        **_story(old, before, listed),
        **_cards(old, before, listed, timed_shots),
        **({} if timeline is None else {"dialogue_timeline": timeline}),
    }
    new = sounding(old, new, timed_shots, now.get("soundtrack", {}).get("ambience", ()))
    people = merged_characters(
        old.get("characters", ()),
        was["characters"],
        now["characters"],
        spoken_otherwise(before, listed, ids),
        set(characters_named(new)),
    )
    if people or "characters" in old:
        new["characters"] = people
    order = [*MoviePlan.model_fields]
    return {
        key: new[key]
        for key in [*old, *sorted(new.keys() - old.keys(), key=order.index)]
        if key in new
    }


def _with_lines(one: MergedShot, *, in_shots: bool) -> PlanText:
    if not in_shots:
        return one.shot
    if lines := [line.in_shot for line in one.lines if line.in_shot is not None]:
        return {**one.shot, "dialogue": lines}
    return {key: told for key, told in one.shot.items() if key != "dialogue" or not told}


def _story(old: PlanText, before: ShotList, listed: ShotList) -> PlanText:
    """Return the notes on the film, where what happens in it is told otherwise."""
    if before.story == listed.story or not listed.story:
        return {}
    return {"metadata": {**old.get("metadata", {}), "story": listed.story}}


def _seconds(listed: ShotList, paces: Paces) -> Mapping[str, float]:
    """Return how long each line takes to say, by its text."""
    shots = [shot for scene in listed.scenes for shot in scene.shots]
    return {
        line.text: spoken_seconds(line.text, paces.get(line.speaker, LETTERS_A_SECOND))
        for shot in shots
        for line in shot.lines
    }


def _cards(
    old: PlanText, before: ShotList, listed: ShotList, shots: Sequence[MergedShot]
) -> PlanText:
    """Return the cards: one stands on no picture where the shot beside it has none."""
    cards = {name: dict(old[name]) for name in (TITLE_CARD, END_CARD) if old.get(name)}
    if TITLE_CARD in cards:
        cards[TITLE_CARD]["text"] = _titled(cards[TITLE_CARD]["text"], before, listed)
    for name, beside in ((TITLE_CARD, shots[0]), (END_CARD, shots[-1])):
        if START not in beside.shot and cards.get(name, {}).get("style") == "picture":
            del cards[name]["style"]
    return cards


def _titled(text: str, before: ShotList, listed: ShotList) -> str:
    """Return what a title card says: the title, where it said that, and who wrote it."""
    title, line_break, rest = text.partition("\n")
    if title.strip() == before.title:
        title = listed.title
    if before.credit != listed.credit:
        return "\n".join(filter(None, (title, listed.credit)))
    return title + line_break + rest
