"""Requests and engines compared field by field."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sparkle_motion_dagster.artifacts.models import EngineIdentity
from sparkle_motion_dagster.forecast.comparing import Names, compare, engine_changes, readable
from sparkle_motion_dagster.forecast.explanation import Change

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
NOBODY = Names({}, {}, {})


def changes(before: dict[str, Any], *futures: dict[str, Any], names: Names = NOBODY) -> list[str]:
    compared = compare(readable(before), [readable(future) for future in futures], names)
    return [f"{change.kind} {change.field}" for change in compared.changes]


def test_inner_fields_are_named_by_their_way() -> None:
    before = {"voice": {"settings": {"pitch": 1.0}}, "lines": [{"at": 1}, {"at": 2}]}
    after = {"voice": {"settings": {"rate": 2.0}}, "lines": [{"at": 1}, {"at": 3}]}
    assert changes(before, after) == [
        "removed voice.settings.pitch",
        "added voice.settings.rate",
        "changed lines[1].at",
    ]


def test_things_with_ids_are_compared_by_id() -> None:
    before: dict[str, Any] = {"shots": [{"id": "one", "frames": 1}, {"id": "two", "frames": 2}]}
    after: dict[str, Any] = {"shots": [{"id": "new", "frames": 9}, *before["shots"]]}
    assert changes(before, after) == ["added shots[new]"]
    assert changes(after, before) == ["removed shots[new]"]
    reversed_: dict[str, Any] = {"shots": before["shots"][::-1]}
    compared = compare(readable(before), [readable(reversed_)], NOBODY)
    (change,) = compared.changes
    assert change == Change(field="order of shots", before=["one", "two"], after=["two", "one"])


def test_lists_of_other_lengths_are_counted() -> None:
    (change,) = compare({"clips": [A, B]}, [{"clips": [C, A, B]}], NOBODY).changes
    assert change == Change(field="number of clips", before=2, after=3)


def test_a_field_that_is_gone_and_held_nothing_is_no_change() -> None:
    """Records of before hold fields that requests have lost since."""
    assert changes({"seed": 1, "references": []}, {"seed": 2}) == ["changed seed"]
    assert changes({"seed": 1, "references": [A]}, {"seed": 1}) == ["removed references"]


def test_frame_sizes_are_one_value() -> None:
    before: dict[str, Any] = {"size": {"width": 128, "height": 72}}
    after: dict[str, Any] = {"size": {"width": 160, "height": 72}}
    (change,) = compare(readable(before), [readable(after)], NOBODY).changes
    assert change == Change(field="size", before="128x72", after="160x72")


def test_what_an_engine_does_not_use_is_ignored() -> None:
    assert readable({"seed": 1, "text": "so"}, frozenset({"seed"})) == {"text": "so"}


def test_what_is_said_of_a_file_stands_beside_it() -> None:
    """A picture that comes to be shown on a background is the same file as before."""
    digest = "a" * 64
    before = readable({"picture": {"sha256": digest}})
    after = readable({"picture": {"sha256": digest, "background": "#ffffff"}})
    (change,) = compare(before, [after], NOBODY).changes
    assert (change.field, change.kind, change.after) == ("picture.background", "added", "#ffffff")


def test_files_are_named_by_whose_they_are() -> None:
    names = Names({A: {"keyframe one", "keyframe two"}}, {B: {"keyframe two"}}, {})
    before: dict[str, Any] = {"start": {"sha256": A}}
    after: dict[str, Any] = {"start": {"sha256": B}}
    (change,) = compare(readable(before), [readable(after)], names).changes
    assert change.field == "start"
    assert change.before == {"file": "keyframe two", "sha256": A}
    assert change.after == {"file": "keyframe two", "sha256": B}


def test_changed_files_come_first() -> None:
    before = {"frames": 1, "start": {"sha256": A}}
    after = {"frames": 2, "start": {"sha256": B}}
    assert changes(before, after) == ["changed start", "changed frames"]


def test_what_is_still_to_be_made_is_waited_for() -> None:
    names = Names({A: {"keyframe one"}}, {}, {C: "keyframe one"})
    before: dict[str, Any] = {"start": {"sha256": A}, "frames": 1}
    after: dict[str, Any] = {"start": {"sha256": C}, "frames": 2}
    compared = compare(readable(before), [readable(after)], names)
    assert compared.waits_for == ("keyframe one",)
    assert compared.open
    assert not compared.unsettled
    assert compared.changes == (Change(field="frames", before=1, after=2),)


def test_what_is_awaited_inside_something_new_has_no_digest() -> None:
    names = Names({}, {}, {C: "line_0001"})
    compared = compare({"line": None}, [{"line": {"audio": C}}], names)
    after = {"audio": {"file": "line_0001", "sha256": None}}
    assert compared.changes == (Change(field="line", before=None, after=after),)
    assert compared.waits_for == ("line_0001",)


def test_only_what_all_ways_agree_on_is_certain() -> None:
    futures: list[Any] = [{"frames": 9, "motion": "tilt"}, {"frames": 12, "motion": "tilt"}]
    compared = compare({"frames": 10, "motion": "pan"}, futures, NOBODY)
    assert compared.unsettled
    assert compared.waits_for == ()
    assert [change.field for change in compared.changes] == ["motion"]


def test_a_file_that_one_way_makes_is_waited_for() -> None:
    names = Names({}, {}, {C: "clip one"})
    compared = compare({"clip": A}, [{"clip": A}, {"clip": C}], names)
    assert (compared.changes, compared.waits_for) == ((), ("clip one",))


def test_what_only_some_ways_have_is_not_certain() -> None:
    compared = compare({"lines": {}}, [{"lines": {"one": 1}}, {"lines": {}}], NOBODY)
    assert (compared.changes, compared.unsettled) == ((), True)


def test_an_engines_version_and_settings_are_named() -> None:
    before = EngineIdentity(name="camera", version=1, settings={"travel": 1.0, "look": "soft"})
    after = before.model_copy(update={"version": 2, "settings": {"travel": 1.5, "look": "soft"}})
    assert engine_changes(before, before) == ()
    assert engine_changes(before, after) == (
        Change(field="engine.version", before=1, after=2),
        Change(field="engine.settings.travel", before=1.0, after=1.5),
    )
    other = EngineIdentity(name="wan", version=1)
    assert engine_changes(before, other) == (
        Change(field="engine", before="camera v1", after="wan v1"),
    )


VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner),
    max_leaves=8,
)


@given(before=VALUES, after=VALUES)
def test_there_is_a_change_wherever_something_differs(before: Any, after: Any) -> None:
    compared = compare({"field": before}, [{"field": after}], NOBODY)
    assert not compared.open
    assert bool(compared.changes) is (before != after)
