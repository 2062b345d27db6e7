"""What people do to films: drop them in, steer, review, prune."""
