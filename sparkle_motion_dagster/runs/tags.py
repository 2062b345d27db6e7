"""Tags of Dagster runs that we read and write; the web UI shows them and filters by them."""

from __future__ import annotations

PARTITION_TAG = "dagster/partition"
"""In which Dagster says which partition, which film, a run is for."""

RUN_KEY_TAG = "dagster/run_key"
"""In which Dagster keeps what a sensor's request was called, so as not to start it twice."""

STATE_TAG = "sparkle/state"
"""How a run leaves its film: rendered, paused, waiting for review, ..."""

STARTED_BY_TAG = "sparkle/started_by"
"""Who asked for a run."""

SHELL = "shell"
"""A person at a shell, who sees how the run ends."""

REEXECUTION = "re-execution"
"""The web UI or the daemon, which execute a run once more."""

INBOX = "inbox"
"""The sensor that picks up plan files."""

GO_ON = "go_on"
"""The sensor that goes on with films that waited for a person."""
