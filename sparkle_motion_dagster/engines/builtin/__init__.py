"""Engines that no profile chooses: they fit, conform, stretch, mix and assemble for every film."""
