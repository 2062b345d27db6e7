"""Writing by models on servers that speak OpenAI's protocol, theirs and local ones."""

from sparkle_motion_dagster.engines.declaration import EngineDeclaration

DECLARATION = EngineDeclaration(
    kind="writer",
    name="openai",
    engine=f"{__name__}.engine:OpenaiWriter",
    readiness=f"{__name__}.readiness:answers",
)
