"""Engines that listen: what was said in a sound, and when each word of it sounded."""
