"""How things are made: one folder an engine, which declares itself; nothing of Dagster."""
