"""Titles: texts are measured, broken into rows, laid inside the safe area, and drawn."""
