"""As much of torchaudio as stands in the way: it is imported only where its compiled parts fit.

They are for CUDA 13.0; the real one's `_extension` looks for them and compares in the same way.
"""

from pathlib import Path

import torch

CUDA = "13.0"

if any(Path(__file__).parent.glob("lib/_torchaudio*.so")):
    if torch.version.cuda is None:
        message = "Could not load this library: libtorchaudio.abi3.so"
        raise OSError(message)
    if torch.version.cuda != CUDA:
        message = "PyTorch and TorchAudio were compiled with different CUDA versions."
        raise RuntimeError(message)
