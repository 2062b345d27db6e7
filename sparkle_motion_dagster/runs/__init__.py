"""The life of a Dagster run: starting one, its tags, launcher, recovery, errors, upkeep."""
