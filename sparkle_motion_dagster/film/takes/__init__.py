"""Takes: items made in more than one way, of which a person, or a rule, chooses."""
