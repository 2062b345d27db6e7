"""A film that hears itself: its takes and its finished sound are held against what is written."""
