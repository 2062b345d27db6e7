"""Conforming: footage at a model's own rate becomes a clip of exactly the film's frames."""
