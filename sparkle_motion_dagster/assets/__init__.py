"""The graph: one module a stage: its declaration, one call into the film, what the web UI shows."""
