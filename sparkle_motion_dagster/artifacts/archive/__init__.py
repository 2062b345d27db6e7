"""Archives: films copied to another place and back, every file checked."""
