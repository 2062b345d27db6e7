"""Rate limits: how much engines and providers may be asked for, whichever process asks them."""
