"""What people do with films, whoever asks: Python, the command line, the server, a notebook."""
