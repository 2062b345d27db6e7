"""The graph: one module a stage, with its declaration, one call into film/, and what is shown."""
