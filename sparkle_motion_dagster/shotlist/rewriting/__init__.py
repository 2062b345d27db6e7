"""Putting a changed shot list into the plan that it was read from: what was not changed stays."""
