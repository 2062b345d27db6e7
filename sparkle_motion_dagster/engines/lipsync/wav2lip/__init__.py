"""Wav2Lip: mouths moved by the user's own checkout and checkpoint, in a worker."""
