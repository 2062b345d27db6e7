"""Faces that nobody drew: searched for in the pictures of a film, and read where they speak."""
