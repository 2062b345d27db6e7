"""Pictures that look alike: perceptual hashes of all that a home holds, searched and verified."""
