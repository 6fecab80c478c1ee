"""Ids that the server makes."""

import random
import string
import time
import uuid

LETTERS = string.ascii_lowercase + string.digits
LENGTH = 10
VARIANT = 1 << 63  # of RFC 9562, before 62 random bits
KEYS = random.SystemRandom()
TAILS = random.Random()  # seeded by the system; behind a time it need not be asked for each


def make_key(form: str, source: random.Random) -> str:
    """An id of demo data. form: uuid, hex24, or a text in which {} stands for random letters and digits."""
    if form == "uuid":
        return str(uuid.UUID(int=source.getrandbits(128), version=4))
    if form == "hex24":
        return f"{source.getrandbits(96):024x}"
    return form.replace("{}", "".join(source.choices(LETTERS, k=LENGTH)))


def make_next_key(form: str) -> str:
    """An id of a new record; uuid and hex24 grow with time, so that an index grows at one place.

    form: as of make_key. A UUID is of version 7 with a fraction of the millisecond (RFC 9562 §5.7, §6.2
    method 3); of hex24 the first half is the time, its seconds first as in MongoDB.
    """
    now = time.time_ns()
    if form == "uuid":
        milliseconds, rest = divmod(now, 1_000_000)
        fraction, bits = (rest << 12) // 1_000_000, TAILS.getrandbits(62)
        digits = f"{milliseconds:012x}7{fraction:03x}{VARIANT | bits:016x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    if form == "hex24":
        return f"{(now << 32) // 1_000_000_000:016x}{TAILS.getrandbits(32):08x}"
    return make_key(form, KEYS)
