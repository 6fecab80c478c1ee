"""Requests of the documents, whose parts can be changed before they become bytes."""

from dataclasses import dataclass, field
from random import Random

import httpx

from sandbox.control import ROOT
from sandbox.control.document import read_own
from sandbox.declared import Operation
from sandbox.documents import find_documents, read_document
from sandbox.reading import read_api
from sandbox.tests.strange import make_request

KEYS = ["proj_abc123", "data_def456", "3d1f0a52-6c0e-4b8a-9a57-0c9b7e1d2f34", "demo", "1", "Project"]
EDGE = "multipart/form-data; boundary=edge"
ENDLESS = "streamLog"
Offer = tuple[str, Operation]


@dataclass
class Message:
    """A request. Its framing is made when it is written."""

    method: bytes
    target: bytes
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def put(self, name: bytes, value: bytes) -> None:
        """Replace a header, or add it."""
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()] + [(name, value)]

    def write(self) -> bytes:
        """The bytes of it: what no line may have in it is percent-encoded, so that they are one request."""
        return self.write_head(b"Content-Length: %d" % len(self.body)) + self.body

    def write_head(self, framing: bytes) -> bytes:
        """The bytes up to the body. framing: the header that says where that ends."""
        target = b"".join(bytes([each]) if 0x20 < each < 0x7F else b"%%%02X" % each for each in self.target)
        lines = [b"%s %s HTTP/1.1" % (self.method, target), b"Host: localhost"]
        lines += [b"%s: %s" % (name, clean(value)) for name, value in self.headers]
        return b"\r\n".join([*lines, framing, b"", b""])


def clean(value: bytes) -> bytes:
    """A header's value without what ends a line."""
    return value.replace(b"\r", b" ").replace(b"\n", b" ").replace(b"\0", b" ")


def find_offers() -> list[Offer]:
    """Where the APIs that ship with the sandbox are, and their operations."""
    apis = [read_api(path.stem, read_document(path)) for path in find_documents([])]
    return [(api.prefix, operation) for api in apis for operation in api.operations]


def find_control() -> list[Offer]:
    """The operations of the control plane; one of them never ends its answer."""
    return [(ROOT, operation) for operation in read_own().operations if operation.id != ENDLESS]


def make_message(draw: Random, offers: list[Offer]) -> Message:
    """A request of one of the operations; its values may be strange already."""
    prefix, operation = draw.choice(offers)
    path, words = make_request(draw, operation, KEYS, strange=draw.random() < 0.5)
    if words.get("files"):
        words["headers"]["Content-Type"] = EDGE
    made = httpx.Request(operation.method.upper(), f"http://localhost{prefix}{path}", **words)
    skipped = (b"host", b"content-length", b"transfer-encoding")
    headers = [(name, value) for name, value in made.headers.raw if name.lower() not in skipped]
    return Message(made.method.encode(), made.url.raw_path, headers, made.read())
