"""Engines free their models, and collect garbage for that."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def only_new_garbage() -> Iterator[None]:
    """Have a test's collections leave alone what was there before: the libraries, above all."""
    gc.freeze()
    yield
    gc.unfreeze()
