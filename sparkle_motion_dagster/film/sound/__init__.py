"""The film's sound: lines spoken, treated, laid out, and mixed with what sounds beside them."""
