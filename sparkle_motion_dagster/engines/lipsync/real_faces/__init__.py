"""Mouths of real faces: a picture's own pixels, moved; and what opens between the lips, painted."""
