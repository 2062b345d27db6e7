"""The one loop that makes anything, and what it needs: workbench, progress, halting, manifests."""
