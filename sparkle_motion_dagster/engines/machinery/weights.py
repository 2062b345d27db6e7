"""Weights: which repositories models come from, at which pinned revision, and where they lie."""

import functools
import importlib.util
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from sparkle_motion_dagster.artifacts.digests import digest_bytes, digest_file
from sparkle_motion_dagster.engines.base import EngineInputError
from sparkle_motion_dagster.engines.machinery.packaged_weights import PackagedFile
from sparkle_motion_dagster.engines.machinery.weights_errors import MissingWeightsError
from sparkle_motion_dagster.units import Record

INSTALL_PACKAGES = (
    "Type: pip install 'sparkle-motion-dagster[models]' (in a checkout: pip install -c "
    "constraints.txt -e '.[models]'). What an engine of another distribution wants beside these, "
    "install by its name."
)
"""What to do where packages are missing that models run on."""

_READERS = 4
"""How many files of a folder are hashed at once: large models lie in about as many."""


class Licence(Record):
    """A licence.

    Attributes:
        name: Its name.
        terms: What it asks for, in a few words; the licence itself counts.
    """

    name: str
    terms: str = "read it before you use them"


APACHE = Licence(name="Apache-2.0", terms="any use, with its notices")
MIT = Licence(name="MIT", terms="any use, with its notice")


SECONDS_A_GIB = 4.0
"""How long a GiB of weights is read from a disk: 13 to 19 s for 3.9 GiB (docs/cinematic.md)."""


class Weights(Record):
    """A repository on the Hugging Face hub at one revision, and which of its files are used.

    Attributes:
        repository: Owner and name.
        revision: The commit, in 40 hexadecimal digits.
        files: Patterns of the files that are used; safetensors and their configuration only.
        restricted_pickles: Those of them that are pickles, by name: whoever uses them reads them
            with torch's restricted unpickler (``weights_only=True``), which runs no code.
        plain_numbers: Patterns of those of them that are in another format than safetensors which
            is no pickle, such as ONNX graphs, or CTranslate2's ``model.bin``.
        rounded: Those parts of a diffusers pipeline of which installing keeps a copy in bfloat16,
            because they are published in float32, and computed in 16 bits.
        licence: Under which licence they may be used.
        size_gib: What they take on the disk, in GiB, roughly; 0: unknown.
    """

    repository: str
    revision: str = Field(pattern="^[0-9a-f]{40}$")
    files: tuple[str, ...]
    restricted_pickles: tuple[str, ...] = ()
    plain_numbers: tuple[str, ...] = ()
    rounded: tuple[str, ...] = ()
    licence: Licence
    size_gib: float

    @property
    def size(self) -> str:
        """What they take, as people are told it: "6 GiB", "92 MiB", "unknown"."""
        if not self.size_gib:
            return "unknown"
        whole = self.size_gib >= 1
        return f"{self.size_gib:.0f} GiB" if whole else f"{self.size_gib * 1024:.0f} MiB"

    @property
    def about(self) -> str:
        """The same in a sentence: "about 6 GiB", "of unknown size"."""
        return f"about {self.size}" if self.size_gib else "of unknown size"


@dataclass(frozen=True)
class WeightsChoice:
    """Weights that an engine can use.

    Attributes:
        name: What they are called, in short.
        purpose: What they are for, in a few words.
        weights: Where they come from.
        usual: Whether the engine wants them unless its settings say otherwise.
        packaged: The same, as packages hold them: where those are installed, the hub is not asked.
    """

    name: str
    purpose: str
    weights: Weights
    usual: bool
    packaged: tuple[PackagedFile, ...] = ()

    def in_packages(self) -> Path | None:
        """Return the folder of the package that begins them; None: not all is installed."""
        places = [file.located() for file in self.packaged]
        return places[0][0].parent if places and all(places) and places[0] else None


@dataclass(frozen=True)
class WeightsNeed:
    """Weights that an engine's settings need.

    Attributes:
        choice: The weights.
        folder: The folder that the settings name instead of what is pinned.
        only_for: The films that need them, in a few words; None: all.
    """

    choice: WeightsChoice
    folder: Path | None = None
    only_for: str | None = None

    def located(self, engine: str) -> Path:
        """Return where they are.

        Args:
            engine: Who needs them; for the message.

        Raises:
            MissingWeightsError: They are not on this machine.
        """
        packaged = self.choice.in_packages() if self.folder is None else None
        return packaged or located(self.choice.weights, self.folder, engine, self.choice.name)


