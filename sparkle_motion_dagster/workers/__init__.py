"""Programs that run in another environment, through Dagster Pipes. They stand alone."""
