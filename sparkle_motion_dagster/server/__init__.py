"""The server: films, their artifacts and events over HTTP, and the pages that show them."""
