"""espeak-ng, the library: how words sound, for engines that speak and for mouths."""
