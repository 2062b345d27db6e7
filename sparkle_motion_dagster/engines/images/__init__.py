"""Engines that draw keyframes."""
