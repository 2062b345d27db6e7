"""What the next render makes, and why: the film run on a stage that only looks up."""
