"""As much of torch as Chatterbox's worker uses itself: a seed for whatever is drawn.

``STAND_IN_CUDA`` says for which CUDA it is built.
"""

import os
from types import SimpleNamespace

import numpy as np

version = SimpleNamespace(cuda=os.environ.get("STAND_IN_CUDA"))
generator = np.random.default_rng()


def manual_seed(seed: int) -> None:
    global generator
    generator = np.random.default_rng(seed)
