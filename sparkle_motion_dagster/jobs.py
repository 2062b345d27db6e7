"""Jobs: what people ask for by name."""

import dagster as dg

from sparkle_motion_dagster.assets.declarations import GROUP
from sparkle_motion_dagster.film import stages
from sparkle_motion_dagster.runs.names import (
    FINALIZE_MOVIE,
    MAKE_TAKES,
    RENDER_MOVIE,
    SOUND_ONLY,
    STAGES_OF_JOB,
    STILLS_ONLY,
    WRITE_PLAN,
)

write_plan = dg.define_asset_job(
    WRITE_PLAN,
    selection=dg.AssetSelection.assets(stages.PLAN_DRAFT),
    description="Write a plan from a prompt: a draft, to be read, edited and approved.",
)

make_takes = dg.define_asset_job(
    MAKE_TAKES,
    selection=dg.AssetSelection.assets(stages.TAKES),
    description="Make further takes of a portrait, a keyframe, a clip or a line.",
)

render_movie = dg.define_asset_job(
    RENDER_MOVIE,
    selection=dg.AssetSelection.groups(GROUP),
    description="Render a film: all that its plan needs and the store does not hold.",
)

stills_only = dg.define_asset_job(
    STILLS_ONLY,
    selection=dg.AssetSelection.assets(*STAGES_OF_JOB[STILLS_ONLY]),
    description="Draw the keyframes, to look at them before hours are spent on moving them.",
)

sound_only = dg.define_asset_job(
    SOUND_ONLY,
    selection=dg.AssetSelection.assets(*STAGES_OF_JOB[SOUND_ONLY]),
    description="Speak all lines and lay them on the timeline, to listen before anything is drawn.",
)

finalize_movie = dg.define_asset_job(
    FINALIZE_MOVIE,
    selection=dg.AssetSelection.assets(*STAGES_OF_JOB[FINALIZE_MOVIE]),
    description="Assemble the film again from the clips and the track that are there.",
)

FILM_JOBS = (render_movie, stills_only, sound_only, finalize_movie)
"""All jobs that work for a film."""
