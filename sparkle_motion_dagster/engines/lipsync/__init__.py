"""Engines that move mouths."""
