"""The control panel for Jupyter and Colab.

In a notebook::

    from sparkle_motion_dagster import notebook

    server = notebook.connect()
    panel = notebook.ControlPanel(server)
    panel

`notebooks/sparkle_motion.ipynb` has a cell for each of its panes.
"""

from sparkle_motion_dagster.notebook.drive_pane import mount_drive
from sparkle_motion_dagster.notebook.panel import ControlPanel
from sparkle_motion_dagster.notebook.preflight import preflight
from sparkle_motion_dagster.notebook.server import connect

__all__ = ["ControlPanel", "connect", "mount_drive", "preflight"]
