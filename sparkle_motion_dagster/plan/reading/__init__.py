"""From a plan file to a plan, or to all that is wrong with it, by line and field."""
