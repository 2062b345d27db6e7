"""What is otherwise in a plan than it was, for people to read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from sparkle_motion_dagster.shotlist.provenance import KEYFRAMES, PlanText

_SHOWN = 160
"""Letters of a text that are shown."""


@dataclass(frozen=True)
class Difference:
    """Something that is otherwise.

    Attributes:
        place: What: "shot 4 `stairs_02`"; empty: the film.
        change: In what way.
    """

    place: str
    change: str

    def __str__(self) -> str:
        return f"{self.place}: {self.change}" if self.place else self.change


_FIELDS: Mapping[str, Mapping[str, str]] = {
    "film": {"title": "title", "style": "style"},
    "characters": {
        "name": "name",
        "description": "description",
        "off_screen": "off screen",
        "treatment": "heard through",
        "voice_profile": "voice",
    },
    KEYFRAMES: {"prompt": "prompt", "characters": "who is in it"},
    "shots": {
        "duration_sec": "length",
        "visual_description": "shows",
        "setting": "setting",
        "start_base_image_id": "starts on",
        "end_base_image_id": "ends on",
        "motion_prompt": "camera",
        "transition": "transition",
        "transition_sec": "transition's length",
        "is_talking_closeup": "talking close-up",
    },
}
"""What is told of each part of a plan, and what that is called here."""

_DEFAULTS = {"transition": "match", "off_screen": False, "is_talking_closeup": False}

_CALLED = {"characters": "character", KEYFRAMES: "keyframe"}


def differences(old: PlanText, new: PlanText) -> tuple[Difference, ...]:
    """Return what is otherwise in a plan than it was, a summary first; nothing where nothing is.

    Args:
        old: The plan as it was, as its file has it.
        new: The plan as it is.
    """
    if old == new:
        return ()
    return (
        Difference("", _summary(old, new)),
        *(Difference("film", one) for one in _changes(old, new, "film")),
        *_film(old, new),
        *_elements(old, new, "characters"),
        *_shots(old, new),
        *_elements(old, new, KEYFRAMES),
    )


def _summary(old: PlanText, new: PlanText) -> str:
    was, now = _by_id(old, "shots"), _by_id(new, "shots")
    same = [name for name, shot in now.items() if was.get(name) == shot]
    counts = {
        "as before": len(same),
        "changed": len(now.keys() & was.keys()) - len(same),
        "new": len(now.keys() - was.keys()),
        "gone": len(was.keys() - now.keys()),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    seconds = [sum(shot["duration_sec"] for shot in each["shots"]) for each in (old, new)]
    return f"{len(now)} shots ({told}), {_arrow(*(f'{each:.1f} s' for each in seconds))}"


def _film(old: PlanText, new: PlanText) -> Iterator[Difference]:
    for name, field, called in (
        ("metadata", "story", "story"),
        ("title_card", "text", "title card"),
        ("end_card", "text", "end card"),
    ):
        was, now = ((each.get(name) or {}).get(field) for each in (old, new))
        if was != now:
            yield Difference(called, _arrow(_shown(was), _shown(now)))
    if old.get("soundtrack") != new.get("soundtrack"):
        yield Difference("soundtrack", "its cues lie elsewhere, or are others")
    if not any(shot.get("dialogue") for shot in (*old["shots"], *new["shots"])):
        was, now = (
            [one for one in each.get("dialogue_timeline") or () if "text" in one]
            for each in (old, new)
        )
        yield from (
            Difference("timeline", one) for one in _lines(was, now, {**_names(old), **_names(new)})
        )
    elif old.get("dialogue_timeline") != new.get("dialogue_timeline"):
        yield Difference("timeline", "lines are spoken at other times")


def _elements(old: PlanText, new: PlanText, part: str) -> Iterator[Difference]:
    was, now = _by_id(old, part), _by_id(new, part)
    for name in dict.fromkeys([*was, *now]):
        place = f"{_CALLED[part]} `{name}`"
        if name not in now:
            yield Difference(place, "is gone")
        elif name not in was:
            told = now[name].get("prompt") or now[name].get("description")
            yield Difference(place, "is new" if told is None else f"is new: {_shown(told)}")
        else:
            yield from (Difference(place, one) for one in _changes(was[name], now[name], part))


def _shots(old: PlanText, new: PlanText) -> Iterator[Difference]:
    was, now = _by_id(old, "shots"), _by_id(new, "shots")
    names = {**_names(old), **_names(new)}
    for number, name in enumerate(was, start=1):
        if name not in now:
            yield Difference(f"shot {number} `{name}`", "is gone")
    kept = [name for name in was if name in now]
    places = {name: place for place, name in enumerate(one for one in now if one in was)}
    for number, (name, shot) in enumerate(now.items(), start=1):
        place = f"shot {number} `{name}`"
        if name not in was:
            yield Difference(place, f"is new: {_shown(shot['visual_description'])}")
            before: Mapping[str, Any] = {}
        else:
            before = was[name]
            if kept[places[name]] != name:
                yield Difference(place, f"was shot {[*was].index(name) + 1}")
            yield from (Difference(place, one) for one in _changes(before, shot, "shots"))
        lines = _lines(before.get("dialogue", ()), shot.get("dialogue", ()), names)
        yield from (Difference(place, one) for one in lines)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], part: str) -> Iterator[str]:
    for name, called in _FIELDS[part].items():
        was, now = (each.get(name, _DEFAULTS.get(name)) for each in (old, new))
        if was == now:
            continue
        if name == "duration_sec":
            yield _arrow(f"{was:g} s", f"{now:g} s")
        else:
            yield f"{called} {_arrow(_shown(was), _shown(now))}"


def _lines(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is otherwise in some lines: the lines are numbered as they are now."""
    was, now = ([(one["character_id"], one["text"]) for one in each] for each in (old, new))
    for _, begin, end, first, last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        both = min(end - begin, last - first)
        for step in range(both):
            yield from _line(old[begin + step], new[first + step], first + step + 1, names)
        for line in old[begin + both : end]:
            yield f"{_name(line, names)} no longer says {_shown(line['text'])}"
        for line in new[first + both : last]:
            yield f"{_name(line, names)} says {_shown(line['text'])}"


def _line(
    old: Mapping[str, Any], new: Mapping[str, Any], number: int, names: Mapping[str, str]
) -> Iterator[str]:
    place = f"line {number} of {_name(new, names)}"
    if old["character_id"] != new["character_id"]:
        yield f"{place}, which was {_name(old, names)}'s"
    if old["text"] != new["text"]:
        yield f"{place}: {_arrow(_shown(old['text']), _shown(new['text']))}"
    for name, called in (("off_screen", "off screen"), ("treatment", "heard through")):
        if old.get(name) != new.get(name):
            yield f"{place}: {called} {_arrow(_shown(old.get(name)), _shown(new.get(name)))}"


def _by_id(plan: PlanText, part: str) -> Mapping[str, Mapping[str, Any]]:
    return {one["id"]: one for one in plan.get(part) or ()}


def _names(plan: PlanText) -> Mapping[str, str]:
    return {name: one["name"].upper() for name, one in _by_id(plan, "characters").items()}


def _name(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return names.get(line["character_id"], line["character_id"])


def _arrow(was: str, now: str) -> str:
    return f"{was} -> {now}"


def _shown(value: Any) -> str:
    """Return a value in one short line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            plain = " ".join(value.split())
            return f"'{plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + '…'}'"
        case Mapping():
            return ", ".join(f"{key} {told}" for key, told in value.items())
        case Sequence():
            return ", ".join(map(str, value)) or "nobody"
    return f"{value:g}" if isinstance(value, float) else str(value)
