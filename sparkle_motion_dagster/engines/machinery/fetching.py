"""Fetching weights: at their pinned revision, whole, and nothing that could run code."""

import fnmatch
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sparkle_motion_dagster.artifacts.digests import digest_file
from sparkle_motion_dagster.engines.base import EngineError
from sparkle_motion_dagster.engines.machinery.weights import Weights, hub_cache, require_hub

_HARMLESS = frozenset({".safetensors", ".json", ".txt", ".model", ".jinja"})
"""Weights, their configuration, and vocabularies. Pickles and programs are not among them.

Chat templates are: transformers renders them in Jinja's sandbox, those in a configuration too.

Nor do pickles become harmless by their name: only those that an engine names one by one, because
it reads them with torch's restricted unpickler, are fetched.
"""

_AT_ONCE = 2
"""How many files are fetched at once. What is not whole when fetching is killed starts anew."""

_PATIENCE_S = 30.0
"""How long the hub may take to answer what there is, in seconds."""

_SPARE_BYTES = 2**30
"""What is left free on the disk."""


class FetchError(EngineError):
    """Weights could not be fetched."""


@dataclass(frozen=True)
class RemoteFile:
    """A file on the hub.

    Attributes:
        path: Where it is within its repository.
        size_bytes: How large it is.
        sha256: Its digest, where the hub knows it: of all large files.
    """

    path: str
    size_bytes: int
    sha256: str | None


@dataclass(frozen=True)
class Fetch:
    """What fetching weights takes.

    Attributes:
        weights: Which weights.
        files: Their files.
        missing_bytes: What of them is not on this machine yet.
    """

    weights: Weights
    files: tuple[RemoteFile, ...]
    missing_bytes: int

    @property
    def size_bytes(self) -> int:
        """What all files take on the disk."""
        return sum(file.size_bytes for file in self.files)


def plan_fetch(weights: Weights, engine: str) -> Fetch:
    """Ask the hub what there is to fetch, and make sure that it may be, and that there is room.

    Args:
        weights: What is wanted.
        engine: Who wants it; for messages.

    Raises:
        MissingWeightsError: The packages that models run on are not installed.
        FetchError: The hub cannot be reached or has no such files, there are files among them that
            could run code, or the disk has no room. The message says how to go on.
    """
    require_hub(engine)
    from huggingface_hub import try_to_load_from_cache

    files = _on_the_hub(weights, engine)
    if not any(_is_plain(file, weights) for file in files):
        raise FetchError(
            f"{weights.repository} has no safetensors at revision {weights.revision[:8]} among "
            f"{' '.join(weights.files)}. Nothing was fetched."
        )
    doubtful = [
        file.path
        for file in files
        if PurePosixPath(file.path).suffix not in _HARMLESS
        and file.path not in weights.restricted_pickles
        and not _is_plain(file, weights)
    ]
    if doubtful:
        raise FetchError(
            f"{weights.repository} has files that could run code when they are loaded: "
            f"{', '.join(doubtful)}. Nothing was fetched."
        )
    missing = [
        file
        for file in files
        if not isinstance(
            try_to_load_from_cache(weights.repository, file.path, revision=weights.revision), str
        )
    ]
    fetch = Fetch(weights, files, sum(file.size_bytes for file in missing))
    _require_room(fetch)
    return fetch


def fetch(planned: Fetch, engine: str) -> Path:
    """Fetch what is missing, with progress on standard error, and return the folder.

    Files that are whole stay where fetching is interrupted; a lost connection is taken up again.

    Raises:
        FetchError: The network failed, or the disk is full.
    """
    from huggingface_hub import snapshot_download

    weights = planned.weights
    with _explained(weights, engine):
        return Path(
            snapshot_download(
                weights.repository,
                revision=weights.revision,
                allow_patterns=list(weights.files),
                token=_token(),
                max_workers=_AT_ONCE,
            )
        )


