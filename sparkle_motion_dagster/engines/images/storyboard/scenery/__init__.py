"""Where a drawing plays: sky, light, ground, places and the things in them."""
