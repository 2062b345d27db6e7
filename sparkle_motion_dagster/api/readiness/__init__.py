"""What this machine has of what rendering needs: tried by doctor, told by the server."""
