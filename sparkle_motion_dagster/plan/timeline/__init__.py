"""Where lines, shots, clips and cues of a film lie, planned and measured."""
