"""The rules that a plan keeps, by their subject."""
