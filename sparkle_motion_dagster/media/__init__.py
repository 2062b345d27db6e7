"""The one owner of ffmpeg and PyAV: encoding, probing, decoding, joining, mastering, checking."""
