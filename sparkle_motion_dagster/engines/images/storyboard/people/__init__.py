"""People: their looks, heads and bodies, near and far, from before and from behind."""
