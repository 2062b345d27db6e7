"""Engines that write: a shot list from a prompt."""
