"""Part k: a film against a shell script of ffmpeg that makes the same one."""
