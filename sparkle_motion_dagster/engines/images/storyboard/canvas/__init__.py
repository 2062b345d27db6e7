"""What everything is drawn with: vectors, colours, light, shading, letters, dice."""
