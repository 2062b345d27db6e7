"""The keyframes of a plan, as a changed shot list tells them."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sparkle_motion_dagster.shotlist.headings import TIMES
from sparkle_motion_dagster.shotlist.listing import SIZES
from sparkle_motion_dagster.shotlist.naming import free
from sparkle_motion_dagster.shotlist.provenance import PlanText
from sparkle_motion_dagster.shotlist.references import END, START, keyframes_named
from sparkle_motion_dagster.shotlist.rewriting.changes import changed
from sparkle_motion_dagster.shotlist.rewriting.shots import MergedShot, Telling

_OF_ONES_OWN = ("local_path", "asset_uri")


def pictured(
    old: Sequence[PlanText], shots: Sequence[MergedShot], chained: Collection[str]
) -> tuple[Mapping[str, PlanText], list[MergedShot]]:
    """Return keyframes by their ids, and shots that start on them.

    A shot whose picture is told otherwise has its keyframe told anew, under the id that it has; but
    where others show that, too, or it is a picture of somebody's own, it has another one.

    Args:
        old: The keyframes as the plan has them.
        shots: The shots.
        chained: The ids of those that end on what the next one starts on, whatever that is.
    """
    painting = _Painting(old, [one for one in shots if not one.looks_otherwise], chained)
    painted = [painting.shot(one) if one.looks_otherwise else one for one in shots]
    return painting.keyframes, painted


class _Painting:
    """Keyframes while they are told anew.

    Args:
        old: Them, as the plan has them.
        steady: The shots that look as they did.
        chained: The ids of shots that end on what the next one starts on.
    """

    def __init__(
        self, old: Sequence[PlanText], steady: Sequence[MergedShot], chained: Collection[str]
    ) -> None:
        self._old = {one["id"]: one for one in old}
        self.keyframes = dict(self._old)
        self._chained = chained
        self._taken = {name.casefold() for name in self.keyframes}
        self._kept = {one["id"] for one in old if any(one.get(name) for name in _OF_ONES_OWN)}
        self._steady: dict[str, str] = {}
        self._found: dict[str, str] = {}
        for one in steady:
            ends = (START,) if one.id in chained else (START, END)
            self._kept |= {one.shot[end] for end in ends if end in one.shot}
            if START in one.shot:
                self._steady.setdefault(one.now.picture["id"], one.shot[START])

    def shot(self, one: MergedShot) -> MergedShot:
        """Return a shot that starts on the picture that is told now."""
        fields: dict[str, Any] = {START: self._start(one), END: self._end(one)}
        if "faces" in one.shot.get("metadata", {}):  # of a picture that is no more
            notes = {key: told for key, told in one.shot["metadata"].items() if key != "faces"}
            fields["metadata"] = notes or None
        return one.with_fields(**fields)

    def _start(self, one: MergedShot) -> str:
        picture, start = one.now.picture, None if one.old is None else one.old.get(START)
        if picture["id"] in self._steady:
            return self._steady[picture["id"]]
        if start is None or not self._retold(start, one):
            start = self._found.get(picture["id"]) or self._new(picture)
        self._found.setdefault(picture["id"], start)
        return start

    def _new(self, picture: PlanText) -> str:
        name = free(picture["id"], self._taken)
        self._taken.add(name)
        self.keyframes[name] = {**picture, "id": name}
        return name

    def _end(self, one: MergedShot) -> str | None:
        """Return what a shot ends on: what it did, where that can be had at another time."""
        end: str | None = None if one.old is None else one.old.get(END)
        if end is None or one.id in self._chained or not one.differs_in_time_alone:
            return None
        return end if self._retold(end, one) else None

    def _retold(self, name: str, one: MergedShot) -> bool:
        """Tell a keyframe as a shot does, if nobody else tells it otherwise."""
        if name in self._kept or one.was is None:
            return False
        retold = _retold(self._old[name], one.was, one.now)
        if self.keyframes[name] not in (self._old[name], retold):
            return False
        self.keyframes[name] = retold
        return True


def _retold(keyframe: PlanText, was: Telling, now: Telling) -> PlanText:
    """Return a keyframe as it is told now.

    Of one that somebody has described, the words that say when it is, and how near, are replaced.
    """
    told = changed(keyframe, was.picture, now.picture, ("characters",))
    if keyframe["prompt"] == was.picture["prompt"] or was.content != now.content:
        return {**told, "prompt": now.picture["prompt"]}
    prompt = keyframe["prompt"]
    if was.scene.time != now.scene.time and now.scene.time is not None:
        prompt = _said(prompt, TIMES, now.scene.time)
    if was.listed.size != now.listed.size:
        prompt = _said(prompt, SIZES, now.listed.size)
    return {**told, "prompt": prompt}


def _said(prompt: str, words: re.Pattern[str], instead: str) -> str:
    """Return a prompt that says something instead of some words, or else besides."""
    return words.sub(instead, prompt) if words.search(prompt) else f"{prompt}, {instead}"


def shown(
    keyframes: Mapping[str, PlanText], shots: Sequence[MergedShot], old: Sequence[PlanText]
) -> list[PlanText]:
    """Return the keyframes that shots show, each new one behind that of the shot before.

    Args:
        keyframes: All, by their ids.
        shots: The shots.
        old: The keyframes that there were.
    """
    named = {*keyframes_named([one.shot for one in shots])}
    ordered = [one["id"] for one in old if one["id"] in named]
    behind = 0
    for one in shots:
        if START in one.shot:
            start: str = one.shot[START]
            if start not in ordered:
                ordered.insert(behind, start)
            behind = ordered.index(start) + 1
    return [keyframes[name] for name in ordered]
