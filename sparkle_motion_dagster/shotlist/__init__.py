"""Shot lists: a story as scenes, shots and lines, from which a plan is built."""
