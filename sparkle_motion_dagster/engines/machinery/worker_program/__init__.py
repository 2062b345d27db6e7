"""What the worker programs of engines share: it runs in their environments, and stands alone."""
