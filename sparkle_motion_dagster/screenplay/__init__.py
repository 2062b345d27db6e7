"""Screenplays: what a script says, element by element, whatever file it comes in."""
