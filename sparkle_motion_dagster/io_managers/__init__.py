"""How assets hand over what they made: through run folders and their manifests."""
