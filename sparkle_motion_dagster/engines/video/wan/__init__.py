"""Wan 2.1: footage that moves from keyframe to keyframe."""
