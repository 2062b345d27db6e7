"""The camera: it moves over two keyframes, one of which becomes the other."""
