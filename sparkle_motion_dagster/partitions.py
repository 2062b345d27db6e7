"""One partition a film: its key is the run_id."""

import dagster as dg

film_partitions = dg.DynamicPartitionsDefinition(name="run_id")
"""All films that this instance knows."""
