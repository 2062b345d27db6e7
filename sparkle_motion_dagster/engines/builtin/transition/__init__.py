"""Dissolves, fades and wipes: the frames in which one clip becomes the next."""
