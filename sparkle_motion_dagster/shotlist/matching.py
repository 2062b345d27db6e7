"""Which of the things that there are now are which of those that there were."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from itertools import chain, pairwise

Likeness = Callable[[int, int], float]
"""How alike two things are, by the number of the one before and of the one now; 0: not at all."""


def matched(
    before: Sequence[Hashable], now: Sequence[Hashable], likeness: Likeness = lambda _was, _is: 0.0
) -> dict[int, int]:
    """Return, by the number of each thing that there was before, the number that it had.

    Things that are equal are the same, those first that stand in the same order. What stands
    between them is the same where it is alike, or where there are as many as there were. What was
    moved is the same as well.

    Args:
        before: The things that there were.
        now: The things that there are.
        likeness: How alike two of them are that are not equal.
    """
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    blocks = [*matcher.get_matching_blocks()]
    of = {block.b + step: block.a + step for block in blocks for step in range(block.size)}
    moved: dict[Hashable, list[int]] = defaultdict(list)
    for number in sorted({*range(len(before))} - {*of.values()}, reverse=True):
        moved[before[number]].append(number)
    for number in range(len(now)):
        if number not in of and moved[now[number]]:
            of[number] = moved[now[number]].pop()
    ends = [
        (0, 0),
        *chain.from_iterable(((b.a, b.b), (b.a + b.size, b.b + b.size)) for b in blocks),
    ]
    for (was, begin), (gone, end) in pairwise(ends):
        left = [number for number in range(was, gone) if number not in of.values()]
        new = [number for number in range(begin, end) if number not in of]
        of |= _paired(left, new, likeness)
    return of


def _paired(left: Sequence[int], new: Sequence[int], likeness: Likeness) -> dict[int, int]:
    """Return which of two stretches are the same: the most alike, in order, then what is left."""
    alike = _most_alike(left, new, likeness)
    anchors = [(-1, -1), *((left.index(a), new.index(b)) for b, a in alike.items())]
    of = dict(alike)
    for (a, b), (next_a, next_b) in pairwise([*anchors, (len(left), len(new))]):
        if next_a - a == next_b - b:
            of |= zip(new[b + 1 : next_b], left[a + 1 : next_a], strict=True)
    return of


def _most_alike(left: Sequence[int], new: Sequence[int], likeness: Likeness) -> dict[int, int]:
    """Return the pairs, in order, whose likeness adds up to the most (a common subsequence)."""
    best: list[list[tuple[float, dict[int, int]]]] = [[(0.0, {})] * (len(new) + 1)]
    for a in left:
        row: list[tuple[float, dict[int, int]]] = [(0.0, {})]
        for column, b in enumerate(new):
            alike, (sum_before, pairs) = likeness(a, b), best[-1][column]
            both = (sum_before + alike, pairs | {b: a}) if alike > 0 else (0.0, {})
            row.append(max(both, best[-1][column + 1], row[-1], key=lambda one: one[0]))
        best.append(row)
    return best[-1][-1][1]
