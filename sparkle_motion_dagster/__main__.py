"""`python -m sparkle_motion_dagster` is the `sparkle` command."""

from sparkle_motion_dagster.cli.main import main

if __name__ == "__main__":
    main(prog_name="sparkle")
