"""What serves a home all day: a code server, Dagster's daemon, and a guarded web server."""
