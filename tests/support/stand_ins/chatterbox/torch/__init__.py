"""As much of torch as Chatterbox's worker uses itself: a seed for whatever is drawn."""

from types import SimpleNamespace

import numpy as np

version = SimpleNamespace(cuda=None)
generator = np.random.default_rng()


def manual_seed(seed: int) -> None:
    global generator
    generator = np.random.default_rng(seed)
