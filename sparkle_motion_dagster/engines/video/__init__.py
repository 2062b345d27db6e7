"""Engines that make a silent clip between two keyframes."""
