"""The device: its lock, models that stay warm, memory, presets, and what goes wrong there."""
