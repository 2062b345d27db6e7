"""`sparkle engines`, and what it and `sparkle doctor` know of engines."""
