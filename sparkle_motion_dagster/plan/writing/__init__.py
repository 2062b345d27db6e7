"""Writing plan files: one form for all of them, with their comments, and one to begin with."""
