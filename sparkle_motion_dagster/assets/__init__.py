"""The graph: one module a stage. Each says which requests follow from the plan, and who answers."""
