"""The viseme engine: whoever speaks is seen speaking, drawn."""
