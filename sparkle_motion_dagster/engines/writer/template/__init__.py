"""Writing by rules, without a model."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="writer", name="template", engine=f"{__name__}.engine:TemplateWriter"
)
