"""Small valid files for demo records that nobody uploaded a file for."""

import io
import math
import re
import struct
import wave

from .store import File

RATE = 8000  # samples a second


def make_sample(part: str, media_type: str, name: str) -> File:
    """A file of the media type: a tone of a second (audio/wav), a page with its name (application/pdf)."""
    makers = {"audio/wav": ("wav", _make_wav), "application/pdf": ("pdf", _make_pdf)}
    suffix, maker = makers.get(media_type, ("txt", str.encode))
    full = name if "." in name else f"{name}.{suffix}"
    return File(part, full, media_type, maker(name))


def _make_wav(_key: str) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        tone = (int(8000 * math.sin(2 * math.pi * 440 * index / RATE)) for index in range(RATE))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in tone))
    return buffer.getvalue()


def _make_pdf(key: str) -> bytes:
    shown = re.sub(r"([()\\])", r"\\\1", key)
    text = f"BT /F1 24 Tf 72 720 Td ({shown}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    tail = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + head + tail
