"""The finished file: joined, muxed, captioned, and measured."""
