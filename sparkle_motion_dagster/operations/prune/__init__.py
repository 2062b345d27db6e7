"""Pruning: runs that may go, and garbage collection of what nobody needs."""
