"""The OpenAPI document of the control plane."""

from functools import cache
from pathlib import Path

from ..declared import Api
from ..documents import read_document
from ..reading import read_api

FILE = Path(__file__).parent / "openapi.yaml"


@cache
def read_own() -> Api:
    """What the document declares; it is read once, when it is needed."""
    return read_api("sandbox", read_document(FILE))
