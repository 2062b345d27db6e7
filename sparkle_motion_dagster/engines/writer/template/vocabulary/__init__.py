"""The words by which prompts are read, and what stories are made of."""
