"""Reads what every command reads, in the process that commands are forked from: once for all."""

from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.resources.profiles import load_profile, profile_names

voice_catalogue()
for name in profile_names():
    load_profile(name)
