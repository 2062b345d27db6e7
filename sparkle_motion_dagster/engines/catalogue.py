"""Which weights each engine can use: by name, for what, and which of them its settings need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.weights import Weights, located
from sparkle_motion_dagster.engines.registry import Kind, reasons


@dataclass(frozen=True)
class Choice:
    """Weights that an engine can use.

    Attributes:
        name: What they are called, in short.
        purpose: What they are for, in a few words.
        weights: Where they come from.
        usual: Whether the engine wants them unless its settings say otherwise.
    """

    name: str
    purpose: str
    weights: Weights
    usual: bool


@dataclass(frozen=True)
class Need:
    """Weights that an engine's settings need.

    Attributes:
        engine: Whose settings they are.
        choice: The weights.
        folder: The folder that the settings name instead of what is pinned.
        only_for: The films that need them, in a few words; None: all.
    """

    engine: str
    choice: Choice
    folder: Path | None
    only_for: str | None = None

    def located(self) -> Path:
        """Return where they are.

        Raises:
            MissingWeightsError: They are not on this machine.
        """
        return located(self.choice.weights, self.folder, self.engine, self.choice.name)


@dataclass(frozen=True)
class _Catalogue:
    kind: Kind
    choices: Callable[[], tuple[Choice, ...]]
    needs: Callable[[Mapping[str, Any]], Iterator[Need]]


def engines_with_weights() -> Mapping[str, Kind]:
    """Return the engines that need weights, with what each makes."""
    return {name: catalogue.kind for name, catalogue in _CATALOGUES.items()}


def choices(engine: str) -> tuple[Choice, ...]:
    """Return the weights that an engine can use; none where it runs no model."""
    return _CATALOGUES[engine].choices() if engine in _CATALOGUES else ()


def chosen(engine: str, name: str | None) -> tuple[Choice, ...]:
    """Return the weights of a name or repository; without one, what the engine usually wants.

    Raises:
        EngineInputError: The engine has no such weights.
    """
    known = choices(engine)
    if name is None:
        return tuple(choice for choice in known if choice.usual)
    for choice in known:
        if name.strip().lower() in (choice.name, choice.weights.repository.lower()):
            return (choice,)
    names = "; ".join(f"{choice.name} ({choice.weights.repository})" for choice in known)
    raise EngineInputError(f"{engine} has no weights {name!r}. Known: {names}.")


def needs(engine: str, settings: Mapping[str, Any]) -> tuple[Need, ...]:
    """Return the weights that an engine needs with its settings; none where it runs no model.

    Raises:
        EngineInputError: The engine does not take these settings.
    """
    if engine not in _CATALOGUES:
        return ()
    try:
        return tuple(_CATALOGUES[engine].needs(settings))
    except ValidationError as error:
        raise EngineInputError(
            f"{engine} does not take these settings: {reasons(error)}."
        ) from error


def _sdxl() -> tuple[Choice, ...]:
    from sparkle_motion_dagster.engines.images.sdxl import weights as sdxl_weights

    return (
        Choice("base", "keyframes", sdxl_weights.BASE, usual=True),
        Choice("ip-adapter", "characters like their pictures", sdxl_weights.ADAPTER, usual=True),
        Choice("refiner", "finer keyframes, if asked for", sdxl_weights.REFINER, usual=False),
    )


def _sdxl_needs(settings: Mapping[str, Any]) -> Iterator[Need]:
    from sparkle_motion_dagster.engines.images.sdxl.settings import SdxlSettings

    chosen = SdxlSettings.model_validate(settings)
    base, adapter, refiner = _sdxl()
    yield Need("sdxl", base, chosen.weights)
    if chosen.reference_strength > 0:
        pictures = "films whose characters bring pictures of themselves"
        yield Need("sdxl", adapter, chosen.adapter_weights, pictures)
    if chosen.refiner is not None:
        yield Need("sdxl", refiner, chosen.refiner_weights)


def _wan() -> tuple[Choice, ...]:
    from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS

    purposes = {"flf2v": "clips of up to 5 s", "vace": "clips of any length, in chunks"}
    return tuple(
        Choice(model.name, purposes[model.family], model.weights, usual=model is WAN_MODELS[0])
        for model in WAN_MODELS
    )


def _wan_needs(settings: Mapping[str, Any]) -> Iterator[Need]:
    from sparkle_motion_dagster.engines.video.wan.models import WAN_MODELS, wan_model
    from sparkle_motion_dagster.engines.video.wan.settings import WanSettings

    wanted = WanSettings.model_validate(settings)
    model = WAN_MODELS[0] if wanted.model_id is None else wan_model(wanted.model_id)
    [choice] = chosen("wan", model.name)
    yield Need("wan", choice, wanted.weights)


def _chatterbox() -> tuple[Choice, ...]:
    from sparkle_motion_dagster.engines.speech.chatterbox.models import MODELS

    return tuple(
        Choice(model.name, model.purpose, model.weights, usual=model.name == "english")
        for model in MODELS.values()
    )


def _chatterbox_needs(settings: Mapping[str, Any]) -> Iterator[Need]:
    from sparkle_motion_dagster.engines.speech.chatterbox.engine import ChatterboxSettings

    wanted = ChatterboxSettings.model_validate(settings)
    [choice] = chosen("chatterbox", wanted.model)
    yield Need("chatterbox", choice, wanted.weights)


_CATALOGUES: Mapping[str, _Catalogue] = {
    "sdxl": _Catalogue("images", _sdxl, _sdxl_needs),
    "wan": _Catalogue("video", _wan, _wan_needs),
    "chatterbox": _Catalogue("speech", _chatterbox, _chatterbox_needs),
}
