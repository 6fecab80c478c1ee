"""A bug that a peer can be started with."""

from typing import NamedTuple


class Bug(NamedTuple):
    """What is wrong, which statement of the document it breaks, whether answers still look as documented."""

    sentence: str
    requirement: str
    schema_valid: bool
