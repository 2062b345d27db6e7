"""Robots and animals: each is drawn by one anatomy, near and far, from before and from behind."""
