"""Engines that speak lines."""
