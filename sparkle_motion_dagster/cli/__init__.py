"""The `sparkle` command: one module a command."""
