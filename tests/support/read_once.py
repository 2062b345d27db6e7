"""Reads what every command reads, in the process that commands are forked from: once for all.

Of Dagster's database that are the files of its migrations.
"""

import tempfile
from pathlib import Path

from sparkle_motion_dagster.artifacts.home import SparkleHome
from sparkle_motion_dagster.resources.engines import voice_catalogue
from sparkle_motion_dagster.resources.profiles import load_profile, profile_names
from sparkle_motion_dagster.runs.instance import open_instance

voice_catalogue()
for name in profile_names():
    load_profile(name)

with tempfile.TemporaryDirectory() as folder, open_instance(SparkleHome(Path(folder))):
    pass
