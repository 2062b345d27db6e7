"""Reads what every command reads, in the process that commands are forked from: once for all."""

from sparkle_motion_dagster.resources.engines import voice_catalogue

voice_catalogue()
