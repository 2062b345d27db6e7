"""Whom an engine tells how far it is, between two steps of its model."""


class Steps:
    """Hears how far an engine is, between two steps of its model. Here, nobody does."""

    def done(self, step: int, of: int, doing: str) -> None:
        """Say that a step is done.

        Args:
            step: How many steps are done; from 1.
            of: How many there are.
            doing: What the steps make, in a few words: "pictures 1 to 8", "shot 3, chunk 2 of 4".

        Raises:
            SparkleError: Whoever listens wants the engine to stop here. It passes unchanged, and
                the engine frees what it holds.
        """

    def begun(self) -> None:
        """Say that something else is being made now, of which no step is done."""

    def waiting(self, doing: str) -> None:
        """Say that nothing new is known; called every so often while another process works.

        Args:
            doing: What is being worked on, in a few words.

        Raises:
            SparkleError: As `done` says.
        """
