"""The things that a prompt can name, each drawn where it belongs."""
