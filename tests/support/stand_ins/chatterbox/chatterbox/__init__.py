"""A Chatterbox of the tests' own: the same calls, but its voices are tones.

What its lines sound like, their words say: it speaks its text in syllables of a tone, whose pitch
is the voice's. Words in capitals are faults: SILENT, NOTHING, MUTE, CLIPPED, CUT, LONG, KILL,
RAISE; with a number after it, only in so many takes of the line (SILENT2).
"""
