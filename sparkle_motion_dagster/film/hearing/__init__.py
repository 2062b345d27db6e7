"""A film that hears itself: its takes and its track are held against what is written."""
