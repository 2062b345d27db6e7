"""Engines that make ambience: how a place sounds where a plan names a mood and brings no file."""
