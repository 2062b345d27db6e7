"""Weights that a worker loads through torch, as data and nothing else."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from pathlib import Path

from sparkle_motion_dagster.engines.machinery.worker_program.protocol import WrongRequestError

_BROKEN = ("PytorchStreamReader", "unexpected EOF")
"""What torch says of files of which a part is missing."""

_UNPICKLER = "WeightsUnpickler error:"


@contextlib.contextmanager
def readable(weights: Path) -> Iterator[None]:
    """Say what to do where weights cannot be loaded.

    Raises:
        WrongRequestError: They cannot be.
    """
    try:
        yield
    except (pickle.UnpicklingError, EOFError) as error:
        raise WrongRequestError(
            f"{weights} does not hold weights alone, and nothing else is read from it: a file of "
            "weights can run any program. Take one that was saved with torch.save, and holds "
            f"tensors only. {_reason(error)}"
        ) from error
    except (KeyError, TypeError) as error:
        raise WrongRequestError(
            f"{weights} is no checkpoint as the script reads it: it should hold its weights "
            f"under the name state_dict. {type(error).__name__}: {_reason(error)}"
        ) from error
    except RuntimeError as error:
        if "loading state_dict" in str(error):
            raise WrongRequestError(
                f"{weights} does not fit the model of this checkout. {_reason(error)}"
            ) from error
        if any(sign in str(error) for sign in _BROKEN):
            raise WrongRequestError(
                f"{weights} is broken, or not all of it is there: fetch it again. {_reason(error)}"
            ) from error
        raise


def _reason(error: Exception) -> str:
    """Return the line of an error that says what is wrong.

    Before it, torch tells how to read weights that can run programs.
    """
    text = str(error)
    lines = (text.partition(_UNPICKLER)[2] or text).strip().splitlines()
    return lines[0] if lines else ""
