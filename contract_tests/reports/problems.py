"""What can be wrong with the files that a user gives."""

from pathlib import Path

from contract_tests.problems import Unusable


def read(file: Path) -> str:
    """The text of a file. Raises Unusable."""
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise Unusable(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Unusable(f"{file}: not a text in UTF-8") from None


__all__ = ["Unusable", "read"]
