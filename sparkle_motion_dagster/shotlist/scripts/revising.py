"""Making a plan anew from an edited script: ids stay, and so does what somebody edited since.

What the script says as it did stays as it is in the plan, whoever changed it there; what it says
otherwise is made anew, but for what no script tells: voices, seeds, somebody's own pictures. So
what is rendered again is what changed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.shotlist.cues import Moves, with_moods
from sparkle_motion_dagster.shotlist.matching import matched
from sparkle_motion_dagster.shotlist.naming import free
from sparkle_motion_dagster.shotlist.provenance import (
    KEYFRAMES,
    SCRIPT_LINE,
    SCRIPT_SHOT,
    SINGLES,
    Mark,
    PlanText,
    signed,
)
from sparkle_motion_dagster.shotlist.references import (
    END,
    START,
    characters_named,
    keyframes_named,
)
from sparkle_motion_dagster.shotlist.scripts.retelling import made_anew, said_in


@dataclass(frozen=True)
class Revision:
    """A plan that was made anew.

    Attributes:
        plan: It.
        kept: Ids of shots that are as they were.
        changed: Ids of shots that the script tells otherwise now.
        new: Ids of shots that it did not have.
        gone: Ids of shots that it no longer has.
    """

    plan: PlanText
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def revised(old: PlanText, made: Mapping[str, Any], new: PlanText, script: str) -> Revision:
    """Return a plan made anew from a script.

    Args:
        old: The plan as it is now.
        made: What of it was made from the script: `made_from_script`.
        new: What the script makes now.
        script: The script's file name.
    """
    shots = _ids(old["shots"], made["shots"], new["shots"])
    pictures = _ids(old[KEYFRAMES], made[KEYFRAMES], new[KEYFRAMES])
    renamed = _renamed(new, shots.of, pictures.of)
    fresh = signed(renamed, script)
    keyframes = _merged(old[KEYFRAMES], made[KEYFRAMES], renamed[KEYFRAMES], pictures.same)
    kept_shots = _seamed(
        _pictured(
            _merged(old["shots"], made["shots"], renamed["shots"], shots.same),
            {one["id"]: one for one in renamed["shots"]},
            {one["id"] for one in keyframes},
            _own_pictures(old, made[KEYFRAMES]),
        )
    )
    singles = _singles(old, made, renamed)
    if _SOUND in old and _SOUND in singles:
        followed = Moves(old["shots"], kept_shots, _lines_moved(old["shots"], kept_shots)).followed(
            old[_SOUND]
        )
        told_otherwise = singles[_SOUND] is not old[_SOUND]
        singles[_SOUND] = (
            with_moods(followed, singles[_SOUND]["ambience"]) if told_otherwise else followed
        )
    plan = {
        **{one: old[one] for one in old if one not in SINGLES or one in singles},
        KEYFRAMES: _named(
            [*keyframes_named(kept_shots)], keyframes, renamed[KEYFRAMES], old[KEYFRAMES]
        ),
        "shots": kept_shots,
        **singles,
        "metadata": {**old["metadata"], **fresh["metadata"]},
    }
    people = _merged(
        old.get("characters", ()),
        made["characters"],
        renamed["characters"],
        _unchanged(made["characters"], renamed["characters"]),
    )
    names = [*(one["id"] for one in people), *characters_named(plan)]
    plan["characters"] = _named(names, people, renamed["characters"], old.get("characters", ()))
    return Revision(
        plan=plan,
        kept=tuple(one["id"] for one in renamed["shots"] if one["id"] in shots.same),
        changed=tuple(
            one["id"]
            for one in renamed["shots"]
            if one["id"] in made["shots"] and one["id"] not in shots.same
        ),
        new=tuple(one["id"] for one in renamed["shots"] if one["id"] not in made["shots"]),
        gone=tuple(one for one in made["shots"] if one not in shots.of.values()),
    )


_SOUND, _CARD = "soundtrack", "title_card"


@dataclass(frozen=True)
class _Ids:
    """How elements are called that a script makes now.

    Attributes:
        of: The id of each in the plan, by the id that it was made with.
        same: The ids, in the plan, of those that say what they said.
    """

    of: Mapping[str, str]
    same: frozenset[str]


def _ids(
    old: Sequence[Mapping[str, Any]], made: Mapping[str, str], now: Sequence[Mapping[str, Any]]
) -> _Ids:
    """Match what a script makes now with what it made before, by what it says.

    Whatever is new is called like nothing else that is, or was, in the plan.
    """
    before = {name: Mark.read(mark) for name, mark in made.items()}
    after = {one["id"]: Mark.of(one) for one in now}
    names, others = list(before), list(after)
    matches = matched(
        [one.matter for one in before.values()], [one.matter for one in after.values()]
    )
    of = {others[new]: names[was] for new, was in matches.items()}
    same = frozenset(name for one, name in of.items() if after[one] == before[name])
    taken = {name.casefold() for name in (*before, *(one["id"] for one in old))}
    for name in others:
        if name not in of:
            of[name] = free(name, taken)
            taken.add(of[name])
    return _Ids(of, same)


def _unchanged(made: Mapping[str, str], now: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(one["id"] for one in now if made.get(one["id"]) == str(Mark.of(one)))


def _renamed(new: PlanText, shots: Mapping[str, str], pictures: Mapping[str, str]) -> PlanText:
    """Return what a script makes now, under the ids that it has in the plan."""
    cues = new.get("soundtrack", {}).get("ambience", ())
    sound = {"ambience": [_recued(cue, shots) for cue in cues]}
    return {
        **new,
        KEYFRAMES: [{**one, "id": pictures[one["id"]]} for one in new[KEYFRAMES]],
        "shots": [
            {
                **one,
                "id": shots[one["id"]],
                START: pictures[one[START]],
            }
            for one in new["shots"]
        ],
        **({"soundtrack": sound} if cues else {}),
    }


def _recued(cue: Mapping[str, Any], shots: Mapping[str, str]) -> PlanText:
    places = {name: {"shot": shots[cue[name]["shot"]]} for name in ("at", "until")}
    return {**cue, **places}


def _merged(
    old: Sequence[PlanText],
    made: Mapping[str, str],
    now: Sequence[PlanText],
    same: frozenset[str],
) -> list[PlanText]:
    """Return elements: those that stayed as the plan has them, those that changed as they are now.

    What somebody took out of the plan stays out of it; what somebody put in stays behind what it
    stands behind. What no script tells stays whatever the script says.
    """
    there = {one["id"]: one for one in old}
    merged = [
        _lined(there[one["id"]], one)
        if one["id"] in same
        else made_anew(one, there.get(one["id"], {}))
        for one in now
        if one["id"] in there or one["id"] not in made
    ]
    for before, added in _added(old, made):
        places = [index for index, one in enumerate(merged) if one["id"] == before]
        merged.insert(places[0] + 1 if places else 0 if before is None else len(merged), added)
    return merged


def _named(
    names: Sequence[str], elements: Sequence[PlanText], *others: Sequence[PlanText]
) -> list[PlanText]:
    """Return the elements with some ids; where one is missing, that of the first other has it."""
    there = {one["id"] for one in elements}
    more = {one["id"]: one for other in reversed(others) for one in other}
    return [
        *(one for one in elements if one["id"] in names),
        *(more[name] for name in dict.fromkeys(names) if name not in there and name in more),
    ]


def _seamed(shots: Sequence[PlanText]) -> list[PlanText]:
    """Return shots; one that matched what no longer follows it cuts: scripts match nothing."""
    seamed = []
    for shot, after in zip(shots, [*shots[1:], None], strict=True):
        matches = "clip" not in shot and shot.get("transition", "match") == "match"
        is_broken = matches and after is not None and after.get(START) != shot.get(END)
        seamed.append({**shot, "transition": "cut"} if is_broken else shot)
    return seamed


def _own_pictures(old: PlanText, made: Mapping[str, str]) -> Mapping[str, str]:
    """Return the keyframes that somebody has put in for shots, by the shots."""
    starts = {one["id"]: one.get(START) for one in old["shots"]}
    put_in = {one["id"] for one in old[KEYFRAMES]} - made.keys()
    return {shot: start for shot, start in starts.items() if start in put_in}


def _pictured(
    shots: Sequence[PlanText],
    now: Mapping[str, PlanText],
    keyframes: set[str],
    own: Mapping[str, str],
) -> list[PlanText]:
    """Return shots, each on a keyframe that there is.

    That is the one that somebody has put in for it, else the one of the plan; where the script no
    longer makes that, the one of now.
    """
    pictured = []
    for one in shots:
        start = own.get(one["id"], one.get(START))
        if start not in (None, *keyframes) and one["id"] in now:
            start = now[one["id"]][START]
        pictured.append({**one, START: start} if start != one.get(START) else one)
    return pictured


def _lined(old: PlanText, now: PlanText) -> PlanText:
    """Return an element of the plan, with where it is in the script now."""
    lined = dict(old)
    places = {
        name: now["metadata"][name]
        for name in (SCRIPT_LINE, SCRIPT_SHOT)
        if name in now.get("metadata", {})
    }
    if places:
        lined["metadata"] = {**old.get("metadata", {}), **places}
    if "dialogue" in old:
        told = [*now.get("dialogue", ()), *({} for _ in old["dialogue"])]
        lined["dialogue"] = [_lined(*pair) for pair in zip(old["dialogue"], told, strict=False)]
    return lined


def _added(
    old: Sequence[PlanText], made: Mapping[str, str]
) -> Iterator[tuple[str | None, PlanText]]:
    """Yield what somebody put into the plan, and the id of what it stands behind."""
    before = None
    for one in old:
        if one["id"] not in made:
            yield before, one
        before = one["id"]


def _singles(old: PlanText, made: Mapping[str, Any], now: PlanText) -> PlanText:
    """Return the parts without ids: those of now where the script tells them otherwise."""
    singles = {}
    for name in SINGLES:
        if name in now and made.get(name) != str(Mark.of(now[name])):
            singles[name] = {**old.get(name, {}), **now[name]} if name == _CARD else now[name]
        elif name in old and (name in now or made.get(name) != str(Mark.of(old[name]))):
            singles[name] = old[name]
    return singles


def _lines_moved(old: Sequence[PlanText], now: Sequence[PlanText]) -> Mapping[int, int]:
    """Return the number of each line that is still there by the one that it had, from 1."""
    numbers: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, said in enumerate(_said(old), start=1):
        numbers[said].append(number)
    return {
        numbers[said].pop(0): number
        for number, said in enumerate(_said(now), start=1)
        if numbers[said]
    }


def _said(shots: Sequence[PlanText]) -> Iterator[tuple[str, str, str]]:
    """Yield the shot, the speaker and the text of each line."""
    for shot in shots:
        for line in shot.get("dialogue", ()):
            yield shot["id"], *said_in(line)
