"""What people wear: clothes, coats and hats."""
