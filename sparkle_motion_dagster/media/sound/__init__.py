"""Sound: read, mixed, mastered, and measured."""
