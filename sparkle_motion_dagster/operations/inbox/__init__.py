"""The inbox: plans that are dropped into a folder become films, and prompts drafts of them."""
