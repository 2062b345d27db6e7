"""Weights that cannot be loaded: what people read of them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from sparkle_motion_dagster.engines.machinery.worker_program.protocol import WrongRequestError
from sparkle_motion_dagster.engines.machinery.worker_program.weights import readable


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            # What torch 2.13 says of a web page.
            pickle.UnpicklingError(
                "Weights only load failed. Re-running `torch.load` with `weights_only` set to "
                "`False` will likely succeed.\nWeightsUnpickler error: \n\nUnsupported operand 60"
            ),
            r"^s3fd.pth does not hold weights alone, .* tensors only. Unsupported operand 60$",
        ),
        (EOFError(), r"^s3fd.pth does not hold weights alone"),
        (KeyError("state_dict"), r"under the name state_dict. KeyError: 'state_dict'$"),
        (
            RuntimeError("Error(s) in loading state_dict for s3fd:\n\tMissing key: conv1"),
            r"does not fit the model of this checkout. Error\(s\) in loading state_dict for s3fd:$",
        ),
        (RuntimeError("unexpected EOF, expected 7 more bytes."), r"not all of it is there: fetch"),
        (RuntimeError("PytorchStreamReader failed reading zip archive"), r"is broken, or"),
    ],
)
def test_what_cannot_be_loaded_is_told_with_what_to_do(error: Exception, message: str) -> None:
    with pytest.raises(WrongRequestError, match=message), readable(Path("s3fd.pth")):
        raise error


def test_what_is_no_fault_of_the_weights_passes_unchanged() -> None:
    with pytest.raises(RuntimeError, match=r"^CUDA error"), readable(Path("s3fd.pth")):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")
