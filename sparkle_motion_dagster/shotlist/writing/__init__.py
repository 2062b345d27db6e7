"""What a writer is asked for, and what its answer says."""
