"""Requests and engines compared field by field: what was, and what will be.

A request that waits for something is compared in all the ways that it may turn out: where they
agree it is certain, and what is certain and differs is a change.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pydantic import JsonValue

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.forecast.explanation import Change

_DIGEST = re.compile("[0-9a-f]{64}")
_FRAME_SIZE = frozenset({"width", "height"})


@dataclass(frozen=True)
class Names:
    """Whose a file is, by its digest: as things were, as they will be, and still to be made."""

    before: Mapping[str, AbstractSet[str]]
    after: Mapping[str, AbstractSet[str]]
    awaited: Mapping[str, str]


@dataclass(frozen=True)
class Comparison:
    """How something differs from what it was.

    ``waits_for`` names what is still to be made and is needed; ``unsettled`` tells whether there
    are fields that may turn out in more than one way.
    """

    changes: tuple[Change, ...]
    waits_for: tuple[str, ...]
    unsettled: bool

    @property
    def open(self) -> bool:
        """Whether anything is not known yet."""
        return bool(self.waits_for) or self.unsettled


class _Absent:
    """Stands for a field that is not there."""


_ABSENT = _Absent()
_Value = JsonValue | _Absent


def readable(
    request: Mapping[str, JsonValue], ignored: AbstractSet[str] = frozenset()
) -> dict[str, JsonValue]:
    """Return a request as people compare it, without the fields that are ignored.

    Files become their digests, frame sizes ``1280x720``, and lists of things that have ids go by
    those, so that a new one in the middle does not change all that follow.
    """
    return _fields({name: value for name, value in request.items() if name not in ignored})


def compare(before: JsonValue, futures: Sequence[JsonValue], names: Names) -> Comparison:
    """Compare what was with every way in which it may turn out, all of them `readable`."""
    comparer = _Comparer(names)
    comparer.compare("", before, futures)
    # Whose files changed says more than where a number did.
    changes = sorted(comparer.changes, key=lambda change: not _is_file(change.after))
    return Comparison(tuple(changes), tuple(dict.fromkeys(comparer.waits_for)), comparer.unsettled)


def awaits(value: JsonValue, names: Names) -> bool:
    """Tell whether anything in a value is still to be made."""
    return any(text in names.awaited for text in _texts(value))


def engine_changes(before: EngineIdentity, after: EngineIdentity) -> tuple[Change, ...]:
    """Return how another engine, another version or other settings answer than the last time."""
    if before.name != after.name:
        return (Change(field="engine", before=str(before), after=str(after)),)
    comparer = _Comparer(Names({}, {}, {}))
    was, will_be = (readable(identity.model_dump(mode="json")) for identity in (before, after))
    comparer.compare("engine", was, [will_be])
    return tuple(comparer.changes)


def _readable(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        if set(value) == {"sha256"}:
            return value["sha256"]
        if set(value) == _FRAME_SIZE:
            return f"{value['width']}x{value['height']}"
        return _fields(value)
    if isinstance(value, list):
        ids = [inner.get("id") for inner in value if isinstance(inner, dict)]
        if value and len(set(map(str, ids))) == len(value) and None not in ids:
            return {f"[{id_}]": _readable(inner) for id_, inner in zip(ids, value, strict=True)}
        return [_readable(inner) for inner in value]
    return value


def _fields(value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return dict(part for key, inner in value.items() for part in _parts(key, inner))


def _parts(key: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield a field; what is said of a file beside its digest stands next to it."""
    if isinstance(value, dict) and "sha256" in value:
        yield key, value["sha256"]
        yield from ((f"{key}.{name}", said) for name, said in value.items() if name != "sha256")
    else:
        yield key, _readable(value)


def _is_file(value: JsonValue) -> bool:
    return isinstance(value, dict) and "file" in value


