"""What `sparkle doctor` says of a server that was asked."""

from typing import TYPE_CHECKING

from sparkle_motion_dagster.engines.machinery.openai_protocol.settings import ServerSettings

if TYPE_CHECKING:
    from sparkle_motion_dagster.engines.machinery.openai_protocol.client import ProtocolServer


def found(server: "ProtocolServer", settings: ServerSettings) -> str:
    """Ask a server for its model, which costs nothing, and return what came of it.

    Raises:
        SparkleError: As `ProtocolServer.has_model` says.
    """
    known = server.has_model()
    model = f"has the model {settings.model}" if known else f"lists no model {settings.model}"
    variable = server.key.variable
    asked = "without a key" if variable is None else f"with the key in {variable}"
    return f"{settings.base_url} answers {asked}, and {model}"
