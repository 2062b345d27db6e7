"""How a written line is said: the words that are spoken for what stands in it, for every engine."""
