"""Run in Wav2Lip's environment: write a checkpoint of freshly initialised weights.

``python real_wav2lip.py CHECKOUT KIND FILE``, where KIND is ``weights`` (as upstream's training
saves them), ``script`` (a TorchScript archive) or ``program`` (one that would run something).
"""

from __future__ import annotations

import importlib
import pathlib
import sys

sys.dont_write_bytecode = True


def main() -> None:
    checkout, kind, file = sys.argv[1:]
    sys.path.insert(0, checkout)
    import torch

    torch.manual_seed(1)
    model = importlib.import_module("models").Wav2Lip().eval()
    saved = {"state_dict": model.state_dict(), "optimizer": None, "global_step": 1}
    if kind == "script":
        example = (torch.zeros(1, 1, 80, 16), torch.zeros(1, 6, 96, 96))
        torch.jit.save(torch.jit.trace(model, example), file)  # type: ignore[no-untyped-call]
    elif kind == "program":
        torch.save(saved | {"args": pathlib.PurePosixPath("anything")}, file)
    else:
        # The published checkpoints are of torch 1.1, which had no other format.
        torch.save(saved, file, _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
