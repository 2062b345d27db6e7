"""Sparkle Motion on Dagster: a MoviePlan becomes a finished film."""
