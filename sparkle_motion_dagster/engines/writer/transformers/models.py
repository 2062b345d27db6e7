"""Which language models write: those that are pinned here, or any other at a revision."""

import re

from sparkle_motion_dagster.engines.machinery.weights import (
    APACHE,
    Licence,
    Weights,
    WeightsChoice,
)

_FILES = ("*.j[si][on]*[na]", "model*.safetensors")
"""What is read of a repository: JSON, a chat template in a file of its own, weights."""

_OTHER = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)@(?P<revision>[0-9a-f]{40})", re.ASCII)


def _pinned(
    name: str, purpose: str, repository: str, revision: str, size_gib: float, *, usual: bool = False
) -> WeightsChoice:
    weights = Weights(
        repository=repository,
        revision=revision,
        files=_FILES,
        licence=APACHE,
        size_gib=size_gib,
    )
    return WeightsChoice(name, purpose, weights, usual=usual)


MODELS = (
    _pinned(
        "qwen3-4b",
        "stories, in many languages",
        "Qwen/Qwen3-4B-Instruct-2507",
        "cdbee75f17c01a7cc42f958dc650907174af0554",
        7.5,
        usual=True,
    ),
    _pinned(
        "qwen2.5-1.5b",
        "the same, with less memory",
        "Qwen/Qwen2.5-1.5B-Instruct",
        "989aa7980e4cf806f80c7fef2b1adb7bc71aa306",
        2.9,
    ),
)
"""What is pinned: instruct models that answer at once, without thinking aloud before."""

DEFAULT = MODELS[0].name


def model_named(name: str) -> WeightsChoice | None:
    """Return a model by its name or repository here, or as OWNER/NAME@REVISION; None: neither."""
    for choice in MODELS:
        if name in (choice.name, choice.weights.repository):
            return choice
    return other_model(name)


def other_model(name: str) -> WeightsChoice | None:
    """Return the model that is called OWNER/NAME@REVISION; None: it is not called so.

    Its size and its licence are not known here.
    """
    found = _OTHER.fullmatch(name)
    if found is None:
        return None
    weights = Weights(
        repository=found["repository"],
        revision=found["revision"],
        files=_FILES,
        licence=Licence(name=f"that of {found['repository']}"),
        size_gib=0,
    )
    return WeightsChoice(name, "stories", weights, usual=False)
