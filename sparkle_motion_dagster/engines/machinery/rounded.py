"""Copies of weights in bfloat16: half as large as float32, and read without being rounded again.

A model that computes in 16 bits is published in 32 by some. Whoever loads it reads all of that, and
rounds it, in each process anew. Measured on two cores with a Wan transformer of 15 layers
(`from_pretrained` in bfloat16, every page touched, three times): 13 to 19 s for 3.9 GiB of float32
from the disk, 3 to 4 s for 2.0 GiB of bfloat16; 5 to 12 s, and 0.9 s, from the page cache.

A copy holds what the loaders make of the originals, bit by bit, so it is the same model, of the
same revision. Parts that are not rounded are the originals' own files, linked where that can be.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sparkle_motion_dagster.artifacts.atomic import TEMPORARY, fsync_file, fsync_folder
from sparkle_motion_dagster.artifacts.digests import Sha256, digest_file
from sparkle_motion_dagster.artifacts.locks import locked
from sparkle_motion_dagster.artifacts.transfer import link_or_copy
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.machinery.quiet import quiet_libraries
from sparkle_motion_dagster.engines.machinery.weights import (
    INSTALL_PACKAGES,
    Weights,
    WeightsNeed,
    hub_cache,
    located,
)
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.engines.machinery.weights_size import weights_bytes
from sparkle_motion_dagster.errors import BusyError
from sparkle_motion_dagster.gpu.presets import Precision
from sparkle_motion_dagster.units import Record

if TYPE_CHECKING:
    import torch

PRECISION: Precision = "bfloat16"
"""What is rounded to: what Wan's presets compute in on every GPU."""

_RECORD = "rounded.json"

_SPARE_BYTES = 2**30
"""What is left free on the disk."""

_MOMENT_S = 0.5

_FLOAT32_MODULES = {
    "diffusers": "_keep_in_fp32_modules",
    "transformers": "_keep_in_fp32_modules_strict",
}
"""Where the classes of each library name the modules whose weights stay in float32 beside others in
bfloat16: diffusers, models/model_loading_utils.py, ``load_model_dict_into_meta``; transformers,
modeling_utils.py, ``_get_dtype_plan``."""


class RoundingError(EngineError):
    """A copy of weights cannot be made, or is not what it should be."""


class RoundingBusyError(BusyError):
    """Another process makes the same copy."""


class RoundedFile(Record):
    """A file of a copy.

    Attributes:
        path: Where it is within the copy.
        size_bytes: How large it is.
        sha256: Its digest.
    """

    path: str
    size_bytes: int
    sha256: Sha256


class RoundedRecord(Record):
    """What a copy is of.

    Attributes:
        repository: Whose weights they are.
        revision: Of which revision.
        float32: Of each part that was rounded, the modules that were not.
        files: Its files.
    """

    repository: str
    revision: str
    float32: dict[str, tuple[str, ...]]
    files: tuple[RoundedFile, ...]


