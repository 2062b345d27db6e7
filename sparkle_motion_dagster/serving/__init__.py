"""What serves a home all day: a code server, Dagster's daemon, the web server, the film server."""
