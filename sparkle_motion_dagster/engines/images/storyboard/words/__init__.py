"""Reading: what prompts and descriptions of people say, word by word."""
