"""`sparkle`, and `python -m sparkle_motion_dagster`: the command as a process of its own."""

import atexit
import os
import sys


class _End:
    """The end of this process, once everything is done that is to be done at it."""

    status: int | None = None
    """What the command ends with; None: it has not ended, or an error that nobody knows ends it."""

    def at_once(self) -> None:
        """End the process without taking apart what it has loaded, as Python would do it.

        What is printed is out before; where nobody takes it, Python ends the process and says so.
        """
        if self.status is not None:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # as where it was closed before this process began
                    stream.flush()
            os._exit(self.status)


def sparkle() -> None:
    """Run the command, and end this process with its status.

    A process that ends gives all of its memory back. Looking for garbage in it, and taking some
    2,000 modules apart, makes whoever waits for a render wait 0.2 s more.
    """
    end = _End()
    atexit.register(end.at_once)  # called last: what is registered later comes before it
    from sparkle_motion_dagster.cli.main import main

    try:
        main(prog_name="sparkle")
    except SystemExit as ended:
        if isinstance(ended.code, int):
            end.status = ended.code
        raise


if __name__ == "__main__":
    sparkle()
