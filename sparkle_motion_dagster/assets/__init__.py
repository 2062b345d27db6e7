"""The graph: one module a stage. Each says which requests follow from the plan, and who answers."""

from __future__ import annotations

import warnings

import dagster as dg

# Data versions and checks a partition are young in Dagster, and it says so in every run's log.
# Its pinned version is what our tests run against.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
