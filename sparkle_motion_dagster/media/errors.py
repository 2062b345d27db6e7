"""What can go wrong with media files."""

from sparkle_motion_dagster.errors import SparkleError


class MediaError(SparkleError):
    """A media file could not be written, read or joined."""


class FfmpegError(MediaError):
    """ffmpeg ended with an error, or did not end in time."""


class ProbeError(MediaError):
    """A file is not the media that its name says."""
