"""Jobs: what people ask for by name."""

from __future__ import annotations

import dagster as dg

from sparkle_motion_dagster.assets.stage import GROUP

render_movie = dg.define_asset_job(
    "render_movie",
    selection=dg.AssetSelection.groups(GROUP),
    description="Render a film: all that its plan needs and the store does not hold.",
)
