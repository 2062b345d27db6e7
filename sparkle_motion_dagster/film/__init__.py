"""The film, once: its stages, what each asks for, and who is cast to answer."""
