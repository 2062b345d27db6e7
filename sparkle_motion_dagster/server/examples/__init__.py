"""Examples of all that is sent and taken, for the description of the server."""
