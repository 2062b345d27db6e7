"""Storyboard keyframes, drawn without a model."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="images",
    name="storyboard",
    engine=f"{__name__}.engine:StoryboardEngine",
    packages=("resvg", "resvg_py"),
)
