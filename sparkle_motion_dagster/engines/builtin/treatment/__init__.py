"""Treatments: through what a voice is heard."""
