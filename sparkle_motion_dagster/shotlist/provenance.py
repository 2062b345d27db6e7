"""What of a plan was made from a script, so that it can be told from what somebody edited since."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sparkle_motion_dagster.artifacts.digests import digest_bytes

PlanText = dict[str, Any]
"""A plan as it is written into a file."""

KEYFRAMES = "base_images"
"""The plan's field that holds its keyframes."""

SCRIPT_LINE, SCRIPT_SHOT = "script_line", "script_shot"
"""What the metadata of an element say: on which line of the script it stands, and, of a shot, which
one of which scene it is, such as "2-3"."""

PICTURE, REFERENCE = "local_path", "reference_image"
"""The fields that hold somebody's own picture: of a keyframe, and of a character."""

LISTS = ("characters", KEYFRAMES, "shots")
"""The parts of a plan whose elements have ids."""

SINGLES = ("style", "title_card", "soundtrack")
"""The other parts that are made from a script."""

_DIGITS = 8
"""Hexadecimal digits of a digest that are kept: they tell apart what one script says."""

_NOT_CONTENT = ("id", "metadata", "start_base_image_id")
"""What of an element is a name, or moves when other parts of the script do."""

_FORM = ("duration_sec", "motion_prompt", "transition")
"""What of a shot depends on what stands around it: with another of these it is the same shot."""


def stated(plan: PlanText) -> PlanText:
    """Return a plan without the fields that say nothing: ``clip: null`` is no clip."""

    def said(part: PlanText) -> PlanText:
        return {name: value for name, value in part.items() if value is not None}

    lists = {name: [said(one) for one in plan[name]] for name in LISTS if name in plan}
    return said({**plan, **lists})


@dataclass(frozen=True)
class Mark:
    """What tells an element that a script made from others, whatever it is called.

    Attributes:
        matter: A digest of what it tells.
        form: A digest of how.
    """

    matter: str
    form: str

    @classmethod
    def of(cls, element: Any) -> "Mark":
        """Return an element's mark."""
        return cls(_digest(element, _NOT_CONTENT + _FORM), _digest(element, _NOT_CONTENT))

    @classmethod
    def read(cls, text: object) -> "Mark":
        """Return a mark as a plan holds it; one that cannot be read is nothing's."""
        matter, _, form = str(text).partition(".")
        return cls(matter, form)

    def __str__(self) -> str:
        return f"{self.matter}.{self.form}"


def _digest(element: Any, without: tuple[str, ...]) -> str:
    text = json.dumps(_content(element, without), sort_keys=True, ensure_ascii=False)
    return digest_bytes(text.encode())[:_DIGITS]


def _content(element: Any, without: tuple[str, ...]) -> Any:
    if isinstance(element, Mapping):
        return {key: _content(one, without) for key, one in element.items() if key not in without}
    if isinstance(element, Sequence) and not isinstance(element, str):
        return [_content(one, without) for one in element]
    return element


def signed(plan: PlanText, script: str) -> PlanText:
    """Return a plan that says of itself what of it was made from which script.

    Args:
        plan: It, as it was made.
        script: The script's file name.
    """
    made: PlanText = {
        name: {one["id"]: str(Mark.of(one)) for one in plan.get(name, ())} for name in LISTS
    }
    made |= {name: str(Mark.of(plan[name])) for name in SINGLES if name in plan}
    metadata = plan.get("metadata", {})
    return plan | {"metadata": {**metadata, "script": {"file": script, "made": made}}}


def made_from_script(plan: PlanText) -> Mapping[str, Any] | None:
    """Return the marks of what was made from a script, by part and id; None: nothing was."""
    metadata = plan.get("metadata")
    script = metadata.get("script") if isinstance(metadata, Mapping) else None
    made = script.get("made") if isinstance(script, Mapping) else None
    whole = isinstance(made, Mapping) and all(isinstance(made.get(one), Mapping) for one in LISTS)
    return made if whole else None