def check_fetched(planned: Fetch, folder: Path) -> None:
    """Make sure that every file is there, as large as on the hub, and with its digest.

    Raises:
        FetchError: A file is missing, or is not what it should be.
    """
    repository = planned.weights.repository
    if missing := [file.path for file in planned.files if not (folder / file.path).is_file()]:
        raise FetchError(f"{', '.join(missing)} of {repository} did not arrive. Try again.")
    damaged = [folder / file.path for file in planned.files if not _is_whole(folder, file)]
    if damaged:
        raise FetchError(
            f"What is here of {repository} is damaged. Remove these files and try again: "
            f"{' '.join(str(path.resolve()) for path in damaged)}"
        )


def remove_fetched(weights: Weights) -> int:
    """Remove weights from the hub's cache, as far as no other revision shares their files.

    Returns:
        How many bytes the removed files have; what else has links to them keeps their place.
    """
    from huggingface_hub import scan_cache_dir

    strategy = scan_cache_dir(hub_cache()).delete_revisions(weights.revision)
    strategy.execute()
    return int(strategy.expected_freed_size)


def _on_the_hub(weights: Weights, engine: str) -> tuple[RemoteFile, ...]:
    """Return the files of weights, as the hub lists them."""
    from huggingface_hub import HfApi

    with _explained(weights, engine):
        there = HfApi(token=_token()).model_info(
            weights.repository, revision=weights.revision, files_metadata=True, timeout=_PATIENCE_S
        )
    return tuple(
        RemoteFile(file.rfilename, file.size or 0, file.lfs.sha256 if file.lfs else None)
        for file in there.siblings or ()
        # As the hub's client matches patterns: an asterisk stands for slashes, too.
        if any(fnmatch.fnmatchcase(file.rfilename, pattern) for pattern in weights.files)
    )


def _is_plain(file: RemoteFile, weights: Weights) -> bool:
    """Tell whether a file holds weights in a format that runs no code."""
    return file.path.endswith(".safetensors") or any(
        fnmatch.fnmatchcase(file.path, pattern) for pattern in weights.plain_numbers
    )


def _is_whole(folder: Path, file: RemoteFile) -> bool:
    path = folder / file.path
    if path.stat().st_size != file.size_bytes:
        return False
    return file.sha256 in (None, digest_file(path))


def by_hand(weights: Weights) -> str:
    """Return how a person fetches weights, on this machine or on another."""
    patterns = " ".join(f"--include '{pattern}'" for pattern in weights.files)
    folder = f"models--{weights.repository.replace('/', '--')}"
    return (
        f"hf download {weights.repository} --revision {weights.revision} {patterns}\n"
        f"on a machine that has a network, then copy the folder {folder} from its "
        f"~/.cache/huggingface/hub to {hub_cache()}. Or add --local-dir FOLDER, copy that folder "
        "to this machine, and name it as `weights` in the engine's settings."
    )


def _require_room(fetch: Fetch) -> None:
    folder = hub_cache()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if fetch.missing_bytes + _SPARE_BYTES > free:
        raise FetchError(
            f"{folder} has {free / 2**30:.1f} GiB free, and {fetch.weights.repository} needs "
            f"{fetch.missing_bytes / 2**30:.1f} GiB, and one to spare. Make room, or set HF_HOME "
            "to a folder on a larger disk."
        )


@contextmanager
def _explained(weights: Weights, engine: str) -> Iterator[None]:
    """Say what can be done where the hub cannot be asked."""
    # The hub's client raises errors of the HTTP client that it is built on, too.
    from huggingface_hub.errors import HTTPError

    try:
        yield
    except (OSError, HTTPError) as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise FetchError(
            f"The weights of {engine} could not be fetched from {_endpoint()}: {reason}\n"
            f"Wanted: {weights.repository}, revision {weights.revision}, {weights.about}, files "
            f"{' '.join(weights.files)}\n"
            f"What was fetched so far stays; try again later, or type\n{by_hand(weights)}"
        ) from error


def _endpoint() -> str:
    from huggingface_hub import constants

    return str(constants.ENDPOINT)


def _token() -> str | bool:
    """Return the token in the environment; else none is sent, whoever is logged in here."""
    return os.environ.get("HF_TOKEN") or False
