"""What `sparkle doctor` asks of a server that writes."""

from sparkle_motion_dagster.engines.machinery.openai_protocol.readiness import found
from sparkle_motion_dagster.engines.writer.openai.abilities import Abilities
from sparkle_motion_dagster.engines.writer.openai.engine import connected
from sparkle_motion_dagster.engines.writer.openai.settings import OpenaiWriterSettings


def answers(settings: OpenaiWriterSettings) -> str:
    """Ask a server for its model, which costs nothing, and return what came of it.

    Raises:
        NotReadyError: The client is not installed, or the key is missing or not taken.
        ProviderBusyError, QuotaSpentError: The server cannot answer now.
        EngineInputError: It refuses the question.
    """
    with connected(settings, Abilities.supposed(settings.base_url)) as server:
        return found(server, settings)
