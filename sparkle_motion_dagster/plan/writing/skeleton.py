"""The plan to begin with: short, valid, and its comments tell what else a plan may say."""

from pathlib import Path

from sparkle_motion_dagster.errors import InputError

_SUFFIXES = (".yaml", ".yml")


def skeleton() -> str:
    """Return the plan's text."""
    return Path(__file__).with_name("skeleton.yaml").read_text(encoding="utf-8")


def write_skeleton(path: Path) -> Path:
    """Write the plan into a new file, and return its path, which ends in ``.yaml``.

    Raises:
        InputError: There is such a file already, or it cannot be written.
    """
    path = path if path.suffix else path.with_suffix(_SUFFIXES[0])
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(
            f"{path}: the plan to begin with has comments, and so is YAML: name it "
            f"{path.with_suffix(_SUFFIXES[0]).name}"
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(skeleton())
    except FileExistsError as error:
        raise InputError(
            f"{path} is there already, and nothing is written over it. Name another file."
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path
