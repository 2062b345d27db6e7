"""What sounds in a changed plan beside speech."""

from collections.abc import Sequence

from sparkle_motion_dagster.plan.parts import UncheckedPlan
from sparkle_motion_dagster.plan.rules.soundtrack import cues_lie_in_the_film
from sparkle_motion_dagster.plan.soundtrack import SOUND_KINDS
from sparkle_motion_dagster.shotlist.cues import Moves, moods_of, with_moods
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot

SOUNDTRACK = "soundtrack"


def sounding(
    old: PlanText, new: PlanText, shots: Sequence[MergedShot], ambience: Sequence[PlanText]
) -> PlanText:
    """Return a changed plan whose soundtrack goes with its shots and lines.

    Args:
        old: The plan as its file has it.
        new: The plan as it is now, with the soundtrack that it had.
        shots: The shots that it has now.
        ambience: The cues of moods that its shot list makes, by the shots that the list makes.
    """
    if old.get(SOUNDTRACK):
        numbers = [line.number for one in shots for line in one.lines]
        lines = {number: now for now, number in enumerate(numbers, start=1) if number is not None}
        moves = Moves(old["shots"], new["shots"], lines)
        new = {**new, SOUNDTRACK: moves.followed(old[SOUNDTRACK])}
    moods = moods_of(UncheckedPlan.model_validate(new))
    if any(
        _told(one) and one.now.scene.mood != mood for one, mood in zip(shots, moods, strict=True)
    ):
        new = {**new, SOUNDTRACK: with_moods(new.get(SOUNDTRACK) or {}, _by(shots, ambience))}
    return _without_what_is_outside(new)


def _told(one: MergedShot) -> bool:
    """Tell whether a shot's mood is told now: it is new, or was told otherwise."""
    return one.was is None or one.was.scene.mood != one.now.scene.mood


def _by(shots: Sequence[MergedShot], cues: Sequence[PlanText]) -> list[PlanText]:
    """Return cues by the shots of the plan."""
    ids = {one.now.built["id"]: one.id for one in shots}
    return [
        {**cue, **{name: {"shot": ids[cue[name]["shot"]]} for name in ("at", "until")}}
        for cue in cues
    ]


def _without_what_is_outside(plan: PlanText) -> PlanText:
    """Return a plan without the cues that lie outside of its film."""
    problems = list(cues_lie_in_the_film(UncheckedPlan.model_validate(plan)))
    wrong = {problem.field.rpartition(".")[0] for problem in problems}
    if not wrong:
        return plan
    return {
        **plan,
        SOUNDTRACK: {
            kind: [
                cue
                for number, cue in enumerate(plan[SOUNDTRACK].get(kind, ()))
                if f"{SOUNDTRACK}.{kind}[{number}]" not in wrong
            ]
            for kind in SOUND_KINDS
            if kind in plan[SOUNDTRACK]
        },
    }
