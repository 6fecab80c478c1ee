"""What an uploaded file says of itself."""

import csv
import io
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import orjson

from .store import File

SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
FORMATS = {".csv": "csv", ".json": "json", ".xml": "xml", ".xlsx": "xlsx", ".parquet": "parquet"}


def sniff_media_type(content: bytes, claimed: str | None) -> str:
    """The media type by the file's first bytes, else what the client claims if those could not tell it."""
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    told = {media_type for _, media_type in SIGNATURES}
    return claimed if claimed and claimed not in told else "application/octet-stream"


def detect_format(file: File) -> str:
    """csv, json, xml, xlsx or parquet: by extension, else content, else csv (YC-I07)."""
    start = file.content[:64].lstrip()
    if file.content.startswith(b"PAR1"):
        return "parquet"
    if PurePosixPath(file.name).suffix.lower() in FORMATS:
        return FORMATS[PurePosixPath(file.name).suffix.lower()]
    return "json" if start[:1] in (b"{", b"[") else "xml" if start[:1] == b"<" else "csv"


def count_rows(file: File) -> int:
    """Records of a CSV file without its header, items of a JSON array, else 0 (YC-I08)."""
    try:
        if detect_format(file) == "json":
            value = orjson.loads(file.content)
            return len(value) if isinstance(value, list) else 1
        if detect_format(file) == "csv":
            lines = sum(1 for row in csv.reader(io.StringIO(file.content.decode())) if row)
            return max(0, lines - 1)
    except (ValueError, csv.Error):
        return 0
    return 0


FACTS: dict[str, Callable[[File], Any]] = {
    "name": lambda file: file.name,
    "size": lambda file: len(file.content),
    "media_type": lambda file: file.media_type,
    "format": detect_format,
    "rows": count_rows,
}
