"""Engines that put the finished film together."""
