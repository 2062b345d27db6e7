"""Schedules: what happens by the clock, once a person has switched it on."""

import dagster as dg

from sparkle_motion_dagster.runs.upkeep import prune_store

prune_daily = dg.ScheduleDefinition(
    name="prune_daily",
    job=prune_store,
    cron_schedule="0 4 * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every night at 04:00 UTC: remove what no film needs any more. No run is removed.",
)
"""Off until it is switched on in the web UI, or with `dagster schedule start prune_daily`."""
