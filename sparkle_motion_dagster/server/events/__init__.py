"""Events: what happens to films, told to whoever listens, the moment it happens."""
