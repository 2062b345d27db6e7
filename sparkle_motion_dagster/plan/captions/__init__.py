"""Captions: what is shown of what is said, where it breaks, and when."""
