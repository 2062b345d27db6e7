"""How things are made: one folder a kind of engine, one module an engine, nothing of Dagster."""
