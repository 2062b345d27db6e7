"""Casting: who speaks for which character, and how lines get spoken."""
