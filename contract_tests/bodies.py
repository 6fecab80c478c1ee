"""Bodies of requests: JSON and multipart forms, and small files of real kinds."""

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from urllib3.filepost import encode_multipart_formdata

Json = Any
BOUNDARY = "4c0de9b1a7f24b6e"

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n162\n%%EOF\n"
)
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR42mM8wQABTAwUMQA6AADYbMmlZgAAAABJRU5ErkJggg=="
)
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62r"
    "Z4C8ybqmx5moq6T/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8A"
    "Vf/Z"
)
WAV = (
    b"RIFF\x24\x08\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00"
    b"\x01\x00\x08\x00data\x00\x08\x00\x00" + b"\x80" * 2048
)
CSV = b"name,amount\nalpha,1\nbeta,2\ngamma,3\n"


@dataclass(frozen=True)
class File:
    """A file of an upload: its name, content and media type."""

    name: str
    content: bytes
    media_type: str


FILES = {
    "application/pdf": File("report.pdf", PDF, "application/pdf"),
    "image/png": File("scan.png", PNG, "image/png"),
    "image/jpeg": File("photo.jpg", JPEG, "image/jpeg"),
    "audio": File("visit.wav", WAV, "audio/wav"),
    "": File("figures.csv", CSV, "text/csv"),
}


def encode(body: Json, media_type: str) -> tuple[bytes, str]:
    """The bytes of a body and their media type with its parameters.

    Parameters: body, any JSON value, or a dict with File values for a form; media_type, the one of the
    document.
    """
    if media_type.startswith("multipart/"):
        fields = [(name, _encode_part(value)) for name, value in body.items() if value is not None]
        return encode_multipart_formdata(fields, boundary=BOUNDARY)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    ), media_type


def _encode_part(value: Json) -> Json:
    if isinstance(value, File):
        return value.name, value.content, value.media_type
    return value if isinstance(value, str) else json.dumps(value)
