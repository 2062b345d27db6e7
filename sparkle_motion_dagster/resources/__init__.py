"""Dagster resources: one thin one a kind of engine, and the film they work for."""
