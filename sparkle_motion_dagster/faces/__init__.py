"""Faces in pictures and clips: found, measured and followed, whoever made the picture."""
