"""Chatterbox: expressive voices, in many languages, in a worker."""
