"""What `sparkle doctor` asks of a server that speaks."""

from sparkle_motion_dagster.engines.machinery.openai_protocol.readiness import found
from sparkle_motion_dagster.engines.speech.openai_speech.engine import connected
from sparkle_motion_dagster.engines.speech.openai_speech.settings import OpenaiSpeechSettings


def answers(settings: OpenaiSpeechSettings) -> str:
    """Ask a server for its model, which costs nothing, and return what came of it.

    Raises:
        NotReadyError: The client is not installed, or the key is missing or not taken.
        ProviderBusyError, QuotaSpentError: The server cannot answer now.
        EngineInputError: It refuses the question.
    """
    with connected(settings) as server:
        return found(server, settings)