@dataclass
class _Comparer:
    names: Names
    changes: list[Change] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    unsettled: bool = False

    def compare(self, path: str, before: _Value, futures: Sequence[_Value]) -> None:
        there = [future for future in futures if not isinstance(future, _Absent)]
        dicts = [future for future in there if isinstance(future, dict)]
        lists = [future for future in there if isinstance(future, list)]
        if not there and before == []:
            # Of a field that is gone, and held nothing, nothing is gone.
            return
        if not there:
            self._change(path, before, _ABSENT)
        elif len(there) < len(futures):
            self._leave_open(there)
        elif len(dicts) == len(futures):
            self._compare_dicts(path, before, dicts)
        elif len(lists) == len(futures):
            self._compare_lists(path, before, lists)
        elif any(future != there[0] for future in there):
            self._leave_open(there)
        elif isinstance(there[0], str) and there[0] in self.names.awaited:
            self.waits_for.append(self.names.awaited[there[0]])
        elif isinstance(before, _Absent) or before != there[0]:
            self._change(path, before, there[0])

    def _compare_dicts(
        self, path: str, before: _Value, futures: Sequence[dict[str, JsonValue]]
    ) -> None:
        if not isinstance(before, dict):
            self._change(path, before, futures[0])
            self._note_awaited(futures)
            return
        for key in dict.fromkeys([*before, *(key for future in futures for key in future)]):
            inner = path + key if key.startswith("[") else f"{path}.{key}".lstrip(".")
            self.compare(
                inner, before.get(key, _ABSENT), [future.get(key, _ABSENT) for future in futures]
            )
        self._compare_order(path, before, futures)

    def _compare_order(
        self, path: str, before: Mapping[str, JsonValue], futures: Sequence[dict[str, JsonValue]]
    ) -> None:
        """Compare the order of things with ids; that of a mapping's keys means nothing."""
        was, will_be = list(before), list(futures[0])
        if was != will_be and set(was) == set(will_be) and was[0].startswith("["):
            ids = ([key[1:-1] for key in keys] for keys in (was, will_be))
            self.changes.append(Change(field=f"order of {path}", before=next(ids), after=next(ids)))

    def _compare_lists(self, path: str, before: _Value, futures: Sequence[list[JsonValue]]) -> None:
        if any(len(future) != len(futures[0]) for future in futures):
            self._leave_open(futures)
        elif not isinstance(before, list):
            self._change(path, before, futures[0])
            self._note_awaited(futures)
        elif len(before) != len(futures[0]):
            field = f"number of {path}"
            self.changes.append(Change(field=field, before=len(before), after=len(futures[0])))
            self._note_awaited(futures)
        else:
            for index, was in enumerate(before):
                self.compare(f"{path}[{index}]", was, [future[index] for future in futures])

    def _leave_open(self, futures: Sequence[JsonValue]) -> None:
        if not self._note_awaited(futures):
            self.unsettled = True

    def _note_awaited(self, futures: Sequence[JsonValue]) -> bool:
        waits_for = [
            self.names.awaited[text]
            for future in futures
            for text in _texts(future)
            if text in self.names.awaited
        ]
        self.waits_for += waits_for
        return bool(waits_for)

    def _change(self, path: str, before: _Value, after: _Value) -> None:
        names = _common(self.names.before.get(str(before)), self.names.after.get(str(after)))
        if isinstance(before, _Absent):
            self.changes.append(
                Change(field=path, kind="added", before=None, after=self._named(after, names))
            )
            return
        was = self._named(before, names)
        if isinstance(after, _Absent):
            self.changes.append(Change(field=path, kind="removed", before=was, after=None))
        else:
            self.changes.append(Change(field=path, before=was, after=self._named(after, names)))

    def _named(self, value: _Value, common: AbstractSet[str]) -> JsonValue:
        if isinstance(value, dict):
            return {key: self._named(inner, common) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._named(inner, common) for inner in value]
        if isinstance(value, _Absent):
            return None
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            return value
        if value in self.names.awaited:
            return {"file": self.names.awaited[value], "sha256": None}
        owners = common or self.names.after.get(value) or self.names.before.get(value)
        return {"file": min(owners, default="") if owners else "", "sha256": value}


def _common(before: AbstractSet[str] | None, after: AbstractSet[str] | None) -> AbstractSet[str]:
    return (before or frozenset()) & (after or frozenset())


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
