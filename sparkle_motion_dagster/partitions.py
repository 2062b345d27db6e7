"""One partition a film: its key is the run_id."""

from __future__ import annotations

import dagster as dg

film_partitions = dg.DynamicPartitionsDefinition(name="run_id")
"""All films that this instance knows."""
