"""Reading a prompt: its language, and what it tells of people, places, times and things."""
