"""Stands where Wav2Lip has its face detector, which nobody asks."""
