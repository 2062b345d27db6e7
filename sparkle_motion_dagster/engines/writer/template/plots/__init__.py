"""What happens in a story, and what is said: a file a plot."""
