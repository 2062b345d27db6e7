"""espeak-ng: small, quick, on every machine, with exact timings."""
