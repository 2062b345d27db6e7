"""Somebody's own pictures as keyframes of a plan that was made of a script."""
