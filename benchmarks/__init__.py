"""What films cost: `make bench`."""
