"""What can be wrong with the files that a user gives."""

from pathlib import Path


class Unusable(Exception):
    """A file cannot be read, written or understood; the text says which and why, in one line."""


def read(file: Path) -> str:
    """The text of a file. Raises Unusable."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise Unusable(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Unusable(f"{file}: not a text in UTF-8") from None
