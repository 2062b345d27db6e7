"""The price of a film, before it is paid: what is called, in which order, and what that takes."""