@dataclass(frozen=True)
class EngineWeights:
    """Which weights an engine can use, and which of them its settings need.

    Attributes:
        choices: The weights, those that it usually wants first.
        needs: Yields what its settings need, given these.
        other: Returns weights that are not among them by OWNER/NAME@REVISION, or None where they
            are not called so; None: it can use no others.
    """

    choices: tuple[WeightsChoice, ...]
    needs: Callable[[Any], Iterator[WeightsNeed]]
    other: Callable[[str], WeightsChoice | None] | None = None

    def chosen(self, engine: str, name: str | None) -> tuple[WeightsChoice, ...]:
        """Return the weights of a name or repository; without one, what is usually wanted.

        Args:
            engine: Whose weights they are; for the message.
            name: What they are called, or their repository, in any case.

        Raises:
            EngineInputError: The engine has no such weights.
        """
        if name is None:
            return tuple(choice for choice in self.choices if choice.usual)
        for choice in self.choices:
            if name.strip().lower() in (choice.name, choice.weights.repository.lower()):
                return (choice,)
        if self.other is not None and (other := self.other(name)) is not None:
            return (other,)
        names = "; ".join(f"{one.name} ({one.weights.repository})" for one in self.choices)
        further = "" if self.other is None else "; any other on the hub as OWNER/NAME@REVISION"
        raise EngineInputError(f"{engine} has no weights {name!r}. Known: {names}{further}.")


def located(weights: Weights, folder: Path | None, engine: str, name: str | None = None) -> Path:
    """Return the folder that holds weights, without asking the network.

    Args:
        weights: What is wanted.
        folder: Where the user keeps weights instead; None: the hub's cache on this machine.
        engine: Who wants them; for the message.
        name: What the engine calls them; None: by their repository.

    Raises:
        MissingWeightsError: They are not there; the message says what to type.
    """
    if folder is not None:
        if not folder.is_dir():
            raise MissingWeightsError(f"{engine} is to take its weights from {folder}: no folder.")
        return folder
    require_hub(engine)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    missing = MissingWeightsError(
        f"The weights of {engine} are not on this machine: {weights.repository}, revision "
        f"{weights.revision[:8]}, {weights.about}. Fetch them: `sparkle "
        f"engines install {engine} --model {name or weights.repository}`."
    )
    try:
        found = snapshot_download(
            weights.repository,
            revision=weights.revision,
            allow_patterns=list(weights.files),
            local_files_only=True,
        )
    except LocalEntryNotFoundError as error:
        raise missing from error
    # The hub's client says so of a revision of which anything is here; several models can share it.
    if not all(any(Path(found).glob(pattern)) for pattern in weights.files):
        raise missing
    return Path(found)


def require_hub(engine: str) -> None:
    """Make sure that the packages that models run on are installed.

    Raises:
        MissingWeightsError: They are not; the message says what to type.
    """
    if importlib.util.find_spec("huggingface_hub") is None:
        raise MissingWeightsError(
            f"The packages that {engine} runs on are not installed. {INSTALL_PACKAGES}"
        )


def hub_cache() -> Path:
    """Return the folder in which the hub's client keeps weights: ``HF_HUB_CACHE`` or its usual."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def revision_of(weights: Weights, folder: Path | None) -> str:
    """Return what tells weights apart from all others: their revision, or a folder's digest.

    Raises:
        MissingWeightsError: The folder is not there.
    """
    return weights.revision if folder is None else f"sha256:{_digest(folder.resolve())}"


@functools.cache
def _digest(folder: Path) -> str:
    """Return the sha256 over the names and contents of a folder's files, read once a process.

    Hidden ones are no part of a model: the hub's client notes there when it fetched what.
    """
    files = sorted(_files(folder))
    if not files:
        raise MissingWeightsError(f"{folder} holds no weights: it is empty, or not there.")
    with ThreadPoolExecutor(_READERS) as readers:
        lines = (
            f"{path.relative_to(folder).as_posix()}\0{digest}\n"
            for path, digest in zip(files, readers.map(digest_file, files), strict=True)
        )
        return digest_bytes("".join(lines).encode())


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder, of those too that are linked into it."""
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(place, name) for name in files if not name.startswith("."))
        yield from (path for path in paths if path.is_file())