@dataclass(frozen=True)
class RoundedCopy:
    """The copy of weights in bfloat16, whether it is there or not."""

    weights: Weights

    @property
    def folder(self) -> Path:
        """Where it lies: beside the hub's cache, which holds nothing but the hub's.

        Where another disk is mounted as that cache, it lies there all the same, as a hidden folder.
        """
        cache, name = hub_cache(), self.weights.repository.replace("/", "--")
        copies = (
            cache / ".sparkle-motion" if cache.is_mount() else cache.with_name("sparkle-motion")
        )
        return copies / PRECISION / name / self.weights.revision

    def record(self) -> RoundedRecord | None:
        """Return what it is of; None: it is not there, nor are packages that could load it."""
        if importlib.util.find_spec("huggingface_hub") is None:
            return None
        try:
            return RoundedRecord.model_validate_json((self.folder / _RECORD).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def is_current(self) -> bool:
        """Tell whether it is there, and holds what the installed libraries would load.

        Raises:
            MissingWeightsError: It is there, and the packages are not that could tell.
        """
        record = self.record()
        if record is None:
            return False
        try:
            return record.float32 == _float32(self.folder, self.weights.rounded)
        except RoundingError:
            # It is damaged, or the libraries do not know its parts.
            return False

    def size_bytes(self, originals: Path) -> int:
        """Return what it takes on the disk, at most.

        Args:
            originals: The folder of what it is a copy of.

        Raises:
            RoundingError, MissingWeightsError: As for `make`.
        """
        rounded = _float32(originals, self.weights.rounded)
        return sum(
            weights_bytes(part, PRECISION if part.name in rounded else "float32")
            for part in originals.iterdir()
            if part.is_dir()
        )

    def make(self, originals: Path) -> None:
        """Make it of the originals, anew, unless there is no room; it is there at once, or not.

        Args:
            originals: Their folder, whose digests were compared.

        Raises:
            RoundingError: The disk has no room, or the model's parts cannot be told.
            MissingWeightsError: The packages are not installed that models run on.
            RoundingBusyError: Another process makes it.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.folder.parent / ".lock", _MOMENT_S, self._busy):
            for left_behind in self.folder.parent.glob(f"{TEMPORARY}*"):
                shutil.rmtree(left_behind)
            self._require_room(originals)
            new = self.folder.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
            try:
                self._write(originals, new)
                if self.folder.exists():
                    shutil.rmtree(self.folder)
                new.rename(self.folder)
            finally:
                shutil.rmtree(new, ignore_errors=True)
            fsync_folder(self.folder.parent)

    def is_whole(self) -> bool:
        """Tell whether it is there, and each of its files has the digest that it was made with."""
        record = self.record()
        return record is not None and all(
            (path := self.folder / file.path).is_file()
            and path.stat().st_size == file.size_bytes
            and digest_file(path) == file.sha256
            for file in record.files
        )

    def _write(self, originals: Path, new: Path) -> None:
        float32 = _float32(originals, self.weights.rounded)
        sources = [path for path in sorted(originals.rglob("*")) if path.is_file()]
        for source in sources:
            path = source.relative_to(originals)
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.parts[0] in float32 and path.suffix == ".safetensors":
                _round(source, target, float32[path.parts[0]])
            else:
                link_or_copy(source.resolve(), target)
            fsync_file(target)
        files = tuple(_described(new, path.relative_to(originals)) for path in sources)
        record = RoundedRecord(
            repository=self.weights.repository,
            revision=self.weights.revision,
            float32=float32,
            files=files,
        )
        (new / _RECORD).write_text(record.model_dump_json(indent=1), encoding="utf-8")
        fsync_file(new / _RECORD)
        for folder in {path.parent for path in new.rglob("*")}:
            fsync_folder(folder)

    def _require_room(self, originals: Path) -> None:
        needed, free = self.size_bytes(originals), shutil.disk_usage(self.folder.parent).free
        if needed + _SPARE_BYTES > free:
            raise RoundingError(
                f"A copy of {self.weights.repository} in {PRECISION} takes "
                f"{needed / 2**30:.1f} GiB beside the originals, and one to spare; "
                f"{self.folder.parent} has {free / 2**30:.1f} GiB free."
            )

    def _busy(self) -> RoundingBusyError:
        return RoundingBusyError(f"Another process makes the copy {self.folder}.")


def located_for(precision: Precision, weights: Weights, folder: Path | None, engine: str) -> Path:
    """Return the folder of weights to load in a precision; see `located`.

    That is the copy in that precision, where there is one that the installed libraries would load
    as they would the originals.

    Raises:
        MissingWeightsError: Neither is on this machine, or the packages are not that load them.
    """
    copy = RoundedCopy(weights)
    if folder is None and precision == PRECISION and copy.is_current():
        return copy.folder
    return located(weights, folder, engine)


def present(need: WeightsNeed, engine: str) -> Path:
    """Return a folder that holds weights: the originals', or that of a copy of them alone.

    Raises:
        MissingWeightsError: Neither is on this machine.
    """
    try:
        return need.located(engine)
    except MissingWeightsError:
        copy = RoundedCopy(need.choice.weights)
        if need.folder is None and copy.record() is not None:
            return copy.folder
        raise


def _float32(folder: Path, parts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the modules whose weights stay in float32, of each part that a model has.

    Raises:
        RoundingError: The model's parts cannot be told.
        MissingWeightsError: The packages are not installed that know them.
    """
    try:
        index: Mapping[str, Any] = json.loads((folder / "model_index.json").read_bytes())
        classes = {part: index[part] for part in parts if index.get(part, [None])[0]}
        # Nothing else is imported, whatever the file names.
        fields = {part: _FLOAT32_MODULES[library] for part, (library, _) in classes.items()}
        with quiet_libraries():
            return {
                part: tuple(
                    sorted(getattr(getattr(import_module(library), name), fields[part]) or ())
                )
                for part, (library, name) in classes.items()
            }
    except ImportError as error:
        raise MissingWeightsError(
            f"What of {folder} stays in float32 is known to packages that are not installed: "
            f"{error}. {INSTALL_PACKAGES}"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RoundingError(
            f"{folder}/model_index.json does not name parts of diffusers and transformers: {error}"
        ) from error


def _round(source: Path, target: Path, float32: tuple[str, ...]) -> None:
    """Write a file of safetensors again, its numbers as loading them in bfloat16 leaves them."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    def rounded(name: str, tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.is_floating_point():
            return tensor
        stays = any(module in name.split(".") for module in float32)
        return tensor.to(torch.float32 if stays else getattr(torch, PRECISION)).contiguous()

    with safe_open(source, framework="pt") as file:
        tensors = {name: rounded(name, file.get_tensor(name)) for name in file.offset_keys()}
        save_file(tensors, target, metadata=file.metadata())


def _described(folder: Path, path: Path) -> RoundedFile:
    file = folder / path
    return RoundedFile(
        path=path.as_posix(), size_bytes=file.stat().st_size, sha256=digest_file(file)
    )
