"""The one loop that makes anything, and what surrounds it: workbench, progress, halting, manifests."""
